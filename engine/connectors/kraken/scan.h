// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Kraken's times from their text, and what it shares with other venues.

#include <string_view>

#include "engine/book/wire_scan.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::kraken {

using book::isJsonNumber;
using book::kTooManyDigits;
using book::scanInteger;
using book::scanNumber;

// RFC 3339 with a short way for "2026-08-16T23:37:04.849274Z" on the day that was seen last.
class TimeScanner {
public:
    [[nodiscard]] Result<Nanos> scan(std::string_view text);

private:
    char m_date[11] = {};  // "2026-08-16T"
    Nanos m_midnight = 0;
};

}  // namespace tickdeck::kraken
