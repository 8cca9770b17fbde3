// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Binance USD-M futures: two public connections and REST.

#include "engine/plugin/connector.h"

namespace tickdeck::binance {

// Its settings are Settings (settings.h).
[[nodiscard]] ConnectorSpec spec();

}  // namespace tickdeck::binance
