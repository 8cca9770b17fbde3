// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The engine's enumerations in the user's language.

#include <QString>

#include "engine/api/jobs.h"

namespace tickdeck::ui::words {

// One sentence for people; the log has the detail.
[[nodiscard]] QString sentence(ErrorCode code);

[[nodiscard]] QString state(api::State state);
[[nodiscard]] QString mode(api::Mode mode);
[[nodiscard]] QString breaker(api::Breaker breaker);
[[nodiscard]] QString stageKind(api::StageKind kind);
[[nodiscard]] QString logLevel(api::LogLevel level);
[[nodiscard]] QString side(Side side);
[[nodiscard]] QString eventType(EventType type);
[[nodiscard]] QString gapCause(GapCause cause);
[[nodiscard]] QString gapRecovery(GapRecovery recovery);
[[nodiscard]] QString bookState(BookState state);
[[nodiscard]] QString instrumentKind(InstrumentKind kind);
[[nodiscard]] QString builtBy(BuiltBy built);
// "1 s", "5 min", "1 h"
[[nodiscard]] QString interval(Nanos interval);

// What the instrument is called where the venue is plain, and its base and quote, from its canonical symbol.
[[nodiscard]] QString symbol(const api::Instrument& instrument);
[[nodiscard]] QString base(const api::Instrument& instrument);
[[nodiscard]] QString quote(const api::Instrument& instrument);

}  // namespace tickdeck::ui::words
