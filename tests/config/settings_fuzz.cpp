// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "tests/config/check_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    tickdeck::config::testing::readsOrRefuses({reinterpret_cast<const char*>(data), size});
    return 0;
}
