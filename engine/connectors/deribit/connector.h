// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Deribit, JSON-RPC over WebSocket: one public connection.

#include "engine/plugin/connector.h"

namespace tickdeck::deribit {

// Its settings are Settings (settings.h).
[[nodiscard]] ConnectorSpec spec();

}  // namespace tickdeck::deribit
