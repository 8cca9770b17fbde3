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

constexpr auto kAnswerLimit = std::chrono::seconds(15);

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

std::string argumentsOf(const DeadLetterMode& mode)
{
    Json out = Json::object();
    if (!mode.component.empty())
        out["component"] = mode.component;
    switch (mode.action) {
    case DeadLetterAction::List: out["most"] = mode.most; break;
    case DeadLetterAction::Show: out["id"] = mode.ids.front().first; break;
    case DeadLetterAction::Retry:
    case DeadLetterAction::Drop:
        out["ids"] = mode.ids;
        out["all"] = mode.all;
        break;
    }
    return out.dump();
}

constexpr const char* commandOf(DeadLetterAction action)
{
    switch (action) {
    case DeadLetterAction::List: return "dlq.list";
    case DeadLetterAction::Show: return "dlq.show";
    case DeadLetterAction::Retry: return "dlq.retry";
    case DeadLetterAction::Drop: break;
    }
    return "dlq.drop";
}

std::string textOf(const DeadLetterMode& mode, const Json& result)
{
    switch (mode.action) {
    case DeadLetterAction::Show: return inFull(result);
    case DeadLetterAction::Retry: return result.value("said", std::string{}) + "\n";
    case DeadLetterAction::Drop: return result.value("dropped", Json{}).dump() + " dropped.\n";
    case DeadLetterAction::List: break;
    }
    std::string text;
    for (const Json& letter : result["letters"])
        text += oneLine(letter);
    const auto kept = result["totals"].value("kept", 0);
    return kept == 0 ? "No dead letters.\n" : text + std::to_string(kept) + " kept.\n";
}

}  // namespace

int run(const Common& common, const DeadLetterMode& mode)
{
    const auto directory = dataDirectory(common);
    const std::string arguments = argumentsOf(mode);

    // A running engine owns state.db and answers; else the file is opened here.
    Result<std::string> answer;
    if (!ops::DataLock::holder(directory).empty()) {
        answer = ops::askControl(directory / "control.sock", commandOf(mode.action), arguments, kAnswerLimit);
    } else {
        std::error_code problem;
        const bool there = std::filesystem::exists(directory / "state.db", problem);
        if (problem)
            return complain((directory / "state.db").string() + ": " + problem.message());
        if (!there)
            return complain("no engine has run on " + directory.string());
        if (mode.action == DeadLetterAction::Retry)
            return complain("no engine runs on " + directory.string() +
                            ": a retry needs its stores and decoders; start it, then try again");
        std::optional<ops::DataLock> lock;  // no engine starts over a file that is being changed
        if (mode.action == DeadLetterAction::Drop) {
            auto taken = ops::DataLock::take(directory);
            if (!taken)
                return complain(taken.error());
            lock.emplace(std::move(*taken));
        }
        SystemClock clock;
        auto db = ops::StateDb::open(directory / "state.db", clock);
        if (!db)
            return complain(db.error());
        answer = ops::runCommand(commandOf(mode.action), arguments, **db, nullptr);
    }
    if (!answer)
        return complain(answer.error());
    print(textOf(mode, Json::parse(*answer, nullptr, false)));
    return kDone;
}

}  // namespace tickdeck::app
