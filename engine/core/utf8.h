// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Well-formed UTF-8 (Unicode 15, table 3-7).

#include <cstddef>
#include <string_view>

namespace tickdeck {

// How many bytes the well-formed character at the front of `text` has, 1 to 4; 0 where there is none.
[[nodiscard]] constexpr std::size_t utf8Character(std::string_view text) noexcept
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[i])) : 0u;
    };
    const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (text.empty())
        return 0;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return continues(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef)
        return continues(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf) && continues(2) ? 3 : 0;
    if (lead >= 0xf0 && lead <= 0xf4)
        return continues(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf) && continues(2) && continues(3) ? 4
                                                                                                                    : 0;
    return 0;
}

}  // namespace tickdeck
