// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include <algorithm>
#include <charconv>

#include <CLI/CLI.hpp>

#include "app/common.h"
#include "app/version.h"

namespace tickdeck::app {

namespace {

constexpr const char* kFooter = R"(Without a mode, tickdeck runs the engine and shows the window over it.

Settings: built-in defaults < profiles < files < environment (TICKDECK_SECTION__KEY) < --set.
Times:    RFC 3339 (2026-01-31T12:00:00Z) or whole nanoseconds since 1970.
Exit:     0 done (also a clean stop by SIGTERM or SIGINT), 1 ran and found a fault,
          2 wrong usage or settings, or a taken port.)";

// What is wrong with the numbers, or nothing.
std::string readIds(const std::vector<std::string>& texts, DeadLetterMode& mode)
{
    const auto number = [](std::string_view text) {
        std::int64_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        return problem == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
    };
    for (const std::string& text : texts) {
        const auto dash = std::min(text.find('-'), text.size());
        const std::int64_t first = number(std::string_view(text).substr(0, dash));
        const std::int64_t last = dash == text.size() ? first : number(std::string_view(text).substr(dash + 1));
        if (first == 0 || last < first)
            return text + " is neither a number nor a range such as 7-12";
        mode.ids.emplace_back(first, last);
    }
    const bool acts = mode.action == DeadLetterAction::Retry || mode.action == DeadLetterAction::Drop;
    if (acts && mode.ids.empty() && mode.component.empty() && !mode.all)
        return "name numbers, --component or --all";
    if (mode.all && !mode.ids.empty())
        return "either numbers or --all";
    if (mode.action == DeadLetterAction::Show && mode.ids.front().first != mode.ids.front().second)
        return "one number, please";
    return {};
}

}  // namespace

