// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How numbers, times and amounts are written in the window, and painted with their newest digits standing out.

#include <QString>

#include "engine/core/decimal.h"
#include "engine/core/time.h"

class QColor;
class QPainter;
class QRectF;

namespace tickdeck::ui {

// With trailing zeros to `precision` digits after the point; further digits are kept, never rounded away.
// precision < 0: as the value was written.
[[nodiscard]] QString numberText(const Decimal& value, int precision);
// As above, of `value` / 10^scale.
[[nodiscard]] QString numberText(std::int64_t value, int scale, int precision);
// A double that was computed for the eye (spread in basis points, rates), fixed digits.
[[nodiscard]] QString fixedText(double value, int digits);
// "12,345,678"
[[nodiscard]] QString countText(std::uint64_t value);
// "1.4 GB"; powers of ten.
[[nodiscard]] QString bytesText(std::uint64_t bytes);
// "12:34:56.789" and "12:34:56", UTC.
[[nodiscard]] QString clockText(Nanos time);
[[nodiscard]] QString secondsText(Nanos time);
// "2026-08-16 12:34:56", UTC.
[[nodiscard]] QString dateTimeText(Nanos time);
// "0.4 s", "48.2 s", "3m 05s", "2h 10m", "4d 3h"; "–" for kNoTime.
[[nodiscard]] QString ageText(Nanos age);
// Milliseconds with one digit, "12.3"; "–" for kNoTime. The unit stands in the label.
[[nodiscard]] QString millisText(Nanos duration);

// The index of the first character of `now` that differs from `before`; 0 when the lengths differ (every place moved).
[[nodiscard]] int changedFrom(const QString& before, const QString& now);

// Paints `text` right-aligned and vertically centred in `rect`: characters from `brightFrom` on in `bright`, those before
// muted. brightFrom < 0: all of it in `bright`. The painter's font must be monospace.
void paintNumber(QPainter& painter, const QRectF& rect, const QString& text, int brightFrom, const QColor& bright,
                 const QColor& muted);

}  // namespace tickdeck::ui
