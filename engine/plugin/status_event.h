// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A decoder's word on how something stands.

#include <string_view>

#include "engine/plugin/decoder.h"

namespace tickdeck {

// Adds a status event.
void writeStatus(Emit& emit, SymbolId symbol, std::string_view subject, std::string_view state,
                 std::string_view reason);

}  // namespace tickdeck
