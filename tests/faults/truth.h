// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A simulated market's books at each of their versions, and the books that an engine published held against them.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/model/depth.h"
#include "engine/sim/market.h"
#include "tests/support/plain_book.h"

namespace tickdeck::test {

// How a venue tells its market, for those who compare.
struct VenueTruth {
    std::string venue;                  // the connector
    std::vector<std::string> symbols;   // native, as the settings name them
    std::vector<std::string> settings;  // further ones, "section.key=value"; PROXY stands for the link's address
    std::size_t depth = 0;              // levels of a side that a book keeps; 0: all that it was told
    std::size_t compared = 10;          // levels of a side that are held against the truth
    bool quotes = true;                 // whether a quote's time alone says which state it is of
    ConnectionId trades = 0;            // the connection that trades come on; books come on 0
    // Which of the market's instruments a native symbol is.
    std::function<std::size_t(const sim::MarketOptions&, const std::string& native)> instrument;
    // How many steps an instrument had done in the state that carries these; `venueSeq` 0: none. kNever: it never was so.
    std::function<std::uint64_t(const sim::MarketOptions&, std::size_t instrument, std::int64_t venueSeq, Nanos time)>
        version;
};
inline constexpr std::uint64_t kNever = UINT64_MAX;

// Every venue of the bed that this build has.
[[nodiscard]] std::vector<VenueTruth> venueTruths();

// One instrument's books by version, as hashes of the best level and of the best `compared`.
class BookTruth {
public:
    BookTruth(sim::MarketOptions market, std::size_t instrument, std::size_t compared);

    [[nodiscard]] std::uint64_t best(std::uint64_t version) { return at(version).best; }
    [[nodiscard]] std::uint64_t compared(std::uint64_t version) { return at(version).compared; }
    [[nodiscard]] const sim::Listing& listing() const { return m_book.listing(); }
    [[nodiscard]] const sim::MarketOptions& market() const { return m_market; }
    [[nodiscard]] std::size_t instrument() const { return m_instrument; }
    // For people.
    [[nodiscard]] std::string text(std::uint64_t version, std::size_t levels) const;

private:
    struct Hashes {
        std::uint64_t best = 0, compared = 0;
    };
    [[nodiscard]] const Hashes& at(std::uint64_t version);
    [[nodiscard]] Hashes hashesOf(const sim::MarketBook& book) const;

    sim::MarketOptions m_market;
    std::size_t m_instrument;
    std::size_t m_compared;
    sim::MarketBook m_book;
    std::vector<Hashes> m_versions;
};

// Of the best levels, in the listing's own ticks and lots.
[[nodiscard]] std::uint64_t hashOf(std::span<const Level> bids, std::span<const Level> asks, std::size_t levels);

}  // namespace tickdeck::test
