// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The driver over Deribit's decoder.

#include "engine/connectors/deribit/decoder.h"
#include "tests/support/decoder_driver.h"

namespace tickdeck::deribit {

class Driver final : public DecoderDriver {
public:
    Driver() : DecoderDriver(makeDecoder) {}
};

}  // namespace tickdeck::deribit
