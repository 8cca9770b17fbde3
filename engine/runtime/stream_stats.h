// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What passes through the router, as the window shows it: rates, lags and ages of each venue × channel, recent trades,
// gaps and candles.

#include <array>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/snapshots.h"
#include "engine/model/batch.h"

namespace tickdeck::runtime {

// The newest samples of one lag.
class LagWindow {
public:
    static constexpr std::size_t kSamples = 512;
    void add(Nanos lag) noexcept;
    [[nodiscard]] api::Lag summary() const;

private:
    std::array<Nanos, kSamples> m_samples{};
    std::size_t m_count = 0;  // ever added
};

// A count's rate, smoothed over about three seconds.
class Rate {
public:
    // Events per second after `count` was reached at `steady` time.
    double update(std::uint64_t count, Nanos steady) noexcept;

private:
    std::uint64_t m_count = 0;
    Nanos m_at = kNoTime;
    double m_perSecond = 0;
};

// One thread feeds and reads it.
class StreamStats {
public:
    explicit StreamStats(const SymbolTable& symbols) : m_symbols(&symbols) {}

    // A batch as the router gave it out at `now`.
    void observe(const Batch& batch, Nanos now);
    // The streams in a stable order; their state says only what the streams themselves tell (open gaps).
    [[nodiscard]] std::vector<api::Stream> streams(Nanos now, Nanos steady);
    // Open ones and the newest closed ones, newest first, at most `most`.
    [[nodiscard]] std::vector<api::Gap> gaps(std::size_t most) const;
    [[nodiscard]] std::uint64_t openGaps() const noexcept { return m_openGaps; }
    // Events of one event type and venue, for the stages' rates: all of them.
    [[nodiscard]] std::uint64_t events() const noexcept { return m_events; }

private:
    static constexpr std::size_t kGapsKept = 1000;
    struct Row {
        std::uint64_t events = 0;
        Rate rate;
        LagWindow eventLag;
        LagWindow receiveLag;
        Nanos firstMessage = kNoTime;
        Nanos lastMessage = kNoTime;
        std::uint64_t gaps = 0;
        std::map<std::string, GapCause, std::less<>> open;  // by gap id
        Nanos since = kNoTime;
    };

    Row& row(const EventView& event);
    void observeGap(const Gap& gap, const EventView& event, Nanos receiveTime);

    const SymbolTable* m_symbols;
    std::map<std::pair<std::string, std::string>, Row> m_rows;  // venue, channel
    std::map<std::pair<SymbolId, EventType>, Row*> m_bySymbol;  // so that names are looked up once
    std::deque<api::Gap> m_gaps;                                // oldest first
    std::uint64_t m_openGaps = 0;
    std::uint64_t m_events = 0;
};

}  // namespace tickdeck::runtime
