// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Random damage to frames of JSON.

#include <random>
#include <string>
#include <string_view>

namespace tickdeck {

// One to three characters changed, cut or put in, most of them such as stand in JSON.
inline std::string damaged(std::string frame, std::mt19937_64& random)
{
    constexpr std::string_view kLikely = "0123456789.,:-\"{}[]eE tnull@";
    for (auto changes = 1 + random() % 3; changes > 0 && !frame.empty(); --changes) {
        const std::size_t at = random() % frame.size();
        switch (random() % 4) {
        case 0: frame[at] = kLikely[random() % kLikely.size()]; break;
        case 1: frame.erase(at, 1 + random() % 3); break;
        case 2: frame.insert(at, 1, kLikely[random() % kLikely.size()]); break;
        default: frame[at] = static_cast<char>(random() % 256); break;
        }
    }
    return frame;
}

}  // namespace tickdeck
