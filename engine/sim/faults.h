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
};

// Falls on the first frame that matches `target` once both conditions hold, and on the following ones, `count` in all.
struct Fault {
    FaultKind kind = FaultKind::Gap;
    double atSeconds = 0;           // after the simulator's start
    std::uint64_t afterFrames = 0;  // after so many frames that match the target
    std::string target;             // a channel ("book") or symbol ("BTC/USD"); empty: any frame
    std::uint64_t count = 1;
    double seconds = 3600;  // of a stall
};

}  // namespace tickdeck::sim

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<sim::FaultKind> = {"gap"sv,     "duplicate"sv,  "reorder"sv, "bad_checksum"sv,
                                                          "garbage"sv, "rate_limit"sv, "stall"sv,   "close"sv};
}  // namespace tickdeck

namespace tickdeck::sim {

// A file of [[fault]] tables with the keys kind, at_seconds, after_frames, target, count, seconds. Invalid with line and
// key where it is anything else; Io where it cannot be read.
[[nodiscard]] Result<std::vector<Fault>> loadFaults(const std::filesystem::path& file);
[[nodiscard]] Result<std::vector<Fault>> parseFaults(std::string_view toml);

// Decides which faults fall on which frame. One thread.
class FaultInjector {
public:
    explicit FaultInjector(std::vector<Fault> faults = {});

    void add(Fault fault);
    // The faults that fall on this frame, `elapsed` after the start; the reference holds until the next call.
    [[nodiscard]] const std::vector<Fault>& onFrame(std::string_view channel, std::string_view symbol, bool hasChecksum,
                                                    Nanos elapsed);
    // How many have fallen.
    [[nodiscard]] std::uint64_t injected() const noexcept { return m_injected; }

private:
    struct Planned {
        Fault fault;
        std::uint64_t seen = 0;  // matching frames
    };
    std::vector<Planned> m_planned;
    std::vector<Fault> m_falling;
    std::uint64_t m_injected = 0;
};

}  // namespace tickdeck::sim
