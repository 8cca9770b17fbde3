// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How the simulated venue names a contract and writes its numbers.

#include <string>
#include <string_view>

#include "engine/sim/market_book.h"

namespace tickdeck::binance::simulated {

// Which contract, and what a fault has made of it. Prices inside are "told" prices: tenths of the market's tick, so that a
// contract whose precision has changed can use the digit that it gained.
class Contract {
public:
    explicit Contract(const sim::Listing& listing);

    [[nodiscard]] const std::string& name() const noexcept { return m_name; }      // "BTCUSDT_261225"
    [[nodiscard]] const std::string& stream() const noexcept { return m_stream; }  // "btcusdt_261225"
    [[nodiscard]] const std::string& pair() const noexcept { return m_pair; }      // "BTCUSDT"
    [[nodiscard]] const std::string& base() const noexcept { return m_base; }
    [[nodiscard]] const std::string& quote() const noexcept { return m_quote; }
    [[nodiscard]] bool isDated() const noexcept { return m_delivery != 0; }
    // UTC; far away for a perpetual.
    [[nodiscard]] Nanos delivery() const noexcept;

    // A market price as it is told: in tenths of a tick. Those of a finer contract lie between its old ticks.
    [[nodiscard]] std::int64_t told(std::int64_t ticks) const noexcept
    {
        return ticks * 10 + (m_fine ? ticks % 10 : 0);
    }
    // "76947.30" of a told price.
    [[nodiscard]] std::string price(std::int64_t told) const;
    [[nodiscard]] std::string priceOfTicks(std::int64_t ticks) const { return price(told(ticks)); }
    // "0.250"
    [[nodiscard]] std::string quantity(std::int64_t lots) const;
    // A level's: nothing is written in one of several ways.
    [[nodiscard]] std::string levelQuantity(std::int64_t lots, std::uint64_t dice) const;
    // Price times quantity, with all their digits.
    [[nodiscard]] std::string turnover(Int128 value) const;
    // Digits after the point of prices and quantities, as they are written.
    [[nodiscard]] int priceDigits() const noexcept { return m_priceDigits + (m_fine ? 1 : 0); }
    [[nodiscard]] int quantityDigits() const noexcept { return m_quantityDigits; }
    [[nodiscard]] std::string tickSize() const;

    void makeFine() noexcept { m_fine = true; }
    [[nodiscard]] bool isFine() const noexcept { return m_fine; }

private:
    std::string m_name;
    std::string m_stream;
    std::string m_pair;
    std::string m_base;
    std::string m_quote;
    Nanos m_delivery = 0;
    int m_precision;  // of the market's prices
    int m_priceDigits;
    int m_quantityDigits;
    bool m_fine = false;
};

}  // namespace tickdeck::binance::simulated
