// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one address may ask over REST: weights in a minute, then refusals, then a ban.

#include <optional>
#include <string>

#include "engine/core/time.h"
#include "engine/sim/http.h"

namespace tickdeck::binance::simulated {

// Minutes are the wall's. One thread.
class RequestMeter {
public:
    static constexpr int kMostInAMinute = 2400;
    static constexpr int kMostRefused = 10;  // in a minute, then the address is banned
    static constexpr Nanos kBan = 120 * kSecond;

    // Counts a request. Nothing: it may be answered. Else the refusal: 429, or 418 while banned.
    [[nodiscard]] std::optional<sim::HttpAnswer> charge(int weight, Nanos now);
    // Of this minute.
    [[nodiscard]] int used() const noexcept { return m_used; }
    // "X-MBX-USED-WEIGHT-1M"
    [[nodiscard]] std::pair<std::string, std::string> header() const;

private:
    Nanos m_minute = 0;
    int m_used = 0;
    int m_refused = 0;
    Nanos m_bannedUntil = 0;
};

// The body of a 429, or of a 418 until then.
[[nodiscard]] std::string refusalText(int status, Nanos until);

// Levels that a snapshot may be asked for with, and what that weighs; nothing for any other number.
[[nodiscard]] std::optional<int> snapshotWeight(std::size_t levels) noexcept;

}  // namespace tickdeck::binance::simulated
