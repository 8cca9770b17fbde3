// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// JSON's values as venues send them, checked to the last byte. What is wrong is thrown, and caught by JsonReader alone.

#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/order_book.h"
#include "engine/core/decimal.h"
#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/wire/time_scanner.h"

namespace tickdeck::wire {

namespace ondemand = simdjson::ondemand;

// `at` is where it went wrong.
struct Bad {
    ErrorCode code;
    std::string detail;
    const char* at;
};
[[noreturn]] void missing(std::string_view key, const char* at);

// Without blanks behind it.
[[nodiscard]] std::string_view token(ondemand::value& value);
// Any JSON, but JSON it must be, and no deeper than any that a venue sends.
void skip(ondemand::value value, int depth = 0);
// Nothing may stand behind the document's last byte.
void expectEnd(ondemand::document& document);

// A text that is not empty.
[[nodiscard]] std::string_view text(ondemand::value value);
[[nodiscard]] std::string_view anyText(ondemand::value value);
[[nodiscard]] bool boolean(ondemand::value value);
// Whole numbers, not negative, of 63 bits or as large as is said.
[[nodiscard]] std::uint64_t integer(ondemand::value value);
[[nodiscard]] std::uint64_t integerUpTo(ondemand::value value, std::uint64_t most);
// How many digits stand behind the point: 0 to 18.
[[nodiscard]] int precision(ondemand::value value);

// Numbers: not negative, without exponent, at most 18 digits that count.
[[nodiscard]] book::WireNumber number(ondemand::value value);
[[nodiscard]] book::WireNumber quotedNumber(ondemand::value value);
// The same as number(), or with an exponent: 8.55e4.
[[nodiscard]] book::WireNumber exponentNumber(ondemand::value value);
// The same, or below zero; nothing for "".
[[nodiscard]] std::optional<book::WireNumber> quotedSigned(ondemand::value value);
// Numbers of at most 38 digits. Nothing for null.
[[nodiscard]] std::optional<Decimal> decimal(ondemand::value value);
// Neither negative nor with an exponent.
[[nodiscard]] Decimal quotedDecimal(ondemand::value value);
// The same; nothing for 0.
[[nodiscard]] std::optional<Decimal> quotedPositive(ondemand::value value);
// [["price","quantity"],…]; further elements of a level are skipped.
void quotedLevels(ondemand::value value, std::vector<book::WireLevel>& out);

// Milliseconds since the epoch as nanoseconds; 0 is none.
[[nodiscard]] Nanos millis(ondemand::value value);
// RFC 3339; 1970 is none.
[[nodiscard]] Nanos rfc3339(ondemand::value value, TimeScanner& times);

// Reads one document after the other. One thread.
class JsonReader {
public:
    // Calls `read` with the document of these bytes, and makes an Error, with its offset in `bytes`, of what it throws.
    // kFramePadding readable bytes must follow.
    template <class Read>
    [[nodiscard]] Result<> read(std::string_view bytes, Read&& read)
    {
        bool begun = false;
        try {
            open(bytes);
            begun = true;
            read(m_document);
        } catch (const Bad& bad) {
            return failedAt(bytes, bad);
        } catch (const simdjson::simdjson_error& error) {
            return failedAt(bytes, begun ? &m_document : nullptr, error);
        }
        return {};
    }

private:
    void open(std::string_view bytes);
    [[nodiscard]] static std::unexpected<Error> failedAt(std::string_view bytes, const Bad& bad);
    [[nodiscard]] static std::unexpected<Error> failedAt(std::string_view bytes, ondemand::document* document,
                                                         const simdjson::simdjson_error& error);

    ondemand::parser m_parser;
    ondemand::document m_document;
};

}  // namespace tickdeck::wire
