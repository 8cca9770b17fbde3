// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/wire_form.h"

#include <regex>

#include <nlohmann/json.hpp>

namespace tickdeck::test {

namespace {

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

}  // namespace

void addForm(WireForm& form, const std::string& path, const nlohmann::json& value)
{
    form[path].insert(formOf(value));
    if (value.is_object())
        for (const auto& [key, member] : value.items())
            addForm(form, path.empty() ? key : path + '.' + key, member);
    else if (value.is_array())
        for (const auto& member : value)
            addForm(form, path + "[]", member);
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
