// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The driver over Binance's decoder.

#include "engine/connectors/binance/decoder.h"
#include "tests/support/decoder_driver.h"

namespace tickdeck::binance {

class Driver final : public DecoderDriver {
public:
    Driver() : DecoderDriver(makeDecoder) {}
};

}  // namespace tickdeck::binance
