// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/field_check.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/config/nearest.h"

namespace tickdeck::config {

namespace {

constexpr double kLargestShown = 9e15;  // beyond it a bound is only that of the type

std::string shown(double bound)
{
    if (bound == std::floor(bound))
        return std::to_string(static_cast<std::int64_t>(bound));
    std::string text = tomlValue(bound);
    return text;
}

std::string range(const FieldInfo& info)
{
    const bool low = info.min > -kLargestShown;
    const bool high = info.max < kLargestShown;
    if (low && high)
        return " from " + shown(info.min) + " to " + shown(info.max);
    if (low)
        return " of at least " + shown(info.min);
    if (high)
        return " of at most " + shown(info.max);
    return {};
}

std::string joined(const std::vector<std::string>& names)
{
    std::string out;
    for (const std::string& name : names)
        out += (out.empty() ? "" : ", ") + name;
    return out;
}

std::string meant(std::string_view name, const std::vector<std::string>& candidates)
{
    const std::string near = nearest(name, candidates);
    return near.empty() ? std::string{} : "; did you mean `" + near + "`?";
}

// Names longer than this are not repeated in messages.
std::string inTicks(std::string_view text)
{
    constexpr std::size_t kMost = 60;
    return "`" + std::string(text.substr(0, kMost)) + (text.size() > kMost ? "…`" : "`");
}

// scheme://user:password@host
bool holdsPassword(std::string_view text)
{
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos)
        return false;
    const std::string_view authority = text.substr(scheme + 3, text.find_first_of("/?#", scheme + 3) - scheme - 3);
    const auto at = authority.rfind('@');
    return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

using Checked = std::expected<Value, std::string>;

std::unexpected<std::string> refused(const FieldSpec& field, const std::string& what)
{
    return std::unexpected(what + "; allowed: " + wants(field));
}

std::string_view kindOf(const RawValue& raw)
{
    static constexpr std::array<std::string_view, 5> kKinds = {"true or false", "a whole number", "a number", "a text",
                                                               "a list"};
    if (const auto* unfit = std::get_if<Unfit>(&raw))
        return unfit->kind;
    return kKinds[raw.index()];
}

template <class Number>
Checked checkNumber(const FieldSpec& field, Number value)
{
    const auto wide = static_cast<double>(value);
    const bool isChoice = field.choices.empty() || std::ranges::any_of(field.choices, [&](const std::string& choice) {
                              double allowed = 0;
                              std::from_chars(choice.data(), choice.data() + choice.size(), allowed);
                              return allowed == wide;
                          });
    if (!(wide >= field.info.min && wide <= field.info.max) || !isChoice)
        return refused(field, tomlValue(Value(value)) + " is not allowed");
    return value;
}

Checked checkText(const FieldSpec& field, const std::string& text)
{
    if (!field.choices.empty() && std::ranges::find(field.choices, text) == field.choices.end())
        return refused(field, inTicks(text) + " is not allowed" + meant(text, field.choices));
    if (text.find('\0') != std::string::npos)
        return std::unexpected(std::string("a zero byte is not allowed"));
    if (holdsPassword(text))
        return std::unexpected(std::string("a password in an address is not allowed: secrets are given as env:NAME or "
                                           "file:PATH in a key of their own"));
    return text;
}

Checked checkList(const FieldSpec& field, const std::vector<std::string>& list)
{
    for (const std::string& element : list)
        if (auto checked = checkText(field, element); !checked)
            return std::unexpected(std::move(checked).error());
    return list;
}

}  // namespace

bool isSecret(const FieldSpec& field) noexcept { return field.type == ValueType::Secret || field.info.secret; }

bool isReference(std::string_view text) noexcept
{
    return (text.starts_with("env:") && text.size() > 4) || (text.starts_with("file:") && text.size() > 5);
}

std::string wants(const FieldSpec& field)
{
    if (isSecret(field))
        return "env:NAME or file:PATH";
    const std::string choices = joined(field.choices);
    switch (field.type) {
    case ValueType::Bool: return "true or false";
    case ValueType::Integer: return choices.empty() ? "a whole number" + range(field.info) : "one of: " + choices;
    case ValueType::Number: return choices.empty() ? "a number" + range(field.info) : "one of: " + choices;
    case ValueType::Text: return choices.empty() ? "a text" : "one of: " + choices;
    case ValueType::List: return choices.empty() ? "a list of texts" : "a list of: " + choices;
    case ValueType::Secret: break;
    }
    return {};
}

std::expected<Value, std::string> check(const FieldSpec& field, const RawValue& raw)
{
    if (isSecret(field)) {
        const auto* text = std::get_if<std::string>(&raw);
        if (!text || !(text->empty() || isReference(*text)))
            return std::unexpected("a secret is not given literally; allowed: " + wants(field));
        return *text;
    }
    if (field.type == ValueType::Bool && std::holds_alternative<bool>(raw))
        return std::get<bool>(raw);
    if (field.type == ValueType::Integer && std::holds_alternative<std::int64_t>(raw))
        return checkNumber(field, std::get<std::int64_t>(raw));
    if (field.type == ValueType::Number && std::holds_alternative<double>(raw) && std::isfinite(std::get<double>(raw)))
        return checkNumber(field, std::get<double>(raw));
    if (field.type == ValueType::Number && std::holds_alternative<std::int64_t>(raw))
        return checkNumber(field, static_cast<double>(std::get<std::int64_t>(raw)));
    if (field.type == ValueType::Text && std::holds_alternative<std::string>(raw))
        return checkText(field, std::get<std::string>(raw));
    if (field.type == ValueType::List && std::holds_alternative<std::vector<std::string>>(raw))
        return checkList(field, std::get<std::vector<std::string>>(raw));
    return refused(field, std::string(kindOf(raw)) + " is of the wrong type");
}

namespace {

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Number>
std::optional<Number> parsed(std::string_view text)
{
    Number value{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

RawValue parseList(std::string_view text)
{
    if (text.starts_with('[')) {
        auto entries = readToml("list = " + std::string(text));
        if (!entries || entries->size() != 1)
            return Unfit{"a list that cannot be read"};
        return entries->front().value;
    }
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (const auto element = trimmed(text.substr(0, comma)); !element.empty())
            out.emplace_back(element);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return out;
}

}  // namespace

RawValue parseText(const FieldSpec& field, std::string_view text)
{
    std::string whole(text);
    if (isSecret(field) || field.type == ValueType::Text)
        return whole;
    text = trimmed(text);
    if (field.type == ValueType::List)
        return parseList(text);
    if (field.type == ValueType::Bool) {
        if (text == "true" || text == "1")
            return true;
        if (text == "false" || text == "0")
            return false;
        return whole;
    }
    if (const auto integer = parsed<std::int64_t>(text))
        return *integer;
    if (const auto number = parsed<double>(text))
        return *number;
    return whole;
}

std::string valueText(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    return std::holds_alternative<Secret>(value) ? std::string{} : tomlValue(value);
}

}  // namespace tickdeck::config
