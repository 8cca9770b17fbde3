// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Errors as values: Result<T>, Error with its context chain, and the one TRY macro (g++ 12's expected is not monadic).

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickdeck {

// What went wrong, as a stable name: the window turns it into a translated sentence, metrics label with it.
enum class ErrorCode : std::uint8_t {
    Malformed,    // bytes that are not what the format demands
    Unsupported,  // well formed, of a kind that we do not know
    OutOfRange,   // a number that does not fit or is not allowed
    BadSequence,  // a broken chain of numbers
    BadChecksum,
    NotFound,
    Exists,   // taken already: a port, a lock, a name
    Refused,  // the other side said no (HTTP 403 and 451, a refused subscription)
    RateLimited,
    NoNetwork,
    Disconnected,
    TimedOut,
    Full,  // a queue, a budget, a disk
    Io,
    Corrupt,  // stored bytes that fail their checksum
    Invalid,  // settings or arguments that are wrong
    Internal,
};

// What the one who gets the error should do about it.
enum class Remedy : std::uint8_t { None, Retry, Resync, Reconnect, Fatal };

[[nodiscard]] std::string_view name(ErrorCode code) noexcept;
[[nodiscard]] std::string_view name(Remedy remedy) noexcept;

// A value type; `detail` is English, for the log; `context` goes from the innermost to the outermost caller.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    Remedy remedy = Remedy::None;
    std::string detail;
    std::optional<std::size_t> offset;  // byte offset in the frame or file, where one is known
    std::vector<std::string> context;

    // Adds who was doing what, e.g. "segment 0007".
    [[nodiscard]] Error&& within(std::string what) &&
    {
        context.push_back(std::move(what));
        return std::move(*this);
    }

    // "outer: inner: detail (byte 17)"
    [[nodiscard]] std::string text() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string detail, Remedy remedy = Remedy::None,
                                                 std::optional<std::size_t> offset = {})
{
    return std::unexpected(Error{code, remedy, std::move(detail), offset, {}});
}

}  // namespace tickdeck

#define TICKDECK_CONCAT_(a, b) a##b
#define TICKDECK_CONCAT(a, b) TICKDECK_CONCAT_(a, b)

// TRY(expression): returns the error of a Result<void> to the caller.
// TRY_ASSIGN(auto x, expression): the same, else binds the value.
#define TRY(expression)                                             \
    do {                                                            \
        if (auto try_result_ = (expression); !try_result_)          \
            return std::unexpected(std::move(try_result_).error()); \
    } while (false)
#define TRY_ASSIGN(declaration, expression)                                         \
    auto TICKDECK_CONCAT(try_, __LINE__) = (expression);                            \
    if (!TICKDECK_CONCAT(try_, __LINE__))                                           \
        return std::unexpected(std::move(TICKDECK_CONCAT(try_, __LINE__)).error()); \
    declaration = std::move(*TICKDECK_CONCAT(try_, __LINE__))
