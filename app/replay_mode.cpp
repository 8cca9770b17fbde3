// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common.h"
#include "app/modes.h"
#include "engine/runtime/refill.h"
#include "engine/runtime/replay.h"

namespace tickdeck::app {

namespace {

std::string summary(const runtime::ReplayReport& report)
{
    const auto count = [](std::uint64_t number, const char* what) { return std::to_string(number) + " " + what; };
    return count(report.batches, "batches with ") + count(report.events, "events, numbers ") +
           std::to_string(report.firstSeq) + " to " + std::to_string(report.lastSeq) + "\n" +
           count(report.verifiedBatches, "decoded again, ") + count(report.verifiedDerived, "derived again, ") +
           count(report.verifiedStates, "states compared, ") +
           count(report.withoutState, "before the first recorded state\n");
}

}  // namespace

int run(const Common& common, const ReplayMode& mode)
{
    runtime::ReplayOptions options{.directory = mode.directory};
    for (const auto& [text, time] : {std::pair{&mode.from, &options.from}, std::pair{&mode.to, &options.to}}) {
        if (text->empty())
            continue;
        const auto parsed = parseTime(*text);
        if (!parsed)
            return complain(parsed.error(), kUsage);
        *time = *parsed;
    }

    Result<runtime::ReplayReport> report;
    if (mode.into.empty()) {
        SymbolTable symbols;
        BufferPool pool;
        report = runtime::replay(options, symbols, pool);
    } else {
        const auto settings = loadSettings(common);
        if (!settings)
            return complain(settings.error(), kUsage);
        report = runtime::refill(options, *settings, mode.into);
    }
    if (!report)
        return complain(report.error(), exitCode(report.error()));
    print(summary(*report));
    for (const std::string& damage : report->damage)
        print("damage: " + damage + "\n");
    for (const std::string& refusal : report->refusals)
        print("refused: " + refusal + "\n");
    if (report->refused > report->refusals.size())
        print("refused: " + std::to_string(report->refused) + " in all\n");
    if (const auto& difference = report->difference) {
        print("first difference at " + std::to_string(difference->seq) + " of " + difference->lane + "\nrecorded:\n" +
              difference->recorded + "replayed:\n" + difference->replayed);
        return kFault;
    }
    if (report->batches == 0) {
        print("Nothing lies in this range.\n");
        return report->damage.empty() ? kDone : kFault;
    }
    print(report->damage.empty() ? "No difference.\n" : "No difference in what could be read.\n");
    return report->damage.empty() && report->refused == 0 ? kDone : kFault;
}

}  // namespace tickdeck::app
