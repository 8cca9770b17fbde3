// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The local commands about settings: the same through control.sock and on a stopped engine's files.

#include <string>
#include <string_view>

#include "engine/core/result.h"
#include "engine/runtime/settings_store.h"

namespace tickdeck::runtime {

// Changes are [{"key":"connectors.kraken.book_depth","value":"25"}…], value null: back to what it would be without the file.
//
// "config.set" {"changes":[…],"who":"ann","dry_run":false}
//     → {"revision":7,"file":"…","what":["…: 100 → 25"…],"live":[…],"restarts":[…],"later":[…]}; Invalid: a line a fault
// "config.rollback" {"id":5,"who":"ann","dry_run":false} → the same
// "config.history" {"most":50} → {"current":7,"revisions":[{"id","time","who","what"}…]}
// Unsupported: another command, which the caller may know.
[[nodiscard]] Result<std::string> runSettingsCommand(std::string_view command, std::string_view arguments,
                                                     SettingsStore& store);

}  // namespace tickdeck::runtime
