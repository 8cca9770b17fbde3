// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QtGlobal>

#include "app/common.h"
#include "app/modes.h"
#include "app/version.h"
#include "engine/journal/options.h"
#include "engine/ops/doctor.h"
#include "engine/serve/settings.h"

namespace tickdeck::app {

int run(const Common& common, const DoctorMode&)
{
    const auto settings = loadSettings(common);
    if (!settings)
        return complain(settings.error(), kUsage);
    const auto http = settings->section("serve").as<serve::ServeSettings>();
    const auto journal = settings->section("journal").as<journal::Settings>();
    const auto checks = ops::runDoctor({.dataDirectory = dataDirectory(common),
                                        .ports = {{"serve.http_port", http.httpBind, http.httpPort},
                                                  {"serve.metrics_port", http.metricsBind, http.metricsPort}},
                                        .diskBudgetBytes = static_cast<std::uint64_t>(journal.budgetMb) << 20,
                                        .window = kWithWindow,
                                        .libraries = {{"Qt", qVersion()}}});
    print(ops::doctorText(checks));
    const bool bad = std::any_of(checks.begin(), checks.end(),
                                 [](const ops::Check& check) { return check.verdict == ops::Verdict::Bad; });
    return bad ? kFault : kDone;
}

}  // namespace tickdeck::app