std::variant<CommandLine, int> parseCommandLine(int argc, char** argv)
{
    CLI::App cli("Tickdeck: market data of many venues in, derived streams out, all of it kept, served and shown.",
                 "tickdeck");
    cli.footer(kFooter);
    cli.fallthrough();  // the common options may stand before or after a mode
    cli.require_subcommand(0, 1);
    cli.set_version_flag("--version", versionText());

    Common common;
    bool noGui = false;
    cli.add_option("--profile", common.profiles, "Settings profile; several are layered")->allow_extra_args(false);
    cli.add_option("--config", common.configFiles, "Settings file (TOML); several are layered")
        ->allow_extra_args(false);
    cli.add_option("--set", common.overrides, "section.key=value, before all other settings")->allow_extra_args(false);
    cli.add_option("--data", common.dataDirectory, "Data directory");
    cli.add_flag("--demo", common.demo,
                 "Built-in simulators in place of the venues, with a data directory of their own");
    cli.add_flag("--no-gui", noGui, "The engine alone, without the window");

    DecodeMode decode;
    CLI::App* decodeCli = cli.add_subcommand("decode", "Raw frames, one a line, to normalised events; no network");
    decodeCli->add_option("VENUE", decode.venue, "Whose frames they are")->required();
    decodeCli->add_option("FILE", decode.files, "Files of frames; none: standard input");
    decodeCli->add_option("--format", decode.format, "jsonl, csv or parquet")
        ->check(CLI::IsMember({"jsonl", "csv", "parquet"}));
    decodeCli->add_option("--out", decode.out, "Output file (csv, parquet: a folder); none: standard output");

    ReplayMode replay;
    CLI::App* replayCli =
        cli.add_subcommand("replay", "Verify a journal (first difference, exit 1), or fill a data directory from it");
    replayCli->add_option("DIR", replay.directory, "A data directory or its journal/")->required();
    replayCli->add_option("--from", replay.from, "Start of the time range");
    replayCli->add_option("--to", replay.to, "End of the time range");
    replayCli->add_option("--into", replay.into, "Write what is replayed to a fresh data directory");

    ExportMode exporting;
    CLI::App* exportCli = cli.add_subcommand("export", "Stored events of one type to a file");
    exportCli->add_option("TYPE", exporting.type, "Event type: trade, quote, book, candle, …")->required();
    exportCli->add_option("--from", exporting.from, "Start of the time range, inclusive")->required();
    exportCli->add_option("--to", exporting.to, "End of the time range, exclusive")->required();
    exportCli->add_option("--symbol", exporting.symbol, "One symbol, e.g. BTC-USD or kraken:BTC-USD");
    exportCli->add_option("--format", exporting.format, "csv or parquet")->check(CLI::IsMember({"csv", "parquet"}));
    exportCli->add_option("--out", exporting.out, "Output file")->required();

    SimulateMode simulate;
    CLI::App* simulateCli = cli.add_subcommand("simulate", "The simulated venues alone, on free ports of loopback");
    simulateCli->add_option("VENUE", simulate.venues, "Which; none: all");
    simulateCli->add_option("--faults", simulate.faults, "File with a fault script");
    simulateCli->add_option("--seed", simulate.seed, "Seed of the market");
    simulateCli->add_option("--rate", simulate.rate, "Events per second and venue")->check(CLI::Range(1.0, 100000.0));
    simulateCli->add_option("--port", simulate.port, "Port of the first venue, then upwards; 0: free ones");

    ConfigMode config;
    CLI::App* configCli = cli.add_subcommand("config", "Check, show, document and change the settings");
    configCli->require_subcommand(1);
    const auto configAction = [&](const char* name, const char* help, ConfigAction action) {
        CLI::App* actionCli = configCli->add_subcommand(name, help);
        actionCli->callback([&config, action] { config.action = action; });
        return actionCli;
    };
    configAction("check", "Check all settings; exit 2 where something is wrong", ConfigAction::Check);
    configAction("show", "The effective settings and where each comes from", ConfigAction::Show);
    configAction("docs", "Every setting, as Markdown", ConfigAction::Docs);
    configAction("schema", "Every setting, as a JSON Schema", ConfigAction::Schema);
    CLI::App* setCli =
        configAction("set",
                     "Change settings in the user's file (the last --config, else one's own), and in the "
                     "engine that runs on the data directory: all of them or none",
                     ConfigAction::Set);
    setCli->add_option("KEY=VALUE", config.items, "section.key=value; a list is separated by commas")->required();
    CLI::App* unsetCli = configAction("unset", "Take settings out of the user's file, so that what lies below holds",
                                      ConfigAction::Unset);
    unsetCli->add_option("KEY", config.items, "section.key")->required();
    CLI::App* historyCli =
        configAction("history", "Who changed what and when, the newest first", ConfigAction::History);
    historyCli->add_option("--most", config.most, "How many at most")->check(CLI::Range(1, 1000));
    CLI::App* rollbackCli = configAction("rollback", "Make the user's file say what it said in an earlier revision",
                                         ConfigAction::Rollback);
    rollbackCli->add_option("ID", config.revision, "Its number in the history")->required();
    for (CLI::App* changing : {setCli, unsetCli, rollbackCli})
        changing->add_flag("--dry-run", config.dryRun, "Check, and say what would restart; nothing is changed");

    DeadLetterMode deadLetters;
    std::vector<std::string> letterIds;
    CLI::App* dlqCli = cli.add_subcommand("dlq", "Dead letters: what could not be decoded or stored");
    dlqCli->require_subcommand(1);
    const auto dlqAction = [&](const char* name, const char* help, DeadLetterAction action) {
        CLI::App* sub = dlqCli->add_subcommand(name, help);
        sub->callback([&deadLetters, action] { deadLetters.action = action; });
        return sub;
    };
    CLI::App* dlqList = dlqAction("list", "The newest ones, a line each", DeadLetterAction::List);
    dlqList->add_option("--most", deadLetters.most, "How many")->check(CLI::Range(1, 1000));
    CLI::App* dlqShow = dlqAction("show", "One of them in full", DeadLetterAction::Show);
    dlqShow->add_option("ID", letterIds, "Its number in the list")->required()->expected(1);
    CLI::App* dlqRetry = dlqAction("retry",
                                   "Try them again; those that pass are gone. What a store refused is stored; a frame "
                                   "is decoded by itself (a replay makes its events). Needs the running engine",
                                   DeadLetterAction::Retry);
    CLI::App* dlqDrop = dlqAction("drop", "Forget them", DeadLetterAction::Drop);
    for (CLI::App* sub : {dlqRetry, dlqDrop}) {
        sub->add_option("ID", letterIds, "Numbers and ranges: 3 7-12");
        sub->add_flag("--all", deadLetters.all, "All of them");
    }
    for (CLI::App* sub : {dlqList, dlqRetry, dlqDrop})
        sub->add_option("--component", deadLetters.component, "Only those of kraken, sinks.parquet, …");

    DoctorMode doctor;
    CLI::App* doctorCli =
        cli.add_subcommand("doctor", "Check clock, limits, ports, disk, stores, venues, libraries and display");
    doctorCli->add_flag("--json", doctor.json, "As JSON, for programs");
    doctorCli->add_flag("--offline", doctor.offline, "Ask no venue");

    RestartMode restart;
    CLI::App* restartCli =
        cli.add_subcommand("restart", "Restart one component of the running engine, with a whole restart budget");
    restartCli->add_option("COMPONENT", restart.component, "As in health: kraken, pipelines.candles, sinks.parquet")
        ->required();

    // The options after a mode's name belong to the mode or, by fall-through, to the program.
    for (CLI::App* sub : cli.get_subcommands([](CLI::App*) { return true; })) {
        sub->fallthrough();
        for (CLI::App* inner : sub->get_subcommands([](CLI::App*) { return true; }))
            inner->fallthrough();
    }

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool wrong = error.get_exit_code() != 0;
        cli.exit(error);
        return wrong ? kUsage : kDone;
    }
    std::erase_if(common.profiles, [&](const std::string& profile) {
        common.demo = common.demo || profile == "demo";  // `--profile demo` is `default` with `--demo`
        return profile == "demo";
    });

    CommandLine out{std::move(common), RunMode{!noGui}};
    if (*decodeCli)
        out.mode = decode;
    else if (*replayCli)
        out.mode = replay;
    else if (*exportCli)
        out.mode = exporting;
    else if (*simulateCli)
        out.mode = simulate;
    else if (*configCli)
        out.mode = config;
    else if (*dlqCli) {
        if (const auto wrong = readIds(letterIds, deadLetters); !wrong.empty()) {
            complain(wrong, kUsage);
            return kUsage;
        }
        out.mode = deadLetters;
    } else if (*doctorCli)
        out.mode = doctor;
    else if (*restartCli)
        out.mode = restart;
    return out;
}

}  // namespace tickdeck::app
