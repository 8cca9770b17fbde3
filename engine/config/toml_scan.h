// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a settings file's keys stand in its text, so that single ones can be changed. Internal to this folder.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickdeck::config {

// A [section] line.
struct TomlHeader {
    std::vector<std::string> path;
    std::size_t begin = 0;  // of its line
    std::size_t end = 0;    // behind its line's end
    bool isArray = false;   // [[section]]
};

// A key with its value. Offsets are bytes of the text.
struct TomlPlace {
    std::vector<std::string> path;  // with that of the section and of the inline tables around it
    std::optional<std::size_t> header;
    std::optional<std::size_t> parent;  // the place whose inline table it stands in
    std::size_t lineBegin = 0;          // of the first line that it takes; only where it stands in no inline table
    std::size_t lineEnd = 0;            // behind the end of the last one
    std::size_t keyBegin = 0;
    std::size_t lastKeyBegin = 0;  // behind the last dot of a dotted key
    std::size_t valueBegin = 0;
    std::size_t valueEnd = 0;
    bool isTable = false;  // the value is an inline table
};

struct TomlLayout {
    std::vector<TomlHeader> headers;
    std::vector<TomlPlace> places;  // in the order of the text; a table before what is in it
};

// `text` is TOML that was read without a fault; of other bytes the layout is senseless, but it ends and stays inside.
[[nodiscard]] TomlLayout scanToml(std::string_view text);

// An element of a list.
struct TomlElement {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t commaEnd = 0;  // behind its comma; 0: it has none
};
// The list that begins at `begin`, its offsets those of `text`.
[[nodiscard]] std::vector<TomlElement> scanTomlList(std::string_view text, std::size_t begin);

}  // namespace tickdeck::config
