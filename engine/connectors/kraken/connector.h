// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken Spot, WebSocket v2: one public connection.

#include "engine/plugin/connector.h"

namespace tickdeck::kraken {

// Its settings are Settings (settings.h).
[[nodiscard]] ConnectorSpec spec();

}  // namespace tickdeck::kraken
