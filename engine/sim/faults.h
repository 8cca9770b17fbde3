// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a simulator does wrong on purpose, and when.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/enum_names.h"
#include "engine/core/time.h"

namespace tickdeck::sim {

enum class FaultKind : std::uint8_t {
    Gap,          // drops a frame
    Duplicate,    // sends it twice
    Reorder,      // sends it after the connection's next frame of the same target
    BadChecksum,  // spoils its checksum; counts only where there is one
    Garbage,      // sends bytes that are no message before it
    RateLimit,    // sends the venue's answer to flooding before it
    Stall,        // from then on the connection says nothing, heartbeats included, for `seconds`
    Close,        // closes the connection
    // On answers over REST.
    HtmlPage,     // a page for people in place of JSON, with `status`
    TooMany,      // 429
    Ban,          // 418, to every request for `seconds`
    SlowAnswer,   // answers after `seconds`
    StaleAnswer,  // an older snapshot than the venue has
    DropAnswer,   // closes the connection in place of an answer
    CutAnswer,    // closes it in the middle of the body
    // On an instrument, the target; from `at_seconds` on for `seconds`. At venues that know of it.
    Delist,       // it is listed no more and its streams fall silent
    Maintenance,  // another status; nothing is told of it
    Precision,    // its prices have a digit more
};

// What a fault falls on.
enum class FaultObject : std::uint8_t { Frame, Answer, Instrument };
[[nodiscard]] constexpr FaultObject objectOf(FaultKind kind) noexcept
{
    return kind < FaultKind::HtmlPage ? FaultObject::Frame
           : kind < FaultKind::Delist ? FaultObject::Answer
                                      : FaultObject::Instrument;
}

// Falls on the first frame (or answer) that matches `target` once both conditions hold, and on the following ones, `count`
// in all.
struct Fault {
    FaultKind kind = FaultKind::Gap;
    double atSeconds = 0;           // after the simulator's start
    std::uint64_t afterFrames = 0;  // after so many frames (or answers) that match the target
    std::string target;             // a channel ("book"), symbol or a REST path's last part ("depth"); empty: any
    std::uint64_t count = 1;
    double seconds = 3600;   // how long it lasts
    double retryAfter = -1;  // seconds in the Retry-After of TooMany and Ban; below 0: no such header
    int status = 502;        // of an HtmlPage
};

}  // namespace tickdeck::sim

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<sim::FaultKind> = {
    "gap"sv,          "duplicate"sv,   "reorder"sv,    "bad_checksum"sv, "garbage"sv,     "rate_limit"sv,
    "stall"sv,        "close"sv,       "html_page"sv,  "too_many"sv,     "ban"sv,         "slow_answer"sv,
    "stale_answer"sv, "drop_answer"sv, "cut_answer"sv, "delist"sv,       "maintenance"sv, "precision"sv};
}  // namespace tickdeck

namespace tickdeck::sim {

// A file of [[fault]] tables with the keys kind, at_seconds, after_frames, target, count, seconds, retry_after, status.
// Invalid with line and key where it is anything else; Io where it cannot be read.
[[nodiscard]] Result<std::vector<Fault>> loadFaults(const std::filesystem::path& file);
[[nodiscard]] Result<std::vector<Fault>> parseFaults(std::string_view toml);

// Decides which faults fall on what. One thread.
class FaultInjector {
public:
    explicit FaultInjector(std::vector<Fault> faults = {});

    void add(Fault fault);
    // The faults that fall on this frame, `elapsed` after the start; the reference holds until the next call.
    [[nodiscard]] const std::vector<Fault>& onFrame(std::string_view channel, std::string_view symbol, bool hasChecksum,
                                                    Nanos elapsed);
    // Those that fall on this answer over REST; `channel` is the last part of its path.
    [[nodiscard]] const std::vector<Fault>& onAnswer(std::string_view channel, std::string_view symbol, Nanos elapsed);
    // Those that fall on instruments by now.
    [[nodiscard]] const std::vector<Fault>& onTime(Nanos elapsed);
    // How many have fallen.
    [[nodiscard]] std::uint64_t injected() const noexcept { return m_injected; }

private:
    struct Planned {
        Fault fault;
        std::uint64_t seen = 0;  // matching frames
    };
    template <class Matches>
    const std::vector<Fault>& falling(Nanos elapsed, Matches&& matches);

    std::vector<Planned> m_planned;
    std::vector<Fault> m_falling;
    std::uint64_t m_injected = 0;
};

}  // namespace tickdeck::sim
