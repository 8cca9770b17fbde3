// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/toml_edit.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "engine/config/settings_reader.h"
#include "engine/config/toml_scan.h"

namespace tickdeck::config {

namespace {

std::string joined(std::span<const std::string> path)
{
    std::string out;
    for (const std::string& part : path)
        out += (out.empty() ? "" : ".") + part;
    return out;
}

std::string sectionOf(const TomlPlace& place)
{
    return canonicalSection(joined(std::span(place.path).first(place.path.size() - 1)));
}

std::string_view newLine(std::string_view text)
{
    const auto end = text.find('\n');
    return end != std::string_view::npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

bool isBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::size_t lineBegin(std::string_view text, std::size_t at)
{
    const auto before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    return before == std::string_view::npos ? 0 : before + 1;
}

// Before the characters that end the line.
std::size_t lineEnd(std::string_view text, std::size_t at)
{
    std::size_t end = std::min(text.find('\n', at), text.size());
    return end > at && text[end - 1] == '\r' ? end - 1 : end;
}

std::string_view indentation(std::string_view text, std::size_t at)
{
    const std::size_t begin = lineBegin(text, at);
    return text.substr(begin, std::min(text.find_first_not_of(" \t", begin), text.size()) - begin);
}

// A piece of the text and what stands there instead.
struct Replacement {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string with;
};

std::string replaced(std::string_view text, std::vector<Replacement> pieces)
{
    std::ranges::stable_sort(pieces, {}, &Replacement::begin);
    std::string out;
    std::size_t at = 0;
    for (const Replacement& piece : pieces) {
        if (piece.begin < at)
            return {};  // they overlap: the verification refuses it
        out += text.substr(at, piece.begin - at);
        out += piece.with;
        at = piece.end;
    }
    return out += text.substr(at);
}

using Entries = std::vector<std::tuple<std::string, std::string, RawValue>>;

std::optional<Entries> entriesOf(std::string_view text)
{
    auto read = readToml(text);
    if (!read)
        return std::nullopt;
    Entries out;
    for (RawEntry& entry : *read)
        if (!entry.key.empty())
            out.emplace_back(canonicalSection(entry.section), std::move(entry.key), std::move(entry.value));
    return out;
}

RawValue rawOf(const Value& value)
{
    return std::visit(
        []<class T>(const T& held) -> RawValue {
            if constexpr (std::is_same_v<T, Secret>)
                return held.value;
            else
                return held;
        },
        value);
}

bool equal(Entries a, Entries b)
{
    const auto byName = [](const auto& x, const auto& y) {
        return std::tie(std::get<0>(x), std::get<1>(x)) < std::tie(std::get<0>(y), std::get<1>(y));
    };
    std::ranges::stable_sort(a, byName);
    std::ranges::stable_sort(b, byName);
    return a == b;
}

// A list over several lines of which elements stay: only what goes and what comes is touched. Empty: it cannot be done so.
std::vector<Replacement> editList(std::string_view text, const TomlPlace& place, const std::vector<std::string>& wanted)
{
    if (text.substr(place.valueBegin, place.valueEnd - place.valueBegin).find('\n') == std::string_view::npos ||
        text[place.valueBegin] != '[')
        return {};
    std::vector<Replacement> pieces;
    std::optional<TomlElement> last;
    std::size_t stays = 0;
    for (const TomlElement& element : scanTomlList(text, place.valueBegin)) {
        const auto read = readToml("x = " + std::string(text.substr(element.begin, element.end - element.begin)));
        const auto* held = read && read->size() == 1 ? std::get_if<std::string>(&read->front().value) : nullptr;
        if (!held)
            return {};
        if (stays < wanted.size() && *held == wanted[stays]) {
            last = element;
            ++stays;
            continue;
        }
        const std::size_t end = std::max(element.end, element.commaEnd);
        const std::size_t begin = lineBegin(text, element.begin);
        const std::size_t next = lineEnd(text, end);
        const std::string_view rest = text.substr(end, next - end);
        const bool alone = isBlank(text.substr(begin, element.begin - begin)) && begin > place.valueBegin &&
                           (isBlank(rest) || rest.substr(rest.find_first_not_of(" \t")).starts_with('#'));
        if (alone)
            pieces.push_back({begin, std::min(text.find('\n', end), text.size() - 1) + 1, {}});
        else
            pieces.push_back({element.begin, std::min(text.find_first_not_of(" \t", end), text.size()), {}});
    }
    if (!last || (stays == wanted.size() && pieces.empty()))
        return {};
    const std::size_t end = std::max(last->end, last->commaEnd);
    const std::size_t next = lineEnd(text, end);
    const std::string_view rest = text.substr(end, next - end);
    const bool endsLine = isBlank(rest) || rest.substr(rest.find_first_not_of(" \t")).starts_with('#');
    const std::string before =
        endsLine ? std::string(newLine(text)) + std::string(indentation(text, last->begin)) : " ";
    std::string added;
    for (std::size_t i = stays; i < wanted.size(); ++i)
        added += before + tomlString(wanted[i]) + (i + 1 < wanted.size() || last->commaEnd ? "," : "");
    if (added.empty())
        return pieces;
    if (!last->commaEnd)
        pieces.push_back({last->end, last->end, ","});
    pieces.push_back({endsLine ? next : end, endsLine ? next : end, added});
    return pieces;
}

class Editor {
public:
    Editor(std::string_view text, std::string_view section, std::string_view key)
        : m_text(text), m_section(canonicalSection(section)), m_key(key), m_layout(scanToml(text))
    {
    }

    // Ways to do it, the best first.
    std::vector<std::string> set(const Value& value) const
    {
        std::vector<std::string> ways;
        const std::string valueText = tomlValue(value);
        if (const TomlPlace* place = find()) {
            if (const auto* list = std::get_if<std::vector<std::string>>(&value))
                if (auto pieces = editList(m_text, *place, *list); !pieces.empty())
                    ways.push_back(replaced(m_text, std::move(pieces)));
            ways.push_back(replaced(m_text, {{place->valueBegin, place->valueEnd, valueText}}));
            return ways;
        }
        insertInSection(valueText, ways);
        insertInInlineTable(valueText, ways);
        insertBesideDotted(valueText, ways);
        ways.push_back(withNewSection(valueText));
        return ways;
    }

    std::vector<std::string> remove() const
    {
        const TomlPlace* place = find();
        if (!place)
            return {std::string(m_text)};
        if (!place->parent)
            return {replaced(m_text, {{place->lineBegin, place->lineEnd, {}}})};
        // In an inline table a comma goes with it: its own, else the one before.
        const std::size_t behind = std::min(m_text.find_first_not_of(" \t", place->valueEnd), m_text.size());
        if (behind < m_text.size() && m_text[behind] == ',') {
            const std::size_t next = std::min(m_text.find_first_not_of(" \t", behind + 1), m_text.size());
            return {replaced(m_text, {{place->keyBegin, next, {}}})};
        }
        const std::size_t before =
            place->keyBegin == 0 ? std::string_view::npos : m_text.find_last_not_of(" \t", place->keyBegin - 1);
        const bool comma = before != std::string_view::npos && m_text[before] == ',';
        return {replaced(m_text, {{comma ? before : place->keyBegin, place->valueEnd, {}}})};
    }

private:
    [[nodiscard]] const TomlPlace* find() const
    {
        for (const TomlPlace& place : m_layout.places)
            if (!place.isTable && place.path.back() == m_key && sectionOf(place) == m_section)
                return &place;
        return nullptr;
    }

    // A line behind the one that ends at `at`.
    [[nodiscard]] std::string withLine(std::size_t at, std::string_view indent, const std::string& line) const
    {
        const std::string end(newLine(m_text));
        const bool unended = at > 0 && m_text[at - 1] != '\n';
        return replaced(m_text, {{at, at, (unended ? end : "") + std::string(indent) + line + end}});
    }

    void insertInSection(const std::string& value, std::vector<std::string>& ways) const
    {
        for (std::size_t i = 0; i < m_layout.headers.size(); ++i) {
            const TomlHeader& header = m_layout.headers[i];
            if (header.isArray || canonicalSection(joined(header.path)) != m_section)
                continue;
            std::size_t at = header.end;
            std::size_t like = header.begin;
            for (const TomlPlace& place : m_layout.places)
                if (place.header == i && !place.parent) {
                    at = place.lineEnd;
                    like = place.keyBegin;
                }
            ways.push_back(withLine(at, indentation(m_text, like), m_key + " = " + value));
        }
    }

    void insertInInlineTable(const std::string& value, std::vector<std::string>& ways) const
    {
        for (const TomlPlace& place : m_layout.places) {
            const std::string name = canonicalSection(joined(place.path));
            if (!place.isTable || (m_section != name && !m_section.starts_with(name + ".")))
                continue;
            const std::string below = m_section == name ? "" : m_section.substr(name.size() + 1) + ".";
            const std::size_t close = place.valueEnd - 1;
            const std::size_t last = m_text.find_last_not_of(" \t", close - 1);
            const bool empty = last == place.valueBegin;
            const std::string entry = below + m_key + " = " + value;
            if (empty)
                ways.push_back(replaced(m_text, {{last + 1, close, " " + entry + " "}}));
            else
                ways.push_back(replaced(m_text, {{last + 1, last + 1, ", " + entry}}));
        }
    }

    void insertBesideDotted(const std::string& value, std::vector<std::string>& ways) const
    {
        const TomlPlace* last = nullptr;
        for (const TomlPlace& place : m_layout.places)
            if (!place.isTable && place.lastKeyBegin > place.keyBegin && sectionOf(place) == m_section)
                last = &place;
        if (!last)
            return;
        const std::string prefix(m_text.substr(last->keyBegin, last->lastKeyBegin - last->keyBegin));
        const std::string entry = prefix + m_key + " = " + value;
        if (last->parent)
            ways.push_back(replaced(m_text, {{last->valueEnd, last->valueEnd, ", " + entry}}));
        else
            ways.push_back(withLine(last->lineEnd, indentation(m_text, last->keyBegin), entry));
    }

    [[nodiscard]] std::string withNewSection(const std::string& value) const
    {
        const std::string end(newLine(m_text));
        std::string out(m_text);
        if (!out.empty() && !out.ends_with('\n'))
            out += end;
        if (!isBlank(out))
            out += end;
        return out + "[" + m_section + "]" + end + m_key + " = " + value + end;
    }

    std::string_view m_text;
    std::string m_section;
    std::string m_key;
    TomlLayout m_layout;
};

}  // namespace

std::expected<std::string, std::string> editToml(std::string_view text, std::string_view section, std::string_view key,
                                                 const std::optional<Value>& value)
{
    auto expected = entriesOf(text);
    if (!expected)
        return std::unexpected("the file is not TOML");
    const std::string canonical = canonicalSection(section);
    const auto isIt = [&](const auto& entry) { return std::get<0>(entry) == canonical && std::get<1>(entry) == key; };
    const auto there = std::ranges::find_if(*expected, isIt);
    if (!value)
        std::erase_if(*expected, isIt);
    else if (there != expected->end())
        std::get<2>(*there) = rawOf(*value);
    else
        expected->emplace_back(canonical, key, rawOf(*value));
    const Editor editor(text, section, key);
    for (std::string& way : value ? editor.set(*value) : editor.remove())
        if (const auto entries = entriesOf(way); entries && equal(*entries, *expected))
            return std::move(way);
    return std::unexpected("the file is written in a way that the change cannot be put into; change it there by hand");
}

}  // namespace tickdeck::config
