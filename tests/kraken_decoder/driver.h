// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The driver over Kraken's decoder.

#include "engine/connectors/kraken/decoder.h"
#include "tests/support/decoder_driver.h"

namespace tickdeck::kraken {

class Driver final : public DecoderDriver {
public:
    Driver() : DecoderDriver(makeDecoder) {}
};

}  // namespace tickdeck::kraken
