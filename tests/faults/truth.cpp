// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/truth.h"

#include <algorithm>

#include "engine/connectors/binance/simulator.h"
#include "engine/runtime/registry.h"

namespace tickdeck::test {

namespace {

void mix(std::uint64_t& hash, std::int64_t value)
{
    hash = (hash ^ static_cast<std::uint64_t>(value)) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
}

VenueTruth kraken()
{
    return {.venue = "kraken",
            .symbols = {"BTC/USD", "ETH/USD", "DOGE/USD", "MINA/GBP"},
            // The venue's checksum covers ten levels: what is lost below them shows only when it comes up.
            .settings = {"connectors.kraken.book_depth=10", "connectors.kraken.liveness_timeout_ms=1500"},
            .depth = 10,
            .compared = 10,
            .instrument =
                [](const sim::MarketOptions& market, const std::string& native) {
                    return static_cast<std::size_t>(std::ranges::find(market.listings, native, &sim::Listing::symbol) -
                                                    market.listings.begin());
                },
            .version = [](const sim::MarketOptions& market, std::size_t instrument, std::int64_t,
                          Nanos time) { return sim::Market::versionAt(market, instrument, time); }};
}

VenueTruth binance()
{
    const auto native = [](const sim::Listing& listing) { return listing.base + listing.quote; };
    return {.venue = "binance",
            .symbols = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"},
            .settings = {"connectors.binance.rest_url=http://PROXY", "connectors.binance.liveness_timeout_ms=1500"},
            .compared = 20,
            .quotes = false,  // its times are milliseconds
            .trades = 1,
            .instrument =
                [native](const sim::MarketOptions& market, const std::string& symbol) {
                    return static_cast<std::size_t>(std::ranges::find(market.listings, symbol, native) -
                                                    market.listings.begin());
                },
            .version =
                [native](const sim::MarketOptions& market, std::size_t instrument, std::int64_t id, Nanos) {
                    return binance::versionOf(market, native(market.listings[instrument]),
                                              static_cast<std::uint64_t>(id))
                        .value_or(kNever);
                }};
}

}  // namespace

std::vector<VenueTruth> venueTruths()
{
    std::vector<VenueTruth> out{kraken(), binance()};
    const auto specs = simulatorSpecs();
    std::erase_if(out, [&](const VenueTruth& truth) { return !findSpec(specs, truth.venue); });
    return out;
}

std::uint64_t hashOf(std::span<const Level> bids, std::span<const Level> asks, std::size_t levels)
{
    std::uint64_t hash = 14695981039346656037u;
    for (const auto& side : {bids, asks}) {
        mix(hash, -1);
        for (const Level& level : side.first(std::min(levels, side.size()))) {
            mix(hash, level.price);
            mix(hash, level.quantity);
        }
    }
    return hash;
}

BookTruth::BookTruth(sim::MarketOptions market, std::size_t instrument, std::size_t compared)
    : m_market(std::move(market)),
      m_instrument(instrument),
      m_compared(compared),
      m_book(sim::Market::bookAt(m_market, instrument, 0))
{
    m_versions.push_back(hashesOf(m_book));
}

BookTruth::Hashes BookTruth::hashesOf(const sim::MarketBook& book) const
{
    return {hashOf(book.bids(), book.asks(), 1), hashOf(book.bids(), book.asks(), m_compared)};
}

const BookTruth::Hashes& BookTruth::at(std::uint64_t version)
{
    while (m_versions.size() <= version) {
        m_book.step();
        m_versions.push_back(hashesOf(m_book));
    }
    return m_versions[version];
}

std::string BookTruth::text(std::uint64_t version, std::size_t levels) const
{
    const sim::MarketBook book = sim::Market::bookAt(m_market, m_instrument, version);
    std::string out;
    for (const auto& side : {book.bids(), book.asks()}) {
        for (const Level& level : side.first(std::min(levels, side.size())))
            out += std::to_string(level.price) + "×" + std::to_string(level.quantity) + " ";
        out += "| ";
    }
    return out;
}

}  // namespace tickdeck::test
