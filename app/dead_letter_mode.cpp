// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "app/common.h"
#include "app/modes.h"
#include "engine/ops/commands.h"
#include "engine/ops/control_socket.h"
#include "engine/ops/data_lock.h"
#include "engine/ops/state_db.h"

namespace tickdeck::app {

namespace {

using Json = nlohmann::ordered_json;

std::string oneLine(const Json& letter)
{
    return letter.value("id", Json{}).dump() + "  " + letter.value("time", std::string{}) + "  " +
           letter.value("component", std::string{}) + "  " + letter.value("code", std::string{}) + "  " +
           letter.value("text", std::string{}) + "\n";
}

std::string inFull(const Json& letter)
{
    std::string text;
    for (const auto& [key, value] : letter.items())
        text += key + ": " + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    return text;
}

}  // namespace

int run(const Common& common, const DeadLetterMode& mode)
{
    const auto directory = dataDirectory(common);
    const std::string command = mode.id ? "dlq.show" : "dlq.list";
    const std::string arguments = mode.id ? Json{{"id", *mode.id}}.dump() : "{}";

    // A running engine owns state.db and answers; else the file is opened here.
    Result<std::string> answer;
    if (!ops::DataLock::holder(directory).empty()) {
        answer = ops::askControl(directory / "control.sock", command, arguments);
    } else {
        if (!std::filesystem::exists(directory / "state.db"))
            return complain("no engine has run on " + directory.string());
        SystemClock clock;
        auto db = ops::StateDb::open(directory / "state.db", clock);
        if (!db)
            return complain(db.error());
        answer = ops::runCommand(command, arguments, **db, nullptr);
    }
    if (!answer)
        return complain(answer.error());
    const Json result = Json::parse(*answer, nullptr, false);
    if (mode.id) {
        print(inFull(result));
        return kDone;
    }
    std::string text;
    for (const Json& letter : result["letters"])
        text += oneLine(letter);
    const auto kept = result["totals"].value("kept", 0);
    print(kept == 0 ? "No dead letters.\n" : text + std::to_string(kept) + " kept.\n");
    return kDone;
}

}  // namespace tickdeck::app
