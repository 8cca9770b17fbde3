// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where it has one.

#include <cstddef>
#include <cstdint>
#include <span>

namespace tickdeck::journal {

[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept;
// The same from a table, for processors without the instruction.
[[nodiscard]] std::uint32_t crc32cTable(std::span<const std::byte> bytes) noexcept;

}  // namespace tickdeck::journal
