// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the payloads of controls say, as ControlKind describes them.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/book/sync_machine.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::wire {

[[nodiscard]] std::unexpected<Error> malformedControl(const char* what);
// Malformed unless it is a JSON object.
[[nodiscard]] Result<nlohmann::json> readControl(std::string_view payload);
// A text of the payload; empty where there is none.
[[nodiscard]] std::string textIn(std::string_view payload, const char* key);
// ControlKind::Started: the last receive time of an earlier run, where there was one.
[[nodiscard]] Result<std::optional<Nanos>> readStarted(std::string_view payload);
// ControlKind::Wanted: "answer_within_ms" and "most_delay_ms", at most ten minutes each.
[[nodiscard]] Result<book::SyncPatience> readPatience(const nlohmann::json& control);

// ControlKind::Wanted, as most venues have it.
struct Wanted {
    struct Item {
        std::string channel;
        std::vector<std::string> symbols;  // empty where none are named
        std::uint32_t depth = 0;           // 0: none is named
    };
    std::vector<Item> items;
    book::SyncPatience patience;
};
[[nodiscard]] Result<Wanted> readWanted(std::string_view payload);

}  // namespace tickdeck::wire
