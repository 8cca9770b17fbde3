// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/toml_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <toml++/toml.h>

namespace tickdeck::config {

namespace {

RawValue rawList(const toml::array& list)
{
    std::vector<std::string> out;
    for (const toml::node& element : list) {
        const auto* text = element.as_string();
        if (!text)
            return Unfit{"a list that does not hold texts alone"};
        out.push_back(text->get());
    }
    return out;
}

RawValue raw(const toml::node& node)
{
    if (const auto* flag = node.as_boolean())
        return flag->get();
    if (const auto* integer = node.as_integer())
        return integer->get();
    if (const auto* number = node.as_floating_point())
        return number->get();
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* list = node.as_array())
        return rawList(*list);
    return Unfit{node.is_table() ? "a table" : "a date or time"};
}

// A table's path is its section; recursion is bounded by the parser's own limit.
void flatten(const toml::table& table, const std::string& section, std::vector<RawEntry>& out)
{
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        const auto line = static_cast<std::size_t>(key.source().begin.line);
        if (const auto* inner = node.as_table()) {
            const std::string path = section.empty() ? name : section + "." + name;
            if (inner->empty() || std::ranges::any_of(*inner, [](const auto& pair) { return !pair.second.is_table(); }))
                out.push_back({path, {}, Unfit{"a table"}, line});
            flatten(*inner, path, out);
        } else {
            out.push_back({section, name, raw(node), line});
        }
    }
}

// The parser's words up to what it quotes.
std::string withoutQuotes(std::string_view description)
{
    for (const std::string_view mark : {"'", "\"", "; saw", ", saw"})
        description = description.substr(0, description.find(mark));
    while (!description.empty() && (description.back() == ' ' || description.back() == ','))
        description.remove_suffix(1);
    return std::string(description);
}

}  // namespace

std::expected<std::vector<RawEntry>, TomlFault> readToml(std::string_view text)
{
    std::vector<RawEntry> out;
    try {
        flatten(toml::parse(text), {}, out);
    } catch (const toml::parse_error& error) {
        return std::unexpected(TomlFault{"not TOML: " + withoutQuotes(error.description()),
                                         static_cast<std::size_t>(error.source().begin.line)});
    } catch (const std::exception&) {
        return std::unexpected(TomlFault{"not TOML", 0});
    }
    std::stable_sort(out.begin(), out.end(), [](const RawEntry& a, const RawEntry& b) { return a.line < b.line; });
    return out;
}

std::string tomlString(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            static constexpr std::string_view kDigits = "0123456789ABCDEF";
            out += "\\u00";
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

namespace {

std::string numberText(double value)
{
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    std::string out(buffer.data(), end);
    if (out.find_first_of(".eni") == std::string::npos)   // also not inf, nan
        out += ".0";
    return out;
}

struct Writer {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return numberText(value); }
    std::string operator()(const std::string& value) const { return tomlString(value); }
    std::string operator()(const Secret&) const { return "\"\""; }
    std::string operator()(const std::vector<std::string>& value) const
    {
        std::string out = "[";
        for (const std::string& element : value) {
            if (out.size() > 1)
                out += ", ";
            out += tomlString(element);
        }
        return out + "]";
    }
};

}  // namespace

std::string tomlValue(const Value& value)
{
    return std::visit(Writer{}, value);
}

}  // namespace tickdeck::config
