// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "app/common.h"
#include "app/modes.h"
#include "engine/ops/control_socket.h"
#include "engine/ops/data_lock.h"
#include "engine/sinks/parquet/export.h"

namespace tickdeck::app {

namespace {

constexpr auto kFlushLimit = std::chrono::seconds(15);

// Puts what the command line says into `options`. Invalid names the argument.
Result<> read(const Common& common, const ExportMode& mode, parquet::ExportOptions& options)
{
    options.dataDirectory = dataDirectory(common);
    options.format = mode.format == "csv" ? parquet::ExportFormat::Csv : parquet::ExportFormat::Parquet;
    options.file = mode.out;
    const auto type = eventTypeOf(mode.type);
    if (!type) {
        std::string known;
        for (const std::string_view name : kEnumNames<EventType>)
            known.append(" ").append(name);
        return fail(ErrorCode::Invalid, mode.type + " is no event type; there are:" + known);
    }
    options.query.type = *type;
    TRY_ASSIGN(options.query.from, parseTime(mode.from));
    TRY_ASSIGN(options.query.to, parseTime(mode.to));
    if (options.query.from >= options.query.to)
        return fail(ErrorCode::Invalid, "--to must be after --from");
    if (const auto colon = mode.symbol.find(':'); colon != std::string::npos) {
        options.query.venue.emplace(mode.symbol, 0, colon);
        options.query.symbol.emplace(mode.symbol, colon + 1);
    } else if (!mode.symbol.empty()) {
        options.query.symbol.emplace(mode.symbol);
    }
    return {};
}

void tellGap(const parquet::ExportGap& gap)
{
    const std::string what = gap.venue + " " + gap.channel + (gap.symbol.empty() ? "" : " " + gap.symbol);
    std::fprintf(stderr, "gap: %s from %s to %s (%s)\n", what.c_str(), formatRfc3339(gap.from).c_str(),
                 gap.to == kNoTime ? "now" : formatRfc3339(gap.to).c_str(), std::string(enumName(gap.cause)).c_str());
}

}  // namespace

int run(const Common& common, const ExportMode& mode)
{
    parquet::ExportOptions options;
    if (const auto understood = read(common, mode, options); !understood)
        return complain(understood.error(), kUsage);
    std::error_code problem;
    const bool there = std::filesystem::exists(options.dataDirectory / "data", problem);
    if (problem)
        return complain((options.dataDirectory / "data").string() + ": " + problem.message());
    if (!there)
        return complain("no engine has stored anything in " + options.dataDirectory.string());
    // A running engine first seals what has come in.
    if (!ops::DataLock::holder(options.dataDirectory).empty())
        if (const auto flushed = ops::askControl(options.dataDirectory / "control.sock", "flush", "{}", kFlushLimit);
            !flushed)
            return complain(flushed.error());
    const auto done = parquet::exportEvents(options, {.onGap = tellGap, .onProgress = {}});
    if (!done)
        return complain(done.error());
    std::fprintf(stderr, "%llu rows, %llu bytes to %s\n", static_cast<unsigned long long>((*done)->rows),
                 static_cast<unsigned long long>((*done)->bytes), mode.out.c_str());
    return kDone;
}

}  // namespace tickdeck::app
