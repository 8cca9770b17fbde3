// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Answers of Binance's REST interface, as the controls Answered and Failed bring them.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/wire/increments.h"

namespace tickdeck::binance {

// What a request's path asks for.
struct RequestPath {
    enum class Kind : std::uint8_t { Depth, Instruments, Other };
    Kind kind = Kind::Other;
    std::string symbol;  // Depth: in capitals; may be empty
};
[[nodiscard]] RequestPath requestPath(std::string_view path);
[[nodiscard]] std::string depthPath(std::string_view symbol, std::size_t limit);
inline constexpr std::string_view kInstrumentsPath = "/fapi/v1/exchangeInfo";
// What the venue counts a snapshot of so many levels as.
[[nodiscard]] double depthWeight(std::size_t limit) noexcept;

// Texts are views into the payload or the reader, until its next read().
struct SnapshotMessage {
    std::string_view symbol;  // futures with delivery in coins say it; else empty
    std::uint64_t lastUpdateId = 0;
    std::vector<book::WireLevel> bids;
    std::vector<book::WireLevel> asks;
    Nanos time = kNoTime;
    std::size_t offset = 0;  // of the levels in the payload, for errors
};

struct InstrumentMessage {
    std::string_view symbol;
    std::string_view base;
    std::string_view quote;
    std::string_view margin;
    std::string_view contract;  // "PERPETUAL", "CURRENT_QUARTER", …
    std::string_view status;    // "TRADING", "SETTLING", …
    wire::Increments increments;
    Nanos delivery = kNoTime;
};

struct Answer {
    std::string_view request;
    RequestPath path;
    int status = 0;
    std::string_view error;  // Failed only
    SnapshotMessage snapshot;
    std::vector<InstrumentMessage> instruments;
};

// Errors as MessageReader's, with the offset in the payload; `out.path` is set where the request could be read. One thread.
class AnswerReader {
public:
    AnswerReader();
    ~AnswerReader();
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;

    // A control's payload: {"request":…,"status":…,"body":…} or {"request":…,"status":…,"error":…}. kFramePadding readable
    // bytes must follow.
    [[nodiscard]] Result<> read(std::string_view payload, Answer& out);

private:
    struct Parser;
    std::unique_ptr<Parser> m_parser;
};

}  // namespace tickdeck::binance
