// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The short way through the frames that come most: changes of books, quotes, trades and marks with the keys in Binance's
// own order and without blanks, with and without the stream's wrapper.

#include <string_view>

namespace tickdeck::binance {

struct Message;
struct Pools;

// Told the symbol of a change before its levels are read, so that its book can be on its way into the cache by then.
class SymbolWatch {
public:
    virtual ~SymbolWatch() = default;
    virtual void coming(std::string_view symbol) = 0;
};

// Reads a frame of exactly the usual shape. False for any other, good or bad: MessageReader's long way decides about it. What
// it takes, the long way takes as well, with the same values (a test holds them together). kFramePadding readable bytes
// follow the frame; the pools are empty at first, and what a refused frame leaves in them counts for nothing.
[[nodiscard]] bool readUsual(std::string_view frame, Pools& pools, Message& out, SymbolWatch* watch = nullptr);

}  // namespace tickdeck::binance
