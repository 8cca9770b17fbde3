// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Frames of a generated recording: rec.jsonl, a frame a line, and rec.tag, a byte a line with its kind.

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tickdeck::bench {

struct Recording {
    std::string bytes;  // frames of the chosen kinds, one behind the other, with padding at the end
    std::vector<std::string_view> frames;
};

inline std::string slurp(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// The frames whose kind is in `kinds`. Empty where there is no recording.
inline Recording load(const std::string& folder, std::string_view kinds)
{
    const std::string all = slurp(folder + "/rec.jsonl");
    const std::string tags = slurp(folder + "/rec.tag");
    std::vector<std::pair<std::size_t, std::size_t>> chosen;
    Recording out;
    const char* at = all.data();
    for (const char tag : tags) {
        const auto* end =
            static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(all.data() + all.size() - at)));
        if (!end)
            break;
        if (kinds.find(tag) != std::string_view::npos) {
            chosen.emplace_back(out.bytes.size(), end - at);
            out.bytes.append(at, end).append(1, '\n');
        }
        at = end + 1;
    }
    out.bytes.append(64, '\n');
    for (const auto& [offset, size] : chosen)
        out.frames.push_back(std::string_view(out.bytes).substr(offset, size));
    return out;
}

}  // namespace tickdeck::bench
