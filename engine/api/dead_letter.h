// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was refused for good, as a front end shows it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/batch.h"

namespace tickdeck::api {

struct DeadLetter {
    std::int64_t id = 0;
    Nanos time = 0;
    std::string component;                // "kraken", "sinks.parquet"
    std::string code;                     // of the error, "malformed"
    std::string text;                     // English
    std::optional<std::uint64_t> offset;  // byte in the input where the fault was found
    Seq seq = 0;                          // journal position; 0: none
    std::uint64_t size = 0;               // bytes of the whole input
    bool canRetry = false;
    std::string bytes;  // only of a single letter that was asked for; may be cut
};

struct DeadLetters {
    std::vector<DeadLetter> letters;  // newest first, without bytes
    std::uint64_t kept = 0;           // in all
    std::uint64_t dropped = 0;        // oldest ones that made room
};

}  // namespace tickdeck::api
