// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/toml_edit.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/config/settings_reader.h"

namespace tickdeck::config {
namespace {

using List = std::vector<std::string>;

struct Edit {
    const char* name;
    std::string before;
    std::string section;
    std::string key;
    std::optional<Value> value;
    std::string after;
};

class TomlEdit : public ::testing::TestWithParam<Edit> {};

TEST_P(TomlEdit, TouchesOnlyWhatChanges)
{
    const Edit& edit = GetParam();
    const auto edited = editToml(edit.before, edit.section, edit.key, edit.value);
    ASSERT_TRUE(edited) << edited.error();
    EXPECT_EQ(*edited, edit.after);
}

Value whole(std::int64_t value) { return value; }

INSTANTIATE_TEST_SUITE_P(
    Each, TomlEdit,
    ::testing::Values(
        Edit{"value_keeps_comment_and_spacing", "# mine\n[serve]\n  http_port  =  80   # the port\nbind = 'a'\n",
             "serve", "http_port", whole(81), "# mine\n[serve]\n  http_port  =  81   # the port\nbind = 'a'\n"},
        Edit{"value_of_an_alias", "[server]\nhttp_port = 80\n", "serve", "http_port", whole(81),
             "[server]\nhttp_port = 81\n"},
        Edit{"new_key_behind_the_last", "[serve]\nhttp_port = 80 # p\n\n# next\n[log]\nlevel = \"info\"\n", "serve",
             "bind", Value(std::string("b")),
             "[serve]\nhttp_port = 80 # p\nbind = \"b\"\n\n# next\n[log]\nlevel = \"info\"\n"},
        Edit{"new_key_in_an_empty_section", "[serve] # s\n[log]\nlevel = \"info\"\n", "serve", "http_port", whole(1),
             "[serve] # s\nhttp_port = 1\n[log]\nlevel = \"info\"\n"},
        Edit{"new_key_keeps_indentation", "[serve]\n\thttp_port = 80\n", "serve", "metrics_port", whole(9),
             "[serve]\n\thttp_port = 80\n\tmetrics_port = 9\n"},
        Edit{"new_section", "[serve]\nhttp_port = 80\n", "log", "level", Value(std::string("debug")),
             "[serve]\nhttp_port = 80\n\n[log]\nlevel = \"debug\"\n"},
        Edit{"new_file", "", "log", "level", Value(std::string("debug")), "[log]\nlevel = \"debug\"\n"},
        Edit{"no_line_end_at_the_end", "[serve]\nhttp_port = 80", "serve", "bind", Value(std::string("b")),
             "[serve]\nhttp_port = 80\nbind = \"b\"\n"},
        Edit{"crlf", "[serve]\r\nhttp_port = 80 # p\r\n", "serve", "bind", Value(std::string("b")),
             "[serve]\r\nhttp_port = 80 # p\r\nbind = \"b\"\r\n"},
        Edit{"crlf_new_section", "[serve]\r\nhttp_port = 80\r\n", "log", "level", Value(std::string("info")),
             "[serve]\r\nhttp_port = 80\r\n\r\n[log]\r\nlevel = \"info\"\r\n"},
        Edit{"reset_takes_its_line", "[serve]\n# why\nhttp_port = 80 # p\nbind = 'a'\n", "serve", "http_port",
             std::nullopt, "[serve]\n# why\nbind = 'a'\n"},
        Edit{"reset_of_what_is_not_there", "[serve]\nbind = 'a'\n", "serve", "http_port", std::nullopt,
             "[serve]\nbind = 'a'\n"},
        Edit{"reset_of_lines", "[a]\nsymbols = [\n  'x', # ]\n  'y'\n] # end\nn = 1\n", "a", "symbols", std::nullopt,
             "[a]\nn = 1\n"},
        Edit{"dotted_key", "connectors.kraken.book_depth = 100 # deep\n", "connectors.kraken", "book_depth", whole(25),
             "connectors.kraken.book_depth = 25 # deep\n"},
        Edit{"beside_dotted_keys", "connectors . kraken . book_depth = 100\n[log]\nlevel = 'info'\n",
             "connectors.kraken", "enabled", Value(false),
             "connectors . kraken . book_depth = 100\nconnectors . kraken . enabled = false\n[log]\nlevel = 'info'\n"},
        Edit{"dotted_below_a_section", "[connectors]\nkraken.book_depth = 100\n", "connectors.kraken", "enabled",
             Value(false), "[connectors]\nkraken.book_depth = 100\nkraken.enabled = false\n"},
        Edit{"inline_table", "[connectors]\nkraken = { book_depth = 100, enabled = true } # k\n", "connectors.kraken",
             "book_depth", whole(10), "[connectors]\nkraken = { book_depth = 10, enabled = true } # k\n"},
        Edit{"into_an_inline_table", "[connectors]\nkraken = { book_depth = 100 }\n", "connectors.kraken", "enabled",
             Value(true), "[connectors]\nkraken = { book_depth = 100, enabled = true }\n"},
        Edit{"into_an_empty_inline_table", "connectors.kraken = {}\n", "connectors.kraken", "enabled", Value(true),
             "connectors.kraken = { enabled = true }\n"},
        Edit{"below_an_inline_table", "connectors = { kraken = { enabled = true } }\n", "connectors.alpha", "enabled",
             Value(true), "connectors = { kraken = { enabled = true }, alpha.enabled = true }\n"},
        Edit{"out_of_an_inline_table", "connectors.kraken = { book_depth = 100, enabled = true }\n",
             "connectors.kraken", "book_depth", std::nullopt, "connectors.kraken = { enabled = true }\n"},
        Edit{"last_out_of_an_inline_table", "connectors.kraken = { book_depth = 100, enabled = true }\n",
             "connectors.kraken", "enabled", std::nullopt, "connectors.kraken = { book_depth = 100 }\n"},
        Edit{"brackets_and_signs_in_texts", "[a]\nx = '[b] # = '\ny = \"\\\"# [a]\"\nz = 1\n", "a", "z", whole(2),
             "[a]\nx = '[b] # = '\ny = \"\\\"# [a]\"\nz = 2\n"},
        Edit{"texts_over_lines", "[a]\nx = \"\"\"\n[b]\nz = 0\n\"\"\"\ny = '''\nz = 9'''\nz = 1\n", "a", "z", whole(2),
             "[a]\nx = \"\"\"\n[b]\nz = 0\n\"\"\"\ny = '''\nz = 9'''\nz = 2\n"},
        Edit{"quoted_names", "[\"connectors\".'kraken']\n\"book_depth\" = 100\n", "connectors.kraken", "book_depth",
             whole(10), "[\"connectors\".'kraken']\n\"book_depth\" = 10\n"},
        Edit{"byte_order_mark", "\xEF\xBB\xBF[a]\nz = 1\n", "a", "z", whole(2), "\xEF\xBB\xBF[a]\nz = 2\n"},
        Edit{"list_on_a_line", "[a]\ns = ['x', 'y'] # two\n", "a", "s", Value(List{"x"}), "[a]\ns = [\"x\"] # two\n"},
        Edit{"list_grows_by_a_line", "[a]\ns = [\n  'x', # ex\n  'y', # why\n]\n", "a", "s", Value(List{"x", "y", "z"}),
             "[a]\ns = [\n  'x', # ex\n  'y', # why\n  \"z\",\n]\n"},
        Edit{"list_without_last_comma", "[a]\ns = [\n  'x', # ex\n  'y' # why\n]\n", "a", "s",
             Value(List{"x", "y", "z", "w"}), "[a]\ns = [\n  'x', # ex\n  'y', # why\n  \"z\",\n  \"w\"\n]\n"},
        Edit{"list_loses_a_line", "[a]\ns = [\n  'x', # ex\n  'y', # why\n  'z'\n]\n", "a", "s", Value(List{"x", "z"}),
             "[a]\ns = [\n  'x', # ex\n  'z'\n]\n"},
        Edit{"list_loses_its_last", "[a]\ns = [\n  'x', # ex\n  'y' # why\n]\n", "a", "s", Value(List{"x"}),
             "[a]\ns = [\n  'x', # ex\n]\n"},
        Edit{"list_loses_and_gains", "[a]\ns = [ 'x',\n  'y', 'z', # last\n]\n", "a", "s", Value(List{"x", "z", "w"}),
             "[a]\ns = [ 'x',\n  'z', # last\n  \"w\",\n]\n"},
        Edit{"list_in_crlf", "[a]\r\ns = [\r\n  'x',\r\n]\r\n", "a", "s", Value(List{"x", "y"}),
             "[a]\r\ns = [\r\n  'x',\r\n  \"y\",\r\n]\r\n"},
        Edit{"list_all_new", "[a]\ns = [\n  'x',\n]\nn = 1\n", "a", "s", Value(List{"y"}),
             "[a]\ns = [\"y\"]\nn = 1\n"}),
    [](const auto& test) { return test.param.name; });

TEST(TomlEditTest, SaysWhenItCannot)
{
    EXPECT_FALSE(editToml("[a\n", "a", "b", Value(true)));
    // A section that is a list of tables is none of ours, and takes no other beside it.
    EXPECT_FALSE(editToml("[[serve]]\nx = 1\n", "serve", "bind", Value(std::string("b"))));
}

// ---------------------------------------------------------------------------------------------------------------------
// Any sound text, any change: it is made, and it is the only one; taking it back leaves what was there before.

class Writer {
public:
    explicit Writer(std::uint64_t seed) : m_random(seed) {}

