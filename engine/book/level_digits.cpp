// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/level_digits.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace tickdeck::book {

namespace {

// Prints a value without its last `trim` digits; nothing for zero, whose zeros are all leading.
char* printDigits(char* out, std::int64_t value, std::uint8_t trim) noexcept
{
    for (; trim > 0; --trim)
        value /= 10;
    return value > 0 ? std::to_chars(out, out + 20, value).ptr : out;
}

}  // namespace

void LevelDigits::insert(std::size_t rank) noexcept
{
    std::move_backward(m_levels.begin() + static_cast<std::ptrdiff_t>(rank), m_levels.end() - 1, m_levels.end());
    m_levels[rank].length = 0;
}

void LevelDigits::remove(std::size_t rank) noexcept
{
    std::move(m_levels.begin() + static_cast<std::ptrdiff_t>(rank) + 1, m_levels.end(),
              m_levels.begin() + static_cast<std::ptrdiff_t>(rank));
    m_levels.back().length = 0;
}

void LevelDigits::clear() noexcept
{
    if (!m_any)
        return;
    m_any = false;
    for (Text& level : m_levels)
        level.length = 0;
}

char* LevelDigits::write(char* out, std::size_t rank, std::int64_t price, std::int64_t quantity,
                         LevelTrim trim) noexcept
{
    m_any = true;
    Text& level = m_levels[rank];
    if (level.length == 0) {
        char* end = printDigits(level.text.data(), price, trim.price);
        end = printDigits(end, quantity, trim.quantity);
        level.length = static_cast<std::uint8_t>(end - level.text.data());
    }
    std::memcpy(out, level.text.data(), 32);
    if (level.length > 32)
        std::memcpy(out + 32, level.text.data() + 32, level.text.size() - 32);
    return out + level.length;
}

}  // namespace tickdeck::book
