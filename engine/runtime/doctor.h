// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The part of `tickdeck doctor` that knows of journal, stores and venues.

#include <chrono>
#include <filesystem>
#include <vector>

#include "engine/config/settings.h"
#include "engine/ops/doctor.h"

namespace tickdeck::runtime {

// state.db, the journal's first and last segment, and each enabled sink's store. Changes nothing; an engine may run.
[[nodiscard]] std::vector<ops::Check> checkStores(const config::Settings& settings,
                                                  const std::filesystem::path& dataDirectory);

// Each enabled connector's addresses, all at once, and this machine's clock against theirs. As net::reach().
[[nodiscard]] std::vector<ops::Check> checkVenues(const config::Settings& settings, std::chrono::milliseconds limit,
                                                  bool& hanging);

}  // namespace tickdeck::runtime
