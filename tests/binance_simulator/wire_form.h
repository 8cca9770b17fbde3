// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a message of Binance is made of: its keys, types and the forms of its texts.

#include <string>
#include <string_view>

#include "tests/support/wire_form.h"

namespace tickdeck::test {

// Adds what the message, without a stream's wrapper, is made of. False: it is no JSON object.
[[nodiscard]] bool addForm(WireForm& form, std::string_view json);

// "depthUpdate", "snapshot", "ack", "error", …
[[nodiscard]] std::string wireKind(std::string_view json);

}  // namespace tickdeck::test
