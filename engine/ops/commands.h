// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The local commands that need nothing but state.db and health; the same through control.sock and on a stopped engine.

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/ops/health.h"
#include "engine/ops/state_db.h"

namespace tickdeck::ops {

// All components: {"status":…,"ready":…,"components":[{"name":…,"kind":…,"state":…,"reason":…,"since":…}]}.
[[nodiscard]] std::string healthJson(const Health& health);

// "dlq.list" {"most":20,"before":0,"component":""}
//     → {"letters":[{"id","time","component","code","text","offset","seq","size"}…],"totals":{"kept","bytes","dropped"}}
// "dlq.show" {"id":7} → the letter with its "bytes": as they are where they are UTF-8, else "hex:" and their digits
// "dlq.drop" as deadLettersOf() → {"dropped":2}
// "status" {} → healthJson(); without `health` an empty object
// Unsupported: another command, which the caller may know. Invalid: wrong arguments.
[[nodiscard]] Result<std::string> runCommand(std::string_view command, std::string_view arguments, StateDb& db,
                                             const Health* health);

// The letters that the arguments name, ascending: {"ids":[[5,5],[7,9]],"component":"sinks.parquet"}, where either may be
// missing but not both, or {"all":true}. NotFound: a single one that is not there (nothing may then be done), or none at
// all; OutOfRange: more than kMostLettersAtOnce.
inline constexpr std::size_t kMostLettersAtOnce = 10'000;
[[nodiscard]] Result<std::vector<std::int64_t>> deadLettersOf(std::string_view arguments, StateDb& db);

}  // namespace tickdeck::ops
