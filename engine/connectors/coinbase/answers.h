// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Answers of Coinbase's REST interface, as the controls Answered and Failed bring them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/wire/answer_head.h"
#include "engine/wire/increments.h"

namespace tickdeck::coinbase {

// Of all products, without a key.
[[nodiscard]] std::string productsPath();

// Texts are views into the payload or the reader, until its next read().
struct ProductMessage {
    std::string_view symbol;
    std::string_view base;  // empty: not said, as all below
    std::string_view quote;
    std::string_view status;  // "online", "delisted"
    std::string_view alias;   // the product whose book this one's is: BTC-USD of BTC-USDC
    wire::Increments increments;
    std::optional<Decimal> contractSize;  // of a future
    Nanos expiry = kNoTime;
};

struct Answer {
    wire::AnswerHead head;
    bool products = false;  // whether it is about productsPath()
    std::vector<ProductMessage> list;
};

// One thread.
class ProductReader {
public:
    // Errors as MessageReader's, with the offset in the payload; `out.head` is set as far as it could be read.
    // kFramePadding readable bytes must follow.
    [[nodiscard]] Result<> read(std::string_view payload, Answer& out);

private:
    wire::AnswerReader m_answers;
    wire::TimeScanner m_times;
};

}  // namespace tickdeck::coinbase
