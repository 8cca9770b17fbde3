// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Holds a journal against the truth of a simulated venue:
//   - a book that is called verified is the market's book at its version; a quote is the market's at its time;
//   - from a book's last good state before any wrong or missed one to its next good one, a gap of that book covers all;
//   - trade ids that are missing lie in a gap of that symbol's trades.
// What no venue's protocol can show is left out: a quote that never came; a lost change of a book that the next change
// makes good (its checksum agrees); the last trades before a connection ended, when back-filled.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/model/batch.h"
#include "tests/faults/truth.h"

namespace tickdeck::test {

struct GapSpan {
    std::string symbol;  // native
    std::string channel;
    Nanos from = 0;
    Nanos to = kNoTime;  // kNoTime: never closed
};

struct Fault {
    Nanos time = 0;
    std::string what;
};

// Fed with every batch of a journal in its order, then asked. One thread.
class JournalCheck {
public:
    JournalCheck(const VenueTruth& venue, std::map<std::string, BookTruth>& truths, const SymbolTable& symbols);

    void take(const Batch& batch);
    // All that is wrong; after the last batch.
    [[nodiscard]] std::vector<Fault> finish();

    [[nodiscard]] const std::vector<GapSpan>& gaps() const { return m_gaps; }
    // Which of the market's versions a book's own version is; kNever where there was none.
    [[nodiscard]] std::uint64_t marketVersion(const std::string& native, std::uint64_t bookVersion) const;
    [[nodiscard]] std::uint64_t books() const { return m_books; }    // states that were held against the truth
    [[nodiscard]] std::uint64_t healed() const { return m_healed; }  // lost changes that the next one made good

private:
    struct View {
        PlainBook book;
        Nanos wholeAt = kNoTime;  // receive time of the last good state
        std::uint64_t version = 0;
        bool doubt = false;
        std::uint64_t trade = 0;  // the greatest id
        Nanos tradeAt = kNoTime;
    };
    struct Need {
        std::string symbol;
        std::string channel;
        Nanos from;
        Nanos to;
        std::string why;
    };

    void takeBook(const std::string& native, View& view, BookTruth& truth, const EventView& event, const Book& book);
    void takeTrade(const std::string& native, View& view, const Trade& trade);
    void takeQuote(const std::string& native, BookTruth& truth, const EventView& event, const Quote& quote);
    void takeGap(const std::string& native, const Gap& gap);
    [[nodiscard]] bool changedBetween(BookTruth& truth, std::uint64_t from, std::uint64_t to) const;
    [[nodiscard]] bool covered(const Need& need) const;
    void need(const std::string& native, std::string channel, ConnectionId connection, Nanos from, std::string why);

    const VenueTruth* m_venue;
    std::map<std::string, BookTruth>* m_truths;
    const SymbolTable* m_symbols;
    std::map<std::string, View> m_views;
    std::vector<GapSpan> m_gaps;
    std::map<std::string, std::size_t> m_gapById;
    std::vector<Need> m_needs;
    std::vector<Fault> m_faults;
    Nanos m_now = 0;
    struct Link {
        Nanos lastFrame = kNoTime;    // receive time
        Nanos closedAfter = kNoTime;  // the last frame before it ended
        Nanos opened = kNoTime;       // the last time
    };
    std::map<ConnectionId, Link> m_links;
    std::map<std::pair<std::string, std::uint64_t>, std::uint64_t> m_versions;
    std::uint64_t m_books = 0;
    std::uint64_t m_healed = 0;
};

}  // namespace tickdeck::test
