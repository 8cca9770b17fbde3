// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_streams.h"

#include <algorithm>

#include "engine/connectors/binance/simulator_candles.h"

namespace tickdeck::binance::simulated {

namespace {

std::optional<std::size_t> indexOfCandle(std::string_view name)
{
    const auto found = std::ranges::find(kCandleIntervals, name, &CandleInterval::name);
    if (found == kCandleIntervals.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - kCandleIntervals.begin());
}

// "", "@100ms", "@500ms"
std::optional<std::size_t> depthInterval(std::string_view suffix)
{
    if (suffix.empty())
        return 250;
    if (suffix == "@100ms")
        return 100;
    if (suffix == "@500ms")
        return 500;
    return std::nullopt;
}

// "depth@100ms", "depth20", "depth5@500ms"
std::optional<Stream> parseDepth(std::string_view rest, std::size_t contract)
{
    for (const std::size_t levels : kPartialLevels) {
        const std::string digits = std::to_string(levels);
        if (!rest.starts_with(digits))
            continue;
        if (const auto interval = depthInterval(rest.substr(digits.size())))
            return Stream{StreamKind::Partial, contract, *interval, levels};
    }
    if (const auto interval = depthInterval(rest))
        return Stream{StreamKind::Depth, contract, *interval, 0};
    return std::nullopt;
}

// Of all contracts.
std::optional<Stream> parseAll(std::string_view name)
{
    if (name == "!bookTicker")
        return Stream{StreamKind::BookTicker, Stream::kAll, 0, 0};
    if (name == "!forceOrder@arr")
        return Stream{StreamKind::ForceOrder, Stream::kAll, 0, 0};
    if (name == "!markPrice@arr" || name == "!markPrice@arr@1s")
        return Stream{StreamKind::Mark, Stream::kAll, name.ends_with("@1s") ? 1000u : 3000u, 0};
    if (name == "!contractInfo")
        return Stream{StreamKind::ContractInfo, Stream::kAll, 0, 0};
    return std::nullopt;
}

}  // namespace

std::optional<Stream> parseStream(std::string_view name, std::span<const Contract> contracts)
{
    if (name.starts_with('!'))
        return parseAll(name);
    const std::size_t at = name.find('@');
    const auto found = std::ranges::find(contracts, name.substr(0, at), &Contract::stream);
    if (at == std::string_view::npos || found == contracts.end())
        return std::nullopt;
    const auto contract = static_cast<std::size_t>(found - contracts.begin());
    const std::string_view kind = name.substr(at + 1);
    if (kind.starts_with("depth"))
        return parseDepth(kind.substr(5), contract);
    if (kind == "bookTicker")
        return Stream{StreamKind::BookTicker, contract, 0, 0};
    if (kind == "aggTrade")
        return Stream{StreamKind::AggTrade, contract, 0, 0};
    if (kind == "markPrice" || kind == "markPrice@1s")
        return Stream{StreamKind::Mark, contract, kind.ends_with("@1s") ? 1000u : 3000u, 0};
    if (kind == "forceOrder")
        return Stream{StreamKind::ForceOrder, contract, 0, 0};
    if (kind.starts_with("kline_"))
        if (const auto interval = indexOfCandle(kind.substr(6)))
            return Stream{StreamKind::Kline, contract, *interval, 0};
    return std::nullopt;
}

bool serves(Route route, StreamKind kind) noexcept
{
    switch (kind) {
    case StreamKind::Depth:
    case StreamKind::Partial:
    case StreamKind::BookTicker: return route != Route::Market;
    default: return route == Route::Market;
    }
}

}  // namespace tickdeck::binance::simulated
