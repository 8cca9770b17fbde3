// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The venue's list of its contracts, taken over.

#include <span>

#include "engine/connectors/binance/answers.h"
#include "engine/connectors/binance/instruments.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::binance {

// Tells each definition that is new or another, and what is listed no more. False: the list is none.
[[nodiscard]] bool define(std::span<const InstrumentMessage> instruments, Contracts& contracts, Emit& emit);

}  // namespace tickdeck::binance
