// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The text of Coinbase Advanced Trade's messages, as the venue writes them.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sim/market.h"

namespace tickdeck::coinbase {

struct TimedTrade {
    sim::MarketTrade trade;
    Nanos time = 0;
};

// What is active on a connection, by channel.
using ActiveList = std::map<std::string, std::vector<std::string>>;

// A numbered message; `events` is the inside of the list.
[[nodiscard]] std::string messageText(std::string_view channel, Nanos time, std::uint64_t number,
                                      std::string_view events);
[[nodiscard]] std::string errorText(std::string_view message);

[[nodiscard]] std::string heartbeatEvent(Nanos now, Nanos sinceStart, std::uint64_t counter);
[[nodiscard]] std::string subscriptionsEvent(const ActiveList& active);
[[nodiscard]] std::string bookEvent(const sim::Listing& listing, bool snapshot,
                                    std::span<const sim::LevelChange> changes, Nanos time);
// Of the trades, the oldest first; the venue sends the newest first and says the maker's side.
[[nodiscard]] std::string tradesEvent(const sim::Listing& listing, bool snapshot, std::span<const TimedTrade> trades);
[[nodiscard]] std::string tickerEvent(const sim::MarketBook& book, bool snapshot);

struct ListedProduct {
    std::string id;
    const sim::Listing* listing = nullptr;
    std::string alias;  // the product whose book it is, else empty
    std::string aliasTo;
};
// The answer over REST.
[[nodiscard]] std::string productsBody(std::span<const ListedProduct> products);

}  // namespace tickdeck::coinbase
