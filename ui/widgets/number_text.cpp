// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_text.h"

#include <QColor>
#include <QDateTime>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QTimeZone>

#include <array>
#include <cmath>

namespace tickdeck::ui {

namespace {

const QString kNone = QStringLiteral("–");

QDateTime utc(Nanos time) { return QDateTime::fromMSecsSinceEpoch(time / kMillisecond, Qt::UTC); }

}  // namespace

QString numberText(const Decimal& value, int precision)
{
    std::array<char, Decimal::kMaxText + Decimal::kMaxScale + 2> buffer;
    char* end = value.write(buffer.data());
    int digits = value.scale();
    // Digits beyond the precision are dropped only where they are zeros.
    while (precision >= 0 && digits > precision && end[-1] == '0') {
        --end;
        --digits;
    }
    if (digits == 0 && end[-1] == '.')
        --end;
    if (digits < precision) {
        if (digits == 0)
            *end++ = '.';
        for (; digits < precision; ++digits)
            *end++ = '0';
    }
    return QString::fromLatin1(buffer.data(), end - buffer.data());
}

QString numberText(std::int64_t value, int scale, int precision)
{
    return numberText(Decimal(value, scale), precision);
}

QString fixedText(double value, int digits)
{
    return std::isfinite(value) ? QString::number(value, 'f', digits) : kNone;
}

QString countText(std::uint64_t value) { return QLocale(QLocale::English).toString(static_cast<qulonglong>(value)); }

QString bytesText(std::uint64_t bytes)
{
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    return QString::number(value, 'f', unit == 0 || value >= 99.5 ? 0 : 1) + QLatin1Char(' ') +
           QLatin1String(kUnits[unit]);
}

QString clockText(Nanos time) { return time == kNoTime ? kNone : utc(time).toString(QStringLiteral("HH:mm:ss.zzz")); }

QString secondsText(Nanos time) { return time == kNoTime ? kNone : utc(time).toString(QStringLiteral("HH:mm:ss")); }

QString dateTimeText(Nanos time)
{
    return time == kNoTime ? kNone : utc(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString ageText(Nanos age)
{
    if (age == kNoTime)
        return kNone;
    const std::int64_t seconds = std::max<Nanos>(age, 0) / kSecond;
    const auto pair = [](std::int64_t a, const char* unitA, std::int64_t b, const char* unitB) {
        return QStringLiteral("%1%2 %3%4")
            .arg(a)
            .arg(QLatin1String(unitA))
            .arg(b, 2, 10, QLatin1Char('0'))
            .arg(QLatin1String(unitB));
    };
    if (seconds < 60)
        return fixedText(static_cast<double>(std::max<Nanos>(age, 0)) / 1e9, 1) + QStringLiteral(" s");
    if (seconds < 3600)
        return pair(seconds / 60, "m", seconds % 60, "s");
    if (seconds < 86'400)
        return pair(seconds / 3600, "h", seconds / 60 % 60, "m");
    return pair(seconds / 86'400, "d", seconds / 3600 % 24, "h");
}

QString millisText(Nanos duration)
{
    return duration == kNoTime ? kNone : fixedText(static_cast<double>(duration) / 1e6, 1);
}

int changedFrom(const QString& before, const QString& now)
{
    if (before.size() != now.size())
        return 0;
    int at = 0;
    while (at < now.size() && before[at] == now[at])
        ++at;
    return at;
}

void paintNumber(QPainter& painter, const QRectF& rect, const QString& text, int brightFrom, const QColor& bright,
                 const QColor& muted)
{
    const QFontMetricsF metrics(painter.font());
    const double advance = metrics.horizontalAdvance(QLatin1Char('0'));
    const double baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2;
    const double left = rect.right() - advance * static_cast<double>(text.size());
    const auto split = std::clamp<qsizetype>(brightFrom < 0 ? 0 : brightFrom, 0, text.size());
    if (split > 0) {
        painter.setPen(muted);
        painter.drawText(QPointF(left, baseline), text.first(split));
    }
    if (split < text.size()) {
        painter.setPen(bright);
        painter.drawText(QPointF(left + advance * static_cast<double>(split), baseline), text.sliced(split));
    }
}

}  // namespace tickdeck::ui