    std::string file()
    {
        m_text.clear();
        m_end = chance(4) ? "\r\n" : "\n";
        if (chance(3))
            line("# a file");
        std::vector<std::string> sections = {"serve", "connectors.alpha", "sinks.store", "log"};
        std::ranges::shuffle(sections, m_random);
        const bool dotted = chance(4);
        if (dotted)
            keys(sections.back() + ".");
        if (dotted || chance(4))
            sections.pop_back();
        for (const std::string& section : sections) {
            if (chance(4) && section.find('.') != std::string::npos) {
                line("[" + section.substr(0, section.find('.')) + "]" + comment());
                line(section.substr(section.find('.') + 1) + blanks() + "=" + blanks() + "{" + inlineKeys() + "}" +
                     comment());
            } else {
                line(indent() + "[" + blanks() + section + blanks() + "]" + comment());
                keys("");
            }
            if (chance(3))
                line(blanks());
        }
        if (chance(5) && m_text.ends_with(m_end))
            m_text.resize(m_text.size() - m_end.size());
        return m_text;
    }

    Value value()
    {
        switch (m_random() % 4) {
        case 0: return static_cast<std::int64_t>(m_random() % 1000);
        case 1: return chance(2);
        case 2: return text();
        default: break;
        }
        List list;
        for (auto n = m_random() % 4; n > 0; --n)
            list.push_back(text());
        return list;
    }
    std::string key() { return std::string(1, static_cast<char>('a' + m_random() % 6)); }
    std::string section()
    {
        static constexpr const char* kSections[] = {"serve", "connectors.alpha", "connectors.beta", "sinks.store",
                                                    "log"};
        return kSections[m_random() % std::size(kSections)];
    }
    bool chance(unsigned of) { return m_random() % of == 0; }

private:
    std::string text()
    {
        static constexpr const char* kTexts[] = {"BTC/USD", "", "#", "]", "a = 1", "\"", "'", "\\", "[x]", ",", "Ä€"};
        return kTexts[m_random() % std::size(kTexts)];
    }
    std::string blanks() { return std::string(m_random() % 3, chance(2) ? ' ' : '\t'); }
    std::string indent() { return chance(3) ? blanks() : std::string{}; }
    std::string comment() { return chance(3) ? blanks() + "# [x] 'y = \"1" : std::string{}; }
    std::string shown(const Value& value)
    {
        const auto* list = std::get_if<List>(&value);
        if (!list || chance(2))
            return tomlValue(value);
        std::string out = "[";
        for (const std::string& element : *list) {
            out += chance(2) ? comment() + m_end + blanks() : "";
            out += tomlString(element) + blanks();
            out += &element != &list->back() || chance(2) ? "," : "";
            out += chance(3) ? blanks() + "# ], \"" + m_end : "";
        }
        return out + (chance(2) ? m_end : "") + "]";
    }
    std::string quoted(const std::string& name) { return chance(6) ? "\"" + name + "\"" : name; }
    void keys(const std::string& prefix)
    {
        for (char name = 'a'; name < 'g'; ++name)
            if (chance(3)) {
                line(indent() + prefix + quoted(std::string(1, name)) + blanks() + "=" + blanks() + shown(value()) +
                     comment());
                if (chance(5))
                    line(indent() + "# a = 1");
            }
    }
    std::string inlineKeys()
    {
        std::string out;
        for (char name = 'a'; name < 'g'; ++name)
            if (chance(3))
                out += (out.empty() ? "" : ",") + blanks() + quoted(std::string(1, name)) + blanks() + "=" + blanks() +
                       tomlValue(value()) + blanks();
        return out;
    }
    void line(const std::string& text) { m_text += text + m_end; }

