// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Fills a fresh data directory from a journal, decoded again by this build: how changed code is tried on old data.

#include <filesystem>

#include "engine/config/settings.h"
#include "engine/runtime/replay.h"

namespace tickdeck::runtime {

// Replays `options` into the journal and the enabled sinks of `into`, which must not exist or be empty. Recorded numbers
// and origins are kept; where this build decodes otherwise, its events stand there and the report tells the first
// difference. Errors: Exists; OutOfRange where it makes more events of a batch than the recorded numbers have room for.
[[nodiscard]] Result<ReplayReport> refill(ReplayOptions options, const config::Settings& settings,
                                          const std::filesystem::path& into);

}  // namespace tickdeck::runtime
