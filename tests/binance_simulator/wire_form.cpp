// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/binance_simulator/wire_form.h"

#include <regex>

#include <nlohmann/json.hpp>

namespace tickdeck::test {

namespace {

nlohmann::json unwrapped(std::string_view json)
{
    nlohmann::json message = nlohmann::json::parse(json, nullptr, false);
    if (message.is_object() && message.contains("stream"))
        return nlohmann::json(message["data"]);
    return message;
}

std::string formOf(const nlohmann::json& value)
{
    static const std::regex kDecimal(R"(-?\d+(\.\d+)?)");
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        return text.empty() ? "empty text" : std::regex_match(text, kDecimal) ? "decimal text" : "text";
    }
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        return number > 1'000'000'000'000 && number < 10'000'000'000'000 ? "milliseconds" : "integer";
    }
    return value.type_name();
}

void add(WireForm& form, const std::string& path, const nlohmann::json& value)
{
    form[path].insert(formOf(value));
    if (value.is_object())
        for (const auto& [key, member] : value.items())
            add(form, path.empty() ? key : path + '.' + key, member);
    else if (value.is_array())
        for (const auto& member : value)
            add(form, path + "[]", member);
}

}  // namespace

bool addForm(WireForm& form, std::string_view json)
{
    const nlohmann::json message = unwrapped(json);
    if (!message.is_object())
        return false;
    add(form, "", message);
    return true;
}

std::string wireKind(std::string_view json)
{
    const nlohmann::json message = unwrapped(json);
    if (message.is_array())
        return message.empty() ? "empty list" : message[0].value("e", "?") + " list";
    if (!message.is_object())
        return "no JSON";
    if (message.contains("e"))
        return message["e"].get<std::string>();
    if (message.contains("lastUpdateId"))
        return "snapshot";
    if (message.contains("code"))
        return "error";
    return message.contains("result") ? "ack" : "?";
}

std::string skeleton(std::string_view json)
{
    static const std::regex kNumber(R"(([:\[, ])-?\d+(\.\d+)?)");
    static const std::regex kBool(R"(true|false)");
    std::string out;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const std::size_t end = json[i] == '"' ? json.find('"', i + 1) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += json[i];
            continue;
        }
        const bool key = end + 1 < json.size() && json[end + 1] == ':';
        out += key ? json.substr(i, end + 1 - i) : "~";
        i = end;
    }
    return std::regex_replace(std::regex_replace(out, kNumber, "$1#"), kBool, "?");
}

}  // namespace tickdeck::test
