// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// States as shapes with colours; sparklines; gap hatching; the sentence shown where there are no data.

#include <QString>

#include <memory>
#include <span>
#include <vector>

#include "ui/widgets/theme.h"

class QPainter;
class QRectF;
class QWidget;

namespace tickdeck::ui {

enum class Mark : std::uint8_t { None, Ok, Degraded, Failed, Stopped, Starting, Suspect, Stale };

[[nodiscard]] Role roleOf(Mark mark);

// Centred in `rect`, ten pixels across.
void paintMark(QPainter& painter, const QRectF& rect, Mark mark, const Theme& theme);

// Samples oldest first; NaN leaves a hole. The scale starts at zero, or at the least sample.
using Samples = std::shared_ptr<const std::vector<float>>;
void paintSparkline(QPainter& painter, const QRectF& rect, std::span<const float> samples, const Theme& theme,
                    Role role = Role::Accent, bool fromZero = true);

// The diagonal hatch of a gap.
void paintGap(QPainter& painter, const QRectF& rect, const Theme& theme, bool open);

// Empty, loading, stale, failed or not configured: one sentence and one next step.
struct Notice {
    Mark mark = Mark::None;
    QString sentence;
    QString nextStep;
    [[nodiscard]] bool isEmpty() const { return sentence.isEmpty(); }
    friend bool operator==(const Notice&, const Notice&) = default;
};
void paintNotice(QPainter& painter, const QRectF& rect, const Notice& notice, const Theme& theme);

// The visible focus of a painted view: call last in paintEvent.
void paintFocus(QPainter& painter, const QWidget& widget, const Theme& theme);

}  // namespace tickdeck::ui
