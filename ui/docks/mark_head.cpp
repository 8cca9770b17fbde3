// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/mark_head.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

#include "ui/client/words.h"
#include "ui/docks/mark_view.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr int kTileWidth = 148;
constexpr int kTileHeight = 62;
constexpr int kTiles = 6;
constexpr double kStaleAfter = 10.0 * kSecond;

}  // namespace

MarkHead::MarkHead(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Mark and funding now"));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

int MarkHead::columns(int width) const { return std::clamp(width / kTileWidth, 2, kTiles); }

int MarkHead::heightForWidth(int width) const
{
    const int across = columns(width);
    return (kTiles + across - 1) / across * kTileHeight + 1;
}

QString MarkHead::countdown(Nanos left)
{
    if (left <= 0)
        return tr("due");
    const qlonglong seconds = left / kSecond;
    const auto two = [](qlonglong n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    return two(seconds / 3600) + QLatin1Char(':') + two(seconds / 60 % 60) + QLatin1Char(':') + two(seconds % 60);
}

void MarkHead::setMark(const api::Instrument& instrument, const std::optional<api::MarkPrice>& mark, Nanos now)
{
    const api::MarkPrice at = mark.value_or(api::MarkPrice{});
    const QString none = QStringLiteral("–");
    const auto price = [&](const Nullable<Decimal>& value) {
        return value ? numberText(*value, instrument.pricePrecision) : none;
    };
    const bool stale = mark && static_cast<double>(now - at.receiveTime) > kStaleAfter;
    const Role text = stale ? Role::Stale : Role::Text;
    const double premium = premiumPoints(at.mark, at.index);
    const auto difference = at.mark && at.index ? (*at.mark).minus(*at.index) : Result<Decimal>(Decimal());
    const double rate = at.fundingRate ? 100 * (*at.fundingRate).toDouble() : 0;
    constexpr double kYear = 365.0 * 24 * 3600 * kSecond;
    const double annual = rate * kYear / static_cast<double>(at.fundingEvery ? *at.fundingEvery : kPayEvery);
    const QString every = at.fundingEvery
                              ? tr("paid every %1 h").arg(static_cast<double>(*at.fundingEvery) / (3600.0 * kSecond))
                              : tr("if paid every 8 h");
    const bool staleRate = mark && static_cast<double>(now - at.fundingTime) > kStaleAfter;
    // Who pays whom is said in words, not by colour alone.
    const QString payer = !at.fundingRate ? QString() : rate < 0 ? tr("shorts pay") : tr("longs pay");
    const Role rateRole = !at.fundingRate ? Role::Muted : staleRate ? Role::Stale : rate < 0 ? Role::Ask : Role::Bid;
    std::vector<Tile> tiles{
        {tr("Mark %1").arg(words::quote(instrument)), price(at.mark),
         mark ? tr("%1 old").arg(ageText(std::max<Nanos>(now - at.receiveTime, 0))) : QString(), text},
        {tr("Index %1").arg(words::quote(instrument)), price(at.index), {}, text},
        {tr("Mark − index"),
         at.mark && at.index && difference ? numberText(*difference, instrument.pricePrecision) : none,
         std::isnan(premium) ? QString() : tr("%1 bp").arg(fixedText(premium, 2)), text},
        {tr("Funding %"), at.fundingRate ? fixedText(rate, 4) : none, payer, rateRole},
        {tr("Next payment in"), at.nextFundingTime ? countdown(*at.nextFundingTime - now) : none,
         at.nextFundingTime ? tr("at %1 UTC").arg(secondsText(*at.nextFundingTime)) : QString(), text},
        {tr("A year, at this rate %"), at.fundingRate ? fixedText(annual, 2) : none, every, rateRole}};
    if (tiles == m_tiles)
        return;
    m_tiles = std::move(tiles);
    setAccessibleDescription(said().join(QStringLiteral(", ")));
    update();
}

QStringList MarkHead::said() const
{
    QStringList out;
    for (const Tile& tile : m_tiles)
        out << tile.label + QStringLiteral(": ") + tile.value +
                   (tile.note.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(tile.note));
    return out;
}

void MarkHead::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    const int across = columns(width());
    const double tileWidth = static_cast<double>(width()) / across;
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        const Tile& tile = m_tiles[i];
        const auto place = static_cast<int>(i);
        const QRectF at(place % across * tileWidth, place / across * kTileHeight, tileWidth, kTileHeight);
        const QRectF inner = at.adjusted(10, 4, -10, -4);
        painter.setFont(m_theme.words(kSmall));
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop, tile.label);
        painter.drawText(inner, Qt::AlignRight | Qt::AlignBottom, tile.note);
        painter.setFont(m_theme.numbers(kLarge, true));
        painter.setPen(m_theme.color(tile.role));
        painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, tile.value);
        painter.setPen(m_theme.color(Role::Line));
        painter.drawLine(at.bottomLeft(), at.bottomRight());
        if (place % across > 0)
            painter.drawLine(at.topLeft() + QPointF(0.5, 6), at.bottomLeft() + QPointF(0.5, -6));
    }
}

}  // namespace tickdeck::ui
