// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Values of Binance's JSON, checked to the last byte. Used by the readers of frames and answers alone: they catch what is
// thrown here.

#include <initializer_list>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/book/wire_scan.h"
#include "engine/core/decimal.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::binance {

// `at` is where it went wrong.
struct Bad {
    ErrorCode code;
    std::string detail;
    const char* at;
};

// Notes which keys of one object were seen; a key twice is an error.
class Keys {
public:
    void once(unsigned bit, const char* at)
    {
        if (m_seen & (1u << bit))
            throw Bad{ErrorCode::Malformed, "a key stands twice", at};
        m_seen |= 1u << bit;
    }
    [[nodiscard]] bool has(unsigned bit) const noexcept { return (m_seen >> bit & 1u) != 0; }

private:
    unsigned m_seen = 0;
};

// `where` is the object's place, for errors about what is missing in it.
void require(const Keys& keys, std::initializer_list<std::pair<unsigned, const char*>> wanted, const char* where);

[[nodiscard]] inline const char* at(simdjson::ondemand::raw_json_string key) { return key.raw() - 1; }
[[nodiscard]] std::string_view token(simdjson::ondemand::value& value);
// Any JSON, but JSON it must be, and no deeper than any that a venue sends.
void skip(simdjson::ondemand::value value, int depth = 0);
// A text that is not empty.
[[nodiscard]] std::string_view text(simdjson::ondemand::value value);
inline constexpr std::uint64_t kMostInteger = (std::uint64_t{1} << 63) - 1;
// A whole number, not negative.
[[nodiscard]] std::uint64_t integer(simdjson::ondemand::value value, std::uint64_t most = kMostInteger);
// A number in quotes: not negative, without exponent, at most 18 digits that count.
[[nodiscard]] book::WireNumber number(simdjson::ondemand::value value);
// The same, or below zero; nothing for "".
[[nodiscard]] std::optional<book::WireNumber> signedNumber(simdjson::ondemand::value value);
// A number in quotes: not negative, without exponent, at most 38 digits.
[[nodiscard]] Decimal decimal(simdjson::ondemand::value value);
// Milliseconds since the epoch as nanoseconds; 0 is none.
[[nodiscard]] Nanos millis(simdjson::ondemand::value value);
// [["price","quantity"],…]; further elements of a level are skipped.
void levels(simdjson::ondemand::array array, std::vector<book::WireLevel>& out);

// Later than this does not fit.
inline constexpr std::uint64_t kMostMillis = 9'223'372'036'854;

[[nodiscard]] std::unexpected<Error> failedAt(std::string_view bytes, const Bad& bad);
[[nodiscard]] std::unexpected<Error> failedAt(std::string_view bytes, simdjson::ondemand::document* document,
                                              const simdjson::simdjson_error& error);

// Calls `read` and makes an Error, with its offset in `bytes`, of what it throws. `begun` is set once `document` is that of
// these bytes.
template <class Read>
[[nodiscard]] Result<> guarded(std::string_view bytes, simdjson::ondemand::document& document, bool& begun, Read&& read)
{
    begun = false;
    try {
        read();
    } catch (const Bad& bad) {
        return failedAt(bytes, bad);
    } catch (const simdjson::simdjson_error& error) {
        return failedAt(bytes, begun ? &document : nullptr, error);
    }
    return {};
}

}  // namespace tickdeck::binance
