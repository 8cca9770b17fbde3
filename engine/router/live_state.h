// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest value of everything, read from any thread without waiting.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/plugin/decoder.h"
#include "engine/router/live_values.h"

namespace tickdeck {

// Each value has one writer: the lane whose symbol it is (depth, quote, trades, mark, instrument, venue's candles),
// the pipe thread of the pipeline that makes it (candles built by the engine), and for statuses, gaps and counters the
// thread of the lane or pipeline that the batch names. Room is made by the writer when a value first comes.
//
// Reading never waits and never holds up a writer. An empty answer means that there is nothing yet, or that the writer
// was too busy to be read between two changes; the reader keeps what it had. Lives as long as its writers and readers.
class LiveState final : public LiveWriter {
public:
    static constexpr std::size_t kTradesKept = 256;   // per symbol
    static constexpr std::size_t kCandlesKept = 256;  // closed ones, per symbol and interval
    static constexpr std::size_t kIntervals = 8;      // per symbol and builder; further ones are not kept here
    static constexpr std::size_t kStatuses = 64;      // subjects per lane
    static constexpr std::size_t kGaps = 256;         // open at once per lane; the oldest makes room

    explicit LiveState(const SymbolTable& symbols);
    ~LiveState() override;

    // Writers.
    void publish(const Depth& depth) override;
    // Takes what the batch says: quotes, trades, marks, fundings, candles, instruments, statuses, gaps, counts. Its lane's thread, before
    // the batch is pushed (it need not be numbered).
    void observe(const Batch& batch);

    // Readers, with ids of the symbol table.
    [[nodiscard]] std::optional<Depth> depth(SymbolId symbol) const;
    [[nodiscard]] std::optional<LiveQuote> quote(SymbolId symbol) const;
    [[nodiscard]] std::optional<LiveTrade> lastTrade(SymbolId symbol) const;
    [[nodiscard]] std::optional<LiveMark> mark(SymbolId symbol) const;
    [[nodiscard]] std::optional<LiveInstrument> instrument(SymbolId symbol) const;
    // The newest candle of this width, open or closed.
    [[nodiscard]] std::optional<LiveCandle> candle(SymbolId symbol, Nanos interval,
                                                   BuiltBy built = BuiltBy::Engine) const;
    [[nodiscard]] std::vector<Nanos> intervals(SymbolId symbol, BuiltBy built = BuiltBy::Engine) const;

    // Appends what came after number `after`, oldest first, as far as it is still kept; returns the number to ask with
    // next time. 0 asks for all that is kept.
    std::uint64_t tradesSince(SymbolId symbol, std::uint64_t after, std::vector<LiveTrade>& out) const;
    std::uint64_t closedCandlesSince(SymbolId symbol, Nanos interval, std::uint64_t after, std::vector<LiveCandle>& out,
                                     BuiltBy built = BuiltBy::Engine) const;

    // Symbols that have any value, by id.
    [[nodiscard]] std::vector<SymbolId> symbols() const;
    [[nodiscard]] std::vector<LiveStatus> statuses() const;
    [[nodiscard]] std::vector<LiveGap> openGaps() const;
    [[nodiscard]] std::vector<LiveCount> counts() const;
    [[nodiscard]] std::vector<LiveIntake> intakes() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck
