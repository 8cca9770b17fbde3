// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Coinbase Advanced Trade, WebSocket: one public connection, and REST for the definitions.

#include "engine/plugin/connector.h"

namespace tickdeck::coinbase {

// Its settings are Settings (settings.h).
[[nodiscard]] ConnectorSpec spec();

}  // namespace tickdeck::coinbase
