// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "app/common.h"
#include "app/modes.h"
#include "engine/config/documents.h"
#include "engine/ops/control_socket.h"
#include "engine/ops/data_lock.h"
#include "engine/ops/state_db.h"
#include "engine/runtime/settings_commands.h"

namespace tickdeck::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kPatience{30};  // a sink may take its time to stop

std::string user()
{
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
    const char* name = std::getenv("USER");
    return name && *name ? name : "command line";
}

Result<Json> changesOf(const ConfigMode& mode)
{
    Json out = Json::array();
    for (const std::string& item : mode.items) {
        if (mode.action == ConfigAction::Unset) {
            out.push_back({{"key", item}, {"value", nullptr}});
            continue;
        }
        const auto equals = item.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(ErrorCode::Invalid, "`" + item.substr(0, 100) + "` is not of the form section.key=value");
        out.push_back({{"key", item.substr(0, equals)}, {"value", item.substr(equals + 1)}});
    }
    return out;
}

// A running engine changes its own settings; else the files are changed here, under the data directory's lock.
Result<std::string> ask(const Common& common, std::string_view command, const std::string& arguments, bool& running)
{
    const auto directory = dataDirectory(common);
    running = !ops::DataLock::holder(directory).empty();
    if (running)
        return ops::askControl(directory / "control.sock", command, arguments, kPatience);
    TRY_ASSIGN(runtime::OpenedSettings opened, openSettings(common));
    std::error_code problem;
    const bool there = std::filesystem::exists(directory / "state.db", problem);
    if (problem)
        return fail(ErrorCode::Io, (directory / "state.db").string() + ": " + problem.message());
    if (command == "config.history" && !there)
        return "{}";
    TRY_ASSIGN(const ops::DataLock lock, ops::DataLock::take(directory));
    SystemClock clock;
    TRY_ASSIGN(const auto db, ops::StateDb::open(directory / "state.db", clock));
    runtime::SettingsStore store(std::move(opened), *db, {});
    if (command != "config.history")
        TRY(store.begin());
    return runtime::runSettingsCommand(command, arguments, store);
}

std::string listed(const Json& names)
{
    std::string out;
    for (const Json& name : names)
        out += (out.empty() ? "" : ", ") + name.get<std::string>();
    return out;
}

// What was done, or would be.
std::string told(const Json& done, bool running, bool dryRun)
{
    const Json what = done.value("what", Json::array());
    std::string text;
    for (const Json& line : what)
        text += line.get<std::string>() + "\n";
    if (text.empty())
        text = "Nothing is different.\n";
    const auto line = [&](const char* title, const char* key) {
        if (const Json names = done.value(key, Json::array()); !names.empty())
            text += std::string(title) + listed(names) + "\n";
    };
    if (running) {
        line("at once: ", "live");
        line(dryRun ? "would restart: " : "restarted: ", "restarts");
        line("from the next start: ", "later");
    } else if (!what.empty()) {
        text += "No engine runs on the data directory: from the next start.\n";
    }
    if (dryRun)
        return text + "Nothing was changed.\n";
    return text + "Revision " + done.value("revision", Json(0)).dump() + " in " + done.value("file", std::string{}) +
           "\n";
}

std::string history(const Json& found)
{
    std::string text;
    const Json current = found.value("current", Json());
    for (const Json& revision : found.value("revisions", Json::array()))
        text += (revision["id"] == current ? "* " : "  ") + revision["id"].dump() + "  " +
                revision.value("time", std::string{}) + "  " + revision.value("who", std::string{}) + "  " +
                revision.value("what", std::string{}) + "\n";
    return text.empty() ? "No revisions.\n" : text;
}

int runChange(const Common& common, const ConfigMode& mode)
{
    std::string command = "config.history";
    Json arguments{{"who", user()}, {"dry_run", mode.dryRun}};
    if (mode.action == ConfigAction::History) {
        arguments["most"] = mode.most;
    } else if (mode.action == ConfigAction::Rollback) {
        command = "config.rollback";
        arguments["id"] = mode.revision;
    } else {
        command = "config.set";
        auto changes = changesOf(mode);
        if (!changes)
            return complain(changes.error().detail, kUsage);
        arguments["changes"] = std::move(*changes);
    }
    bool running = false;
    const auto answer = ask(common, command, arguments.dump(-1, ' ', false, Json::error_handler_t::replace), running);
    if (!answer) {
        const bool noSuch = mode.action == ConfigAction::Rollback && answer.error().code == ErrorCode::NotFound;
        return complain(answer.error(), noSuch ? kUsage : exitCode(answer.error()));
    }
    const Json result = Json::parse(*answer, nullptr, false);
    print(mode.action == ConfigAction::History ? history(result) : told(result, running, mode.dryRun));
    return kDone;
}

}  // namespace

int run(const Common& common, const ConfigMode& mode)
{
    switch (mode.action) {
    case ConfigAction::Docs: print(config::docs(runtime::allSections())); return kDone;
    case ConfigAction::Schema: print(config::jsonSchema(runtime::allSections()) + "\n"); return kDone;
    case ConfigAction::Check:
    case ConfigAction::Show: break;
    case ConfigAction::Set:
    case ConfigAction::Unset:
    case ConfigAction::History:
    case ConfigAction::Rollback: return runChange(common, mode);
    }
    const auto settings = loadSettings(common);
    if (!settings)
        return complain(settings.error(), kUsage);
    print(mode.action == ConfigAction::Show ? settings->show() : "The settings are sound.\n");
    return kDone;
}

}  // namespace tickdeck::app
