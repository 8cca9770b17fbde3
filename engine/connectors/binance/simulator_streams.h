// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The names of streams, and which of them a connection is served.

#include <compare>
#include <optional>
#include <span>
#include <string_view>

#include "engine/connectors/binance/simulator_contract.h"

namespace tickdeck::binance::simulated {

enum class StreamKind { Depth, Partial, BookTicker, AggTrade, Mark, Kline, ForceOrder, ContractInfo };

// One stream. What is not in its name is 0.
struct Stream {
    static constexpr std::size_t kAll = static_cast<std::size_t>(-1);  // of all contracts: "!bookTicker"

    StreamKind kind = StreamKind::Depth;
    std::size_t contract = kAll;
    std::size_t interval = 0;  // Depth, Partial, Mark: milliseconds; Kline: index of kCandleIntervals
    std::size_t levels = 0;    // Partial
    friend auto operator<=>(const Stream&, const Stream&) = default;
};

inline constexpr std::array<std::size_t, 3> kDepthIntervals = {100, 250, 500};  // milliseconds
inline constexpr std::array<std::size_t, 3> kPartialLevels = {5, 10, 20};

// Nothing for a name that the venue takes and never says anything about; names are lower case.
[[nodiscard]] std::optional<Stream> parseStream(std::string_view name, std::span<const Contract> contracts);

// Where a client has connected to. The root has served nothing of /market since 2026.
enum class Route { Public, Market, Root };
[[nodiscard]] bool serves(Route route, StreamKind kind) noexcept;

}  // namespace tickdeck::binance::simulated
