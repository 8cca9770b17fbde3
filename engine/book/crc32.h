// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// CRC-32/ISO-HDLC (that of zlib) over text.

#include <cstdint>
#include <string_view>

namespace tickdeck::book {

[[nodiscard]] std::uint32_t crc32(std::string_view text) noexcept;

}  // namespace tickdeck::book