    std::mt19937_64 m_random;
    std::string m_text;
    std::string m_end = "\n";
};

using Entries = std::map<std::string, RawValue>;

Entries entriesOf(const std::string& text)
{
    Entries out;
    const auto read = readToml(text);
    if (!read) {
        ADD_FAILURE() << read.error().message << " in line " << read.error().line << ":\n" << text;
        return out;
    }
    for (const RawEntry& entry : *read)
        if (!entry.key.empty())
            out[entry.section + "." + entry.key] = entry.value;
    return out;
}

List commentsOf(const std::string& text)
{
    List out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.pop_back();
        if (const auto first = line.find_first_not_of(" \t"); first != std::string::npos && line[first] == '#')
            out.push_back(line);
        at = end + 1;
    }
    return out;
}

TEST(TomlEditTest, AnyChangeIsMadeAndNoOther)
{
    Writer writer(20260121);
    std::size_t changed = 0;
    for (int round = 0; round < 4'000; ++round) {
        const std::string before = writer.file();
        Entries entries = entriesOf(before);
        const std::string section = writer.section();
        const std::string key = writer.key();
        const bool isNew = !entries.contains(section + "." + key);
        const std::optional<Value> value = writer.chance(4) ? std::nullopt : std::optional(writer.value());
        const auto after = editToml(before, section, key, value);
        ASSERT_TRUE(after) << after.error() << "\n" << section << "." << key << "\n" << before;
        const Entries now = entriesOf(*after);
        if (value)
            entries[section + "." + key] = std::visit(
                [](const auto& held) -> RawValue {
                    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, Secret>)
                        return held.value;
                    else
                        return held;
                },
                *value);
        else
            entries.erase(section + "." + key);
        ASSERT_EQ(now, entries) << before << "-- " << section << "." << key << "\n" << *after;
        changed += before != *after;
        if (isNew && value) {
            // All of the old file is there, in order, around what is new.
            const auto common = std::ranges::mismatch(before, *after).in1 - before.begin();
            const std::string rest = before.substr(static_cast<std::size_t>(common));
            ASSERT_TRUE(after->ends_with(rest)) << before << "--\n" << *after;
            ASSERT_EQ(commentsOf(before), commentsOf(*after)) << before << "--\n" << *after;
        }
    }
    EXPECT_GT(changed, 2'000u);
}

// The layout is only taken of sound text, but no bytes may lead it outside.
TEST(TomlEditTest, NoBytesLeadItAstray)
{
    Writer writer(7);
    std::mt19937_64 random(8);
    for (int round = 0; round < 4'000; ++round) {
        std::string text = writer.file();
        for (auto n = random() % 4; n > 0 && !text.empty(); --n)
            text[random() % text.size()] = "[]{}=\"'.,#\n\\ \t"[random() % 14];
        const auto edited = editToml(text, writer.section(), writer.key(), writer.value());
        const bool sound = readToml(text).has_value();
        EXPECT_TRUE(sound || !edited);
    }
}

}  // namespace
}  // namespace tickdeck::config
