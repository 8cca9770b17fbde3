// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The venue's own candles of one contract.

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/core/decimal.h"
#include "engine/core/time.h"

namespace tickdeck::binance::simulated {

struct CandleInterval {
    std::string_view name;
    Nanos length;
};
inline constexpr Nanos kMinute = 60 * kSecond;
// Those that begin with the epoch; weeks and months are not told.
inline constexpr std::array<CandleInterval, 12> kCandleIntervals = {{{"1m", kMinute},
                                                                     {"3m", 3 * kMinute},
                                                                     {"5m", 5 * kMinute},
                                                                     {"15m", 15 * kMinute},
                                                                     {"30m", 30 * kMinute},
                                                                     {"1h", 60 * kMinute},
                                                                     {"2h", 120 * kMinute},
                                                                     {"4h", 240 * kMinute},
                                                                     {"6h", 360 * kMinute},
                                                                     {"8h", 480 * kMinute},
                                                                     {"12h", 720 * kMinute},
                                                                     {"1d", 1440 * kMinute}}};

// Prices in ticks, quantities in lots, turnover in their product.
struct VenueCandle {
    Nanos open = 0;  // its first instant
    std::int64_t first = 0;
    std::int64_t high = 0;
    std::int64_t low = 0;
    std::int64_t last = 0;
    Int128 volume = 0;
    Int128 turnover = 0;
    Int128 boughtVolume = 0;  // by aggressors
    Int128 boughtTurnover = 0;
    std::int64_t firstTrade = -1;
    std::int64_t lastTrade = -1;
    std::int64_t trades = 0;
    bool dirty = false;  // changed since it was told
};

// All intervals at once. One thread.
class Candles {
public:
    Candles(Nanos start, std::int64_t price)
    {
        for (std::size_t i = 0; i < m_candles.size(); ++i)
            m_candles[i] = begun(start / kCandleIntervals[i].length * kCandleIntervals[i].length, price);
    }

    void trade(std::int64_t price, std::int64_t quantity, bool bought, std::int64_t firstId, std::int64_t lastId)
    {
        const Int128 turnover = Int128{price} * quantity;
        for (VenueCandle& candle : m_candles) {
            if (candle.trades == 0) {
                candle.first = candle.high = candle.low = price;
                candle.firstTrade = firstId;
            }
            candle.high = std::max(candle.high, price);
            candle.low = std::min(candle.low, price);
            candle.last = price;
            candle.volume += quantity;
            candle.turnover += turnover;
            candle.boughtVolume += bought ? quantity : 0;
            candle.boughtTurnover += bought ? turnover : 0;
            candle.lastTrade = lastId;
            candle.trades += lastId - firstId + 1;
            candle.dirty = true;
        }
    }
    [[nodiscard]] VenueCandle& at(std::size_t interval) noexcept { return m_candles[interval]; }
    // Whether it ends by `now`.
    [[nodiscard]] bool ends(std::size_t interval, Nanos now) const noexcept
    {
        return m_candles[interval].open + kCandleIntervals[interval].length <= now;
    }
    // The next one, without a trade.
    void roll(std::size_t interval)
    {
        VenueCandle& candle = m_candles[interval];
        candle = begun(candle.open + kCandleIntervals[interval].length, candle.last);
    }

private:
    static VenueCandle begun(Nanos open, std::int64_t price)
    {
        VenueCandle candle;
        candle.open = open;
        candle.first = candle.high = candle.low = candle.last = price;
        return candle;
    }

    std::array<VenueCandle, kCandleIntervals.size()> m_candles;
};

}  // namespace tickdeck::binance::simulated
