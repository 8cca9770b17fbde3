// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <QCoreApplication>

#include "app/common.h"
#include "app/modes.h"
#include "app/version.h"
#include "engine/journal/options.h"
#include "engine/ops/doctor.h"
#include "engine/runtime/doctor.h"
#include "engine/serve/settings.h"

namespace tickdeck::app {

namespace {

constexpr auto kVenueLimit = std::chrono::milliseconds(4'500);

int finish(const std::vector<ops::Check>& checks, const DoctorMode& mode, bool hanging)
{
    print(mode.json ? ops::doctorJson(checks) : ops::doctorText(checks));
    const bool bad = std::ranges::any_of(checks, [](const ops::Check& c) { return c.verdict == ops::Verdict::Bad; });
    const int code = bad ? kFault : kDone;
    if (hanging) {  // the system still looks up a name, which may take it a minute
        std::fflush(stdout);
        std::_Exit(code);
    }
    return code;
}

}  // namespace

int run(const Common& common, const DoctorMode& mode, int argc, char** argv)
{
    const auto settings = loadSettings(common);
    if (!settings)
        return complain(settings.error(), kUsage);
    const auto http = settings->section("serve").as<serve::ServeSettings>();
    const auto journal = settings->section("journal").as<journal::Settings>();
    auto checks = ops::runDoctor({.dataDirectory = dataDirectory(common),
                                  .ports = {{"serve.http_port", http.httpBind, http.httpPort},
                                            {"serve.metrics_port", http.metricsBind, http.metricsPort}},
                                  .diskBudgetBytes = static_cast<std::uint64_t>(journal.budgetMb) << 20,
                                  .window = kWithWindow,
                                  .libraries = {{"Qt", qVersion()}}});
    const auto add = [&](std::vector<ops::Check> more) { std::ranges::move(more, std::back_inserter(checks)); };
    add(runtime::checkStores(*settings, dataDirectory(common)));
    bool hanging = false;
    if (!mode.offline && !common.demo) {
        const QCoreApplication application(argc, argv);
        add(runtime::checkVenues(*settings, kVenueLimit, hanging));
        return finish(checks, mode, hanging);
    }
    return finish(checks, mode, hanging);
}

}  // namespace tickdeck::app
