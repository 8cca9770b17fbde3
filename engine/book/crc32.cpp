// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/crc32.h"

#include <zlib.h>

namespace tickdeck::book {

std::uint32_t crc32(std::string_view text) noexcept
{
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

}  // namespace tickdeck::book
