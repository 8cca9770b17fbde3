// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The text of Kraken's v2 messages, as the venue writes them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/market.h"

namespace tickdeck::kraken {

struct TimedTrade {
    sim::MarketTrade trade;
    Nanos time = 0;
};

// How requests are answered: when the request came in, and its own number.
struct Receipt {
    std::string_view method;
    Nanos timeIn = 0;
    std::optional<std::int64_t> requestId;
};

[[nodiscard]] std::string statusFrame(std::uint64_t connection);
[[nodiscard]] std::string_view heartbeatFrame();
[[nodiscard]] std::string pongFrame(const Receipt& receipt);
// `result` is the inside of the object. The venue repeats what was subscribed to, in alphabetical order.
[[nodiscard]] std::string ackFrame(const Receipt& receipt, std::string_view result);
[[nodiscard]] std::string errorFrame(const Receipt& receipt, std::string_view error, std::string_view symbol = {});

[[nodiscard]] std::string instrumentFrame(std::span<const sim::Listing> listings);
[[nodiscard]] std::string tickerFrame(bool snapshot, const sim::MarketBook& book, Nanos time);
[[nodiscard]] std::string tradeFrame(bool snapshot, const sim::Listing& listing, std::span<const TimedTrade> trades);
// The checksum is that of `book`, whatever the levels.
[[nodiscard]] std::string bookFrame(bool snapshot, const sim::MarketBook& book, std::span<const Level> bids,
                                    std::span<const Level> asks, Nanos time);

// CRC-32 over the digits of the best ten asks, then of the best ten bids.
[[nodiscard]] std::uint32_t bookChecksum(const sim::MarketBook& book);

}  // namespace tickdeck::kraken
