// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The recent past in <data>/recent.db: what the window and queries read back.

#include "engine/plugin/sink.h"

namespace tickdeck::sqlite {

[[nodiscard]] SinkSpec spec();

}  // namespace tickdeck::sqlite
