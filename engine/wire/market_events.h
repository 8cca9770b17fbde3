// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Messages' values as events.

#include "engine/book/order_book.h"
#include "engine/core/decimal.h"
#include "engine/model/batch.h"

namespace tickdeck::wire {

[[nodiscard]] inline Decimal toDecimal(const book::WireNumber& number) noexcept
{
    return {number.mantissa, number.scale};
}

// A message with bid, bidQuantity, ask, askQuantity and time; a side of quantity 0 has no quotes.
template <class Message>
void writeQuote(BatchBuilder& events, SymbolId symbol, const Message& message)
{
    Quote& quote = events.add<Quote>(symbol, message.time);
    if (message.bidQuantity.mantissa != 0) {
        quote.bidPrice = toDecimal(message.bid);
        quote.bidQuantity = toDecimal(message.bidQuantity);
    }
    if (message.askQuantity.mantissa != 0) {
        quote.askPrice = toDecimal(message.ask);
        quote.askQuantity = toDecimal(message.askQuantity);
    }
}

}  // namespace tickdeck::wire
