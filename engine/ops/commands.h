// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The local commands that need nothing but state.db and health; the same through control.sock and on a stopped engine.

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/ops/health.h"
#include "engine/ops/state_db.h"

namespace tickdeck::ops {

// A letter as JSON: id, time, component, code, text, offset, seq, size, and with `bytes` also either "bytes" (where they
// are UTF-8) or "base64". No offset is null.
[[nodiscard]] std::string deadLetterJson(const DeadLetter& letter, bool bytes);

// All components: {"status":…,"ready":…,"components":[{"name":…,"kind":…,"state":…,"reason":…,"since":…}]}.
[[nodiscard]] std::string healthJson(const Health& health);

// "dlq.list" {"most":20,"before":0,"component":""} → {"kept":…,"bytes":…,"dropped":…,"letters":[…]}
// "dlq.show" {"id":7} → the letter with its bytes
// "status" {} → healthJson(); without `health` an empty object
// Unsupported: another command, which the caller may know. Invalid: wrong arguments.
[[nodiscard]] Result<std::string> runCommand(std::string_view command, std::string_view arguments, StateDb& db,
                                             const Health* health);

}  // namespace tickdeck::ops
