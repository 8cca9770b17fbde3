// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A seeded random market of known truth: what a venue's simulator tells, and what tests compare with.

#include <cstddef>
#include <cstdint>
#include <queue>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/market_book.h"

namespace tickdeck::sim {

struct MarketOptions {
    std::vector<Listing> listings;
    std::uint64_t seed = 1;
    double rate = 400;          // steps per second of all instruments together, shared out by Listing::weight
    Nanos start = 0;            // UTC, of the first step
    std::size_t levels = 1100;  // on each side of each book
};

// What one step did. `changes` holds absolute levels in the order in which they happened.
struct Step {
    std::size_t instrument = 0;  // index into MarketOptions::listings
    Nanos time = 0;
    std::span<const LevelChange> changes;
    std::span<const MarketTrade> trades;
};

// Steps of all instruments in order of time. Each instrument is a random process of its own: its state at a version
// depends on the seed, its name and that version alone, and its time on `start` and `rate` as well. One thread.
class Market {
public:
    explicit Market(MarketOptions options);

    [[nodiscard]] const MarketOptions& options() const noexcept { return m_options; }
    [[nodiscard]] std::size_t size() const noexcept { return m_books.size(); }
    [[nodiscard]] const MarketBook& book(std::size_t instrument) const { return m_books[instrument]; }
    // size() when it is not listed; `symbol` as "BTC/USD".
    [[nodiscard]] std::size_t find(std::string_view symbol) const noexcept;

    // When the next step is due.
    [[nodiscard]] Nanos nextTime() const noexcept { return m_due.top().time; }
    // Does it. The spans hold until the next one.
    const Step& step();

    // The truth: an instrument's book after `version` steps of it, computed anew from the seed. Any thread.
    [[nodiscard]] static MarketBook bookAt(const MarketOptions& options, std::size_t instrument, std::uint64_t version);
    // How many steps an instrument had done at `time`, that of a step included. Any thread.
    [[nodiscard]] static std::uint64_t versionAt(const MarketOptions& options, std::size_t instrument, Nanos time);
    // When the step to `version` (from 1) is done. Any thread.
    [[nodiscard]] static Nanos timeOf(const MarketOptions& options, std::size_t instrument, std::uint64_t version);

private:
    struct Due {
        Nanos time = 0;
        std::size_t instrument = 0;
        friend bool operator>(const Due& a, const Due& b) noexcept
        {
            return a.time != b.time ? a.time > b.time : a.instrument > b.instrument;
        }
    };

    MarketOptions m_options;
    std::vector<MarketBook> m_books;
    std::vector<std::uint64_t> m_seeds;
    std::vector<double> m_intervals;  // nanoseconds between an instrument's steps
    std::priority_queue<Due, std::vector<Due>, std::greater<>> m_due;
    Step m_step;
};

}  // namespace tickdeck::sim
