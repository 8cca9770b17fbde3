// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What local commands ask of an engine, over control.sock or, where no engine runs, of its files.

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/ops/state_db.h"

namespace tickdeck::runtime {

// "dlq.list" {"most":n,"before":id} → {"letters":[{"id","time","component","code","text","seq","size"}…],"totals":{…}}
// "dlq.show" {"id":n} → one letter with "bytes" (text where it is valid UTF-8, else "hex:…").
// Unsupported for any other command, Invalid for wrong arguments.
[[nodiscard]] Result<std::string> answerDeadLetters(ops::StateDb& db, std::string_view command,
                                                    std::string_view arguments);

}  // namespace tickdeck::runtime
