// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/toml_scan.h"

#include <algorithm>

namespace tickdeck::config {

namespace {

constexpr int kDeepest = 64;  // the parser before it allows no more

class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text)
    {
        if (m_text.starts_with("\xEF\xBB\xBF"))
            m_at = 3;
    }

    TomlLayout scan()
    {
        while (m_at < m_text.size())
            line();
        return std::move(m_layout);
    }

    std::vector<TomlElement> list(std::size_t begin)
    {
        m_at = begin;
        std::vector<TomlElement> out;
        array(0, &out);
        return out;
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }
    [[nodiscard]] bool done() const { return m_at >= m_text.size(); }
    void skip(std::string_view characters)
    {
        m_at = std::min(m_text.find_first_not_of(characters, m_at), m_text.size());
    }
    void skipTo(std::string_view characters) { m_at = std::min(m_text.find_first_of(characters, m_at), m_text.size()); }
    void toLineEnd()
    {
        skipTo("\n");
        m_at = std::min(m_at + 1, m_text.size());
    }
    // Blanks, line ends and comments.
    void skipSpace()
    {
        for (;;) {
            skip(" \t\r\n");
            if (peek() != '#')
                return;
            skipTo("\n");
        }
    }

    void line()
    {
        const std::size_t begin = m_at;
        skip(" \t");
        if (peek() == '#' || peek() == '\r' || peek() == '\n' || done()) {
            toLineEnd();
        } else if (peek() == '[') {
            TomlHeader header;
            header.begin = begin;
            header.isArray = peek(1) == '[';
            m_at += header.isArray ? 2u : 1u;
            header.path = key().path;
            toLineEnd();
            header.end = m_at;
            m_layout.headers.push_back(std::move(header));
        } else {
            const std::size_t index = entry(std::nullopt, 0);
            toLineEnd();
            m_layout.places[index].lineBegin = begin;
            m_layout.places[index].lineEnd = m_at;
        }
    }

    struct Key {
        std::vector<std::string> path;
        std::size_t lastBegin = 0;
    };
    Key key()
    {
        Key out;
        for (;;) {
            skip(" \t");
            out.lastBegin = m_at;
            const char quote = peek();
            if (quote == '"' || quote == '\'') {
                const std::size_t begin = m_at + 1;
                quoted(1);
                out.path.emplace_back(m_text.substr(begin, std::max(m_at, begin + 1) - begin - 1));
            } else {
                const std::size_t begin = m_at;
                skipTo(" \t.=]\r\n#\"'");
                out.path.emplace_back(m_text.substr(begin, m_at - begin));
            }
            skip(" \t");
            if (peek() != '.')
                return out;
            ++m_at;
        }
    }

    // key = value; gives its index.
    std::size_t entry(std::optional<std::size_t> parent, int depth)
    {
        TomlPlace place;
        place.keyBegin = m_at;
        place.parent = parent;
        Key name = key();
        place.lastKeyBegin = name.lastBegin;
        if (!m_layout.headers.empty())
            place.header = m_layout.headers.size() - 1;
        if (parent)
            place.path = m_layout.places[*parent].path;
        else if (place.header)
            place.path = m_layout.headers.back().path;
        place.path.insert(place.path.end(), name.path.begin(), name.path.end());
        skipTo("=\n");
        m_at = std::min(m_at + 1, m_text.size());
        skip(" \t");
        place.valueBegin = m_at;
        place.isTable = peek() == '{';
        const std::size_t index = m_layout.places.size();
        m_layout.places.push_back(std::move(place));
        value(index, depth);
        m_layout.places[index].valueEnd = m_at;
        return index;
    }

    void value(std::optional<std::size_t> place, int depth)
    {
        const char first = peek();
        if (first == '"' || first == '\'')
            quoted(peek(1) == first && peek(2) == first ? 3 : 1);
        else if (first == '[')
            array(depth + 1, nullptr);
        else if (first == '{')
            table(place, depth + 1);
        else
            skipTo(" \t,]}#\r\n");
    }

    // A text whose quotes are of this many characters.
    void quoted(std::size_t length)
    {
        const char quote = peek();
        const std::string close(length, quote);
        m_at = std::min(m_at + length, m_text.size());
        while (!done() && m_text.substr(m_at, length) != close)
            m_at += quote == '"' && peek() == '\\' ? 2u : 1u;
        m_at = std::min(m_at + length, m_text.size());
        while (length == 3 && peek() == quote)  // up to two quotes may stand before the closing three
            ++m_at;
    }

    void array(int depth, std::vector<TomlElement>* elements)
    {
        ++m_at;
        for (;;) {
            skipSpace();
            if (done() || peek() == ']' || depth > kDeepest)
                break;
            TomlElement element{m_at, 0, 0};
            value(std::nullopt, depth);
            element.end = m_at;
            skipSpace();
            if (peek() == ',')
                element.commaEnd = ++m_at;
            else if (peek() != ']' && m_at == element.begin)
                ++m_at;  // senseless bytes must end as well
            if (elements)
                elements->push_back(element);
        }
        m_at = std::min(m_at + 1, m_text.size());
    }

    void table(std::optional<std::size_t> place, int depth)
    {
        ++m_at;
        for (;;) {
            skipSpace();
            if (done() || peek() == '}' || depth > kDeepest)
                break;
            const std::size_t begin = m_at;
            if (place)
                entry(place, depth);
            else  // in a list: no settings stand there
                value(std::nullopt, depth), skipTo(",}\n");
            skipSpace();
            if (peek() == ',' || m_at == begin)
                ++m_at;
        }
        m_at = std::min(m_at + 1, m_text.size());
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    TomlLayout m_layout;
};

}  // namespace

TomlLayout scanToml(std::string_view text) { return Scanner(text).scan(); }

std::vector<TomlElement> scanTomlList(std::string_view text, std::size_t begin) { return Scanner(text).list(begin); }

}  // namespace tickdeck::config
