// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The short way through the frames that come most: market data with the keys in Kraken's own order and without blanks.

#include <string_view>

#include "engine/connectors/kraken/scan.h"

namespace tickdeck::kraken {

struct Message;
template <class T>
class Pool;
struct BookMessage;
struct TradeMessage;
struct TickerMessage;

// Where a frame's elements go; all are cleared at first.
struct UsualPools {
    Pool<BookMessage>& books;
    Pool<TradeMessage>& trades;
    Pool<TickerMessage>& tickers;
};

// Reads a frame of exactly the usual shape. False for any other, good or bad: MessageReader's long way decides about it. What
// it takes, the long way takes as well, with the same values (a test holds them together). kFramePadding readable bytes
// follow the frame.
[[nodiscard]] bool readUsual(std::string_view frame, TimeScanner& times, const UsualPools& pools, Message& out);

}  // namespace tickdeck::kraken
