// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/market.h"

#include <numeric>

#include "engine/sim/noise.h"

namespace tickdeck::sim {

namespace {

std::uint64_t seedOf(const MarketOptions& options, std::size_t instrument)
{
    std::uint64_t seed = mix(options.seed);
    for (const char c : options.listings[instrument].symbol())
        seed = mix(seed ^ static_cast<unsigned char>(c));
    return seed;
}

double intervalOf(const MarketOptions& options, std::size_t instrument)
{
    const double weights = std::accumulate(options.listings.begin(), options.listings.end(), 0.0,
                                           [](double sum, const Listing& listing) { return sum + listing.weight; });
    return 1e9 * weights / (options.rate * options.listings[instrument].weight);
}

// When an instrument's step to `version` is done: somewhere in the version-th interval, in whole microseconds.
Nanos stepTime(const MarketOptions& options, std::uint64_t seed, double interval, std::uint64_t version)
{
    const double part = static_cast<double>(mix(seed ^ version) >> 11) * 0x1p-53;
    const auto offset = static_cast<Nanos>((static_cast<double>(version - 1) + part) * interval);
    return options.start + offset / 1000 * 1000;
}

}  // namespace

Market::Market(MarketOptions options) : m_options(std::move(options))
{
    m_options.start = m_options.start / 1000 * 1000;
    for (std::size_t i = 0; i < m_options.listings.size(); ++i) {
        m_seeds.push_back(seedOf(m_options, i));
        m_books.emplace_back(m_options.listings[i], m_seeds[i], m_options.levels);
        m_intervals.push_back(intervalOf(m_options, i));
        m_due.push({stepTime(m_options, m_seeds[i], m_intervals[i], 1), i});
    }
}

std::size_t Market::find(std::string_view symbol) const noexcept
{
    std::size_t i = 0;
    while (i < m_books.size() && m_books[i].listing().symbol() != symbol)
        ++i;
    return i;
}

const Step& Market::step()
{
    const Due due = m_due.top();
    m_due.pop();
    MarketBook& book = m_books[due.instrument];
    book.step();
    m_due.push({stepTime(m_options, m_seeds[due.instrument], m_intervals[due.instrument], book.version() + 1),
                due.instrument});
    m_step = {due.instrument, due.time, book.changes(), book.trades()};
    return m_step;
}

MarketBook Market::bookAt(const MarketOptions& options, std::size_t instrument, std::uint64_t version)
{
    MarketBook book(options.listings[instrument], seedOf(options, instrument), options.levels);
    while (book.version() < version)
        book.step();
    return book;
}

std::uint64_t Market::versionAt(const MarketOptions& options, std::size_t instrument, Nanos time)
{
    const double interval = intervalOf(options, instrument);
    const std::uint64_t seed = seedOf(options, instrument);
    if (time < options.start)
        return 0;
    // The step of the interval that holds `time` is done by then or it is not; rounding may move it by one.
    auto version = static_cast<std::uint64_t>(static_cast<double>(time - options.start) / interval) + 2;
    while (version > 0 && stepTime(options, seed, interval, version) > time)
        --version;
    return version;
}

Nanos Market::timeOf(const MarketOptions& options, std::size_t instrument, std::uint64_t version)
{
    return stepTime(options, seedOf(options, instrument), intervalOf(options, instrument), version);
}

}  // namespace tickdeck::sim
