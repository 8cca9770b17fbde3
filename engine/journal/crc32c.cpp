// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/crc32c.h"

#include <array>
#include <cstring>

namespace tickdeck::journal {

namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82F63B78u;

constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ (value % 2 != 0 ? kReversedPolynomial : 0);
        table[i] = value;
    }
    return table;
}();

#if defined(__x86_64__)
// One stream of 8 bytes every three cycles: 8 GB/s, far above what zstd makes.
__attribute__((target("sse4.2"))) std::uint32_t crc32cHardware(std::span<const std::byte> bytes) noexcept
{
    std::uint64_t crc = 0xFFFFFFFFu;
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= sizeof(std::uint64_t); at += sizeof(std::uint64_t), left -= sizeof(std::uint64_t)) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    auto tail = static_cast<std::uint32_t>(crc);
    for (; left > 0; ++at, --left)
        tail = __builtin_ia32_crc32qi(tail, static_cast<unsigned char>(*at));
    return ~tail;
}
#endif

}  // namespace

std::uint32_t crc32cTable(std::span<const std::byte> bytes) noexcept
{
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const std::byte byte : bytes)
        crc = (crc >> 8) ^ kTable[(crc ^ static_cast<std::uint32_t>(byte)) & 0xFFu];
    return ~crc;
}

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept
{
#if defined(__x86_64__)
    static const bool hardware = __builtin_cpu_supports("sse4.2");
    if (hardware)
        return crc32cHardware(bytes);
#endif
    return crc32cTable(bytes);
}

}  // namespace tickdeck::journal
