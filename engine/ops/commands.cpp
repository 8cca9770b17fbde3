// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/commands.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/core/utf8.h"

namespace tickdeck::ops {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostListed = 1000;

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// The bytes themselves where they are UTF-8, else "hex:" and their digits.
std::string printable(std::string_view bytes)
{
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string_view rest = bytes;
    while (const std::size_t length = utf8Character(rest))
        rest.remove_prefix(length);
    if (rest.empty())
        return std::string(bytes);
    std::string hex = "hex:";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

Json letterJson(const DeadLetter& letter)
{
    return {{"id", letter.id},
            {"time", formatRfc3339(letter.time)},
            {"component", letter.component},
            {"code", enumName(letter.code)},
            {"text", letter.text},
            {"offset", letter.offset ? Json(*letter.offset) : Json()},
            {"seq", letter.seq},
            {"size", letter.size}};
}

// A whole number of the arguments; `fallback` where it is missing.
Result<std::int64_t> integer(const Json& arguments, const char* key, std::int64_t fallback)
{
    if (!arguments.contains(key))
        return fallback;
    if (!arguments[key].is_number_integer())
        return fail(ErrorCode::Invalid, std::string(key) + " is not a whole number");
    return arguments[key].get<std::int64_t>();
}

Result<std::string> list(const Json& arguments, StateDb& db)
{
    TRY_ASSIGN(const std::int64_t most, integer(arguments, "most", 20));
    TRY_ASSIGN(const std::int64_t before, integer(arguments, "before", 0));
    if (most < 1 || most > static_cast<std::int64_t>(kMostListed))
        return fail(ErrorCode::Invalid, "most is from 1 to " + std::to_string(kMostListed));
    const Json component = arguments.value("component", Json(""));
    if (!component.is_string())
        return fail(ErrorCode::Invalid, "component is not a text");
    TRY_ASSIGN(const auto letters,
               db.deadLetters(static_cast<std::size_t>(most), before, component.get_ref<const std::string&>()));
    TRY_ASSIGN(const DeadLetterTotals totals, db.deadLetterTotals());
    Json out{{"letters", Json::array()},
             {"totals", {{"kept", totals.kept}, {"bytes", totals.bytes}, {"dropped", totals.dropped}}}};
    for (const DeadLetter& letter : letters)
        out["letters"].push_back(letterJson(letter));
    return dump(out);
}

Result<std::string> show(const Json& arguments, StateDb& db)
{
    TRY_ASSIGN(const std::int64_t id, integer(arguments, "id", 0));
    TRY_ASSIGN(const DeadLetter letter, db.deadLetter(id));
    Json out = letterJson(letter);
    out["bytes"] = printable(letter.bytes);
    return dump(out);
}

}  // namespace

std::string healthJson(const Health& health)
{
    Json out{{"status", enumName(health.worst())}, {"ready", health.ready()}, {"components", Json::array()}};
    for (const ComponentHealth& component : health.snapshot())
        out["components"].push_back({{"name", component.name},
                                     {"kind", enumName(component.kind)},
                                     {"state", enumName(component.state)},
                                     {"reason", component.reason},
                                     {"since", formatRfc3339(component.since)}});
    return dump(out);
}

Result<std::vector<std::int64_t>> deadLettersOf(std::string_view arguments, StateDb& db)
{
    const Json parsed = Json::parse(arguments, nullptr, false);
    const auto wrong = [](std::string_view what) { return fail(ErrorCode::Invalid, std::string(what)); };
    if (!parsed.is_object())
        return wrong("the arguments are not a JSON object");
    const Json component = parsed.value("component", Json(""));
    const Json ids = parsed.value("ids", Json::array());
    if (!component.is_string() || !ids.is_array() || ids.size() > kMostListed)
        return wrong("ids are at most 1000 pairs of numbers, component is a text");
    std::vector<LetterRange> ranges;
    for (const Json& pair : ids) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_integer() || !pair[1].is_number_integer())
            return wrong("ids are pairs of numbers");
        ranges.push_back({pair[0].get<std::int64_t>(), pair[1].get<std::int64_t>()});
    }
    const auto& of = component.get_ref<const std::string&>();
    if (ranges.empty() && of.empty() && parsed.value("all", Json(false)) != Json(true))
        return wrong("name numbers, a component, or all of them");
    TRY_ASSIGN(auto found, db.deadLetterIds(ranges, of, kMostLettersAtOnce + 1));
    if (found.size() > kMostLettersAtOnce)
        return fail(ErrorCode::OutOfRange, "more than " + std::to_string(kMostLettersAtOnce) + " at once");
    for (const LetterRange& range : ranges)
        if (range.first == range.last && !std::ranges::binary_search(found, range.first))
            return fail(ErrorCode::NotFound, "no dead letter" + (of.empty() ? "" : " of " + of) + " has the number " +
                                                 std::to_string(range.first));
    if (found.empty())
        return fail(ErrorCode::NotFound, "there is no such dead letter");
    return found;
}

Result<std::string> runCommand(std::string_view command, std::string_view arguments, StateDb& db, const Health* health)
{
    const Json parsed = Json::parse(arguments, nullptr, false);
    if (!parsed.is_object())
        return fail(ErrorCode::Invalid, "the arguments are not a JSON object");
    if (command == "dlq.list")
        return list(parsed, db);
    if (command == "dlq.show")
        return show(parsed, db);
    if (command == "dlq.drop") {
        TRY_ASSIGN(const auto ids, deadLettersOf(arguments, db));
        TRY_ASSIGN(const std::uint64_t dropped, db.dropDeadLetters(ids));
        return dump(Json{{"dropped", dropped}});
    }
    if (command == "status")
        return health ? healthJson(*health) : "{}";
    return fail(ErrorCode::Unsupported, "there is no command " + std::string(command.substr(0, 100)));
}

}  // namespace tickdeck::ops
