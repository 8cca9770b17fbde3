// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/settings_commands.h"

#include <nlohmann/json.hpp>

namespace tickdeck::runtime {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostChanges = 1'000;
constexpr std::size_t kMostListed = 1'000;

std::unexpected<Error> wrong(std::string what) { return fail(ErrorCode::Invalid, std::move(what)); }

Result<std::vector<api::SettingChange>> changesOf(const Json& arguments)
{
    const Json list = arguments.value("changes", Json());
    if (!list.is_array() || list.empty() || list.size() > kMostChanges)
        return wrong("changes are a list of 1 to 1000");
    std::vector<api::SettingChange> out;
    for (const Json& item : list) {
        const Json key = item.is_object() ? item.value("key", Json()) : Json();
        const Json value = item.is_object() ? item.value("value", Json()) : Json(0);
        if (!key.is_string() || !(value.is_string() || value.is_null()))
            return wrong("a change is {\"key\":…,\"value\":…}");
        out.push_back(
            {key.get<std::string>(), value.is_null() ? std::nullopt : std::optional(value.get<std::string>())});
    }
    return out;
}

std::string who(const Json& arguments)
{
    const Json name = arguments.value("who", Json());
    return name.is_string() && !name.get_ref<const std::string&>().empty() ? name.get<std::string>() : "somebody";
}

bool isDryRun(const Json& arguments) { return arguments.value("dry_run", Json(false)) == Json(true); }

Result<std::string> report(const Result<SettingsStore::Done>& done, const SettingsStore& store)
{
    if (!done)
        return std::unexpected(done.error());
    if (!done->plan.faults.empty()) {
        std::string lines;
        for (const auto& fault : done->plan.faults)
            lines += (lines.empty() ? "" : "\n") + fault.key + (fault.key.empty() ? "" : ": ") + fault.message;
        return wrong(std::move(lines));
    }
    const Json out{{"revision", done->revision}, {"file", store.view()->file},      {"what", done->what},
                   {"live", done->plan.live},    {"restarts", done->plan.restarts}, {"later", done->plan.later}};
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> history(const Json& arguments, SettingsStore& store)
{
    const Json most = arguments.value("most", Json(50));
    if (!most.is_number_unsigned() || most.get<std::uint64_t>() > kMostListed)
        return wrong("most is a whole number up to 1000");
    TRY_ASSIGN(const auto revisions, store.history(most.get<std::size_t>()));
    const std::int64_t inForce = store.view()->revision;
    Json out{{"current", inForce == 0 && !revisions.empty() ? revisions.front().id : inForce},
             {"revisions", Json::array()}};
    for (const api::SettingsRevision& revision : revisions)
        out["revisions"].push_back({{"id", revision.id},
                                    {"time", formatRfc3339(revision.time)},
                                    {"who", revision.who},
                                    {"what", revision.what}});
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<std::string> runSettingsCommand(std::string_view command, std::string_view arguments, SettingsStore& store)
{
    const Json parsed = Json::parse(arguments, nullptr, false);
    if (!parsed.is_object())
        return wrong("the arguments are not a JSON object");
    if (command == "config.history")
        return history(parsed, store);
    if (command == "config.set") {
        TRY_ASSIGN(const auto changes, changesOf(parsed));
        return report(isDryRun(parsed) ? store.plan(changes) : store.change(changes, who(parsed)), store);
    }
    if (command == "config.rollback") {
        const Json id = parsed.value("id", Json());
        if (!id.is_number_integer())
            return wrong("id is not a whole number");
        return report(store.rollBack(id.get<std::int64_t>(), who(parsed), isDryRun(parsed)), store);
    }
    return fail(ErrorCode::Unsupported, "there is no command " + std::string(command.substr(0, 100)));
}

}  // namespace tickdeck::runtime
