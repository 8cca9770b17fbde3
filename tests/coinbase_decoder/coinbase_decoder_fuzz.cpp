// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/decoder.h"
#include "tests/support/decoder_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    tickdeck::fuzzDecoder(tickdeck::coinbase::makeDecoder, {reinterpret_cast<const char*>(data), size});
    return 0;
}
