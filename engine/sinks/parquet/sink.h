// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The lake: every event type as Parquet files under <data>/data/v1/, exactly once.

#include "engine/plugin/sink.h"

namespace tickdeck::parquet {

[[nodiscard]] SinkSpec spec();

}  // namespace tickdeck::parquet
