// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/ladder_view.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "ui/client/words.h"
#include "ui/docks/grouped_depth.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr double kPad = 10;
constexpr double kMidRow = 34;
constexpr double kFoot = 30;

std::span<const Level> bidsOf(const Depth& depth) { return {depth.bids.data(), depth.bidCount}; }

std::span<const Level> asksOf(const Depth& depth) { return {depth.asks.data(), depth.askCount}; }

std::int64_t total(std::span<const Level> levels)
{
    std::int64_t sum = 0;
    for (const Level& level : levels)
        sum += level.quantity;
    return sum;
}

}  // namespace

LadderView::LadderView(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(180, 160);
    setAccessibleName(tr("Order book ladder"));
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void LadderView::setInstrument(const api::Instrument& instrument)
{
    m_instrument = instrument;
    m_whole = {};
    m_depth = {};
    m_bidsCut = m_asksCut = false;
    m_bidLives.clear();
    m_askLives.clear();
    m_selected = 0;
    update();
}

void LadderView::setNotice(const Notice& notice)
{
    if (m_notice == notice)
        return;
    m_notice = notice;
    update();
}

void LadderView::setDepth(const Depth& depth, Nanos now)
{
    m_now = now;
    if (std::memcmp(&depth, &m_whole, sizeof depth) == 0) {
        settle();
        return;
    }
    m_whole = depth;
    regroup();
    compare(bidsOf(m_depth), m_bidLives);
    compare(asksOf(m_depth), m_askLives);
    update();
}

std::int64_t LadderView::groupStep() const
{
    std::int64_t step = m_group;
    // A tick is one unit of the instrument's precision; the book may be finer.
    for (int scale = std::max(m_instrument.pricePrecision, 0); scale < m_whole.priceScale; ++scale)
        step *= 10;
    return m_group == 1 ? 1 : step;
}

void LadderView::regroup()
{
    const GroupedDepth shown = grouped(m_whole, groupStep());
    m_depth = shown.depth;
    m_bidsCut = shown.bidsCut;
    m_asksCut = shown.asksCut;
}

void LadderView::setGroup(int ticks)
{
    if (ticks == m_group)
        return;
    m_group = ticks;
    m_bidLives.clear();
    m_askLives.clear();
    m_selected = 0;
    regroup();
    compare(bidsOf(m_depth), m_bidLives);
    compare(asksOf(m_depth), m_askLives);
    update();
}

bool LadderView::isCut(int level) const
{
    return level < 0 ? m_bidsCut && -level == m_depth.bidCount : m_asksCut && level == m_depth.askCount;
}

void LadderView::compare(std::span<const Level> levels, QHash<std::int64_t, Life>& lives)
{
    const qint64 now = steadyMilliseconds();
    const bool first = lives.isEmpty();
    QHash<std::int64_t, Life> next;
    next.reserve(static_cast<qsizetype>(levels.size()));
    for (const Level& level : levels) {
        Life life = lives.value(level.price);
        if (life.text.isEmpty() || life.quantity != level.quantity) {
            const QString text = numberText(level.quantity, m_depth.quantityScale, m_instrument.quantityPrecision);
            life.brightFrom = life.text.isEmpty() ? -1 : changedFrom(life.text, text);
            life.quantity = level.quantity;
            life.text = text;
            life.changedAt = first ? 0 : now;
            m_tinted |= !first;
        }
        next.insert(level.price, std::move(life));
    }
    lives = std::move(next);
}

void LadderView::settle()
{
    if (!m_tinted || !m_theme.motion())
        return;
    const qint64 now = steadyMilliseconds();
    bool ended = false;
    m_tinted = false;
    for (auto* lives : {&m_bidLives, &m_askLives})
        for (Life& life : *lives) {
            if (life.changedAt == 0)
                continue;
            if (now - life.changedAt < kTintMilliseconds)
                m_tinted = true;
            else {
                life.changedAt = 0;
                ended = true;
            }
        }
    if (ended)
        update();
}

int LadderView::levelsShown() const
{
    const double room = height() - m_theme.rowHeight() - kMidRow - kFoot;
    return std::clamp(static_cast<int>(room / 2 / m_theme.rowHeight()), 1, static_cast<int>(kDepthLevels));
}

QRectF LadderView::rowOf(int level) const
{
    const double rowHeight = m_theme.rowHeight();
    const double rows = levelsShown();
    const double room = height() - rowHeight - kFoot;
    const double top = rowHeight + std::floor((room - kMidRow - 2 * rows * rowHeight) / 2);
    const double mid = top + rows * rowHeight;
    if (level == 0)
        return QRectF(0, mid, width(), kMidRow);
    return level > 0 ? QRectF(0, mid - level * rowHeight, width(), rowHeight)
                     : QRectF(0, mid + kMidRow + (-level - 1) * rowHeight, width(), rowHeight);
}

int LadderView::levelAt(const QPointF& at) const
{
    for (int level = 1; level <= levelsShown(); ++level)
        for (const int signedLevel : {level, -level})
            if (rowOf(signedLevel).contains(at))
                return signedLevel;
    return 0;
}

LadderView::Columns LadderView::columns() const
{
    const QFontMetricsF metrics(m_theme.numbers());
    const double digit = metrics.horizontalAdvance(QLatin1Char('0'));
    const auto characters = [](std::int64_t value, int scale, int precision) {
        return static_cast<double>(numberText(value, scale, precision).size());
    };
    const std::int64_t dearest = m_depth.askCount > 0   ? m_depth.asks[m_depth.askCount - 1u].price
                                 : m_depth.bidCount > 0 ? m_depth.bids[0].price
                                                        : 0;
    const std::int64_t most = std::max(total(bidsOf(m_depth)), total(asksOf(m_depth)));
    const double price = digit * characters(dearest, m_depth.priceScale, m_instrument.pricePrecision);
    const double size = digit * characters(most, m_depth.quantityScale, m_instrument.quantityPrecision);
    const double right = width() - kPad;
    Columns out;
    out.price = std::max(
        kPad + price,
        kPad + QFontMetricsF(m_theme.words(kSmall)).horizontalAdvance(tr("Price %1").arg(words::quote(m_instrument))));
    if (out.price + 2 * (size + kPad) <= right) {
        out.total = right;
        out.size = std::floor((out.price + right) / 2 + kPad / 2);
        out.size = std::clamp(out.size, out.price + kPad + size, right - size - kPad);
    } else {
        out.size = right;
    }
    return out;
}

void LadderView::paintHead(QPainter& painter, const Columns& at) const
{
    const double height = m_theme.rowHeight();
    painter.setFont(m_theme.words(kSmall));
    painter.setPen(m_theme.color(Role::Muted));
    const auto label = [&](double right, const QString& text) {
        painter.drawText(QRectF(0, 0, right, height), Qt::AlignRight | Qt::AlignVCenter, text);
    };
    label(at.price, tr("Price %1").arg(words::quote(m_instrument)));
    label(at.size, tr("Size %1").arg(words::base(m_instrument)));
    if (at.total > 0)
        label(at.total, tr("Total %1").arg(words::base(m_instrument)));
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(QPointF(0, height - 0.5), QPointF(width(), height - 0.5));
}

void LadderView::paintSide(QPainter& painter, const Columns& at, bool bids, double largest) const
{
    const auto levels = bids ? bidsOf(m_depth) : asksOf(m_depth);
    const auto& lives = bids ? m_bidLives : m_askLives;
    const Role role = bids ? Role::Bid : Role::Ask;
    const bool live = m_depth.state == BookState::Live;
    const QColor muted = m_theme.color(Role::Muted);
    const QColor text = m_theme.color(live ? Role::Text : Role::Stale);
    const QColor side = m_theme.color(live ? role : Role::Stale);
    const qint64 now = steadyMilliseconds();
    const int shown = std::min<int>(levelsShown(), static_cast<int>(levels.size()));
    painter.setFont(m_theme.numbers());
    std::int64_t sum = 0;
    QString nearer;
    for (int i = 0; i < shown; ++i) {
        const Level& level = levels[static_cast<std::size_t>(i)];
        const int signedLevel = bids ? -(i + 1) : i + 1;
        const QRectF row = rowOf(signedLevel);
        sum += level.quantity;
        const Life life = lives.value(level.price);
        if (signedLevel == m_selected)
            painter.fillRect(row, m_theme.color(Role::Raised));
        const double bar = largest > 0 ? std::round(width() * static_cast<double>(sum) / largest) : 0;
        painter.fillRect(QRectF(width() - bar, row.top(), bar, row.height() - 1),
                         m_theme.tint(live ? role : Role::Stale, 0.15));
        if (const double tint = tintStrength(life.changedAt, now); m_theme.motion() && tint > 0)
            painter.fillRect(QRectF(at.price + kPad / 2, row.top(), at.size - at.price, row.height() - 1),
                             m_theme.tint(Role::Accent, tint));
        if (signedLevel == m_selected)
            painter.fillRect(QRectF(0, row.top(), 2, row.height()), m_theme.color(Role::Accent));

        const QRectF inner(0, row.top(), 0, row.height() - 1);
        const auto cell = [&](double right) { return QRectF(0, inner.top(), right, inner.height()); };
        const QString price = numberText(level.price, m_depth.priceScale, m_instrument.pricePrecision);
        paintNumber(painter, cell(at.price), price, nearer.isEmpty() ? -1 : changedFrom(nearer, price), side, side);
        nearer = price;
        paintNumber(painter, cell(at.size), life.text, life.brightFrom,
                    isCut(signedLevel) ? m_theme.color(Role::Stale) : text, muted);
        if (isCut(signedLevel))
            paintMark(painter, QRectF(at.price + 4, row.top(), 12, row.height()), Mark::Stale, m_theme);
        if (at.total > 0)
            paintNumber(painter, cell(at.total), numberText(sum, m_depth.quantityScale, m_instrument.quantityPrecision),
                        -1, muted, muted);
    }
}

void LadderView::paintMid(QPainter& painter) const
{
    const QRectF row = rowOf(0);
    painter.fillRect(row, m_theme.color(Role::Bg));
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(QPointF(0, row.top() + 0.5), QPointF(width(), row.top() + 0.5));
    painter.drawLine(QPointF(0, row.bottom() - 0.5), QPointF(width(), row.bottom() - 0.5));
    if (m_whole.bidCount == 0 || m_whole.askCount == 0)
        return;
    // Of the whole book, however it is grouped. Twice the mid at one digit more is exact.
    const std::int64_t bid = m_whole.bids[0].price;
    const std::int64_t ask = m_whole.asks[0].price;
    const QString mid = numberText((bid + ask) * 5, m_depth.priceScale + 1, m_instrument.pricePrecision + 1);
    const QString spread = numberText(ask - bid, m_depth.priceScale, m_instrument.pricePrecision);
    const double points = 2e4 * static_cast<double>(ask - bid) / static_cast<double>(ask + bid);
    const QFont large = m_theme.numbers(kLarge, true);
    painter.setFont(large);
    painter.setPen(m_theme.color(m_depth.state == BookState::Live ? Role::Accent : Role::Stale));
    painter.drawText(row.adjusted(kPad, 0, -kPad, 0), Qt::AlignLeft | Qt::AlignVCenter, mid);
    const double left = kPad + QFontMetricsF(large).horizontalAdvance(mid) + kPad;
    const QRectF rest(left, row.top(), width() - left - kPad, row.height());
    painter.setFont(m_theme.numbers(kSmall));
    painter.setPen(m_theme.color(Role::Text));
    const QString both = tr("%1 · %2 bp").arg(spread, fixedText(points, 2));
    const QFontMetricsF small(m_theme.words(kSmall));
    const QString label = tr("Spread");
    painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter, both);
    const double used = QFontMetricsF(painter.font()).horizontalAdvance(both) + 6;
    if (used + small.horizontalAdvance(label) <= rest.width()) {
        painter.setFont(m_theme.words(kSmall));
        painter.setPen(m_theme.color(Role::Muted));
        painter.drawText(rest.adjusted(0, 0, -used, 0), Qt::AlignRight | Qt::AlignVCenter, label);
    }
}

void LadderView::paintImbalance(QPainter& painter, double bids, double asks) const
{
    const QRectF foot(0, height() - kFoot, width(), kFoot);
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(QPointF(0, foot.top() + 0.5), QPointF(width(), foot.top() + 0.5));
    if (bids + asks <= 0)
        return;
    const double share = bids / (bids + asks);
    const QRectF bar(kPad, foot.bottom() - 9, width() - 2 * kPad, 4);
    const double split = std::round(bar.width() * share);
    painter.fillRect(QRectF(bar.left(), bar.top(), split - 1, bar.height()), m_theme.color(Role::Bid));
    painter.fillRect(QRectF(bar.left() + split + 1, bar.top(), bar.width() - split - 1, bar.height()),
                     m_theme.color(Role::Ask));
    const QRectF words(kPad, foot.top() + 2, width() - 2 * kPad, kFoot - 12);
    painter.setFont(m_theme.numbers(kSmall));
    painter.setPen(m_theme.color(Role::Bid));
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, tr("%1 % bid").arg(fixedText(100 * share, 1)));
    painter.setPen(m_theme.color(Role::Ask));
    painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, tr("ask %1 %").arg(fixedText(100 - 100 * share, 1)));
    painter.setFont(m_theme.words(kSmall));
    painter.setPen(m_theme.color(Role::Muted));
    if (width() > 260)
        painter.drawText(words, Qt::AlignCenter, tr("Imbalance"));
}

void LadderView::paintEvent(QPaintEvent*)
{
    ++m_paints;
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    if (!m_notice.isEmpty()) {
        paintNotice(painter, rect(), m_notice, m_theme);
    } else {
        const Columns at = columns();
        const auto shown = static_cast<std::size_t>(levelsShown());
        const auto sumShown = [shown](std::span<const Level> levels) {
            return static_cast<double>(total(levels.first(std::min(shown, levels.size()))));
        };
        const double bids = sumShown(bidsOf(m_depth));
        const double asks = sumShown(asksOf(m_depth));
        paintSide(painter, at, false, std::max(bids, asks));
        paintSide(painter, at, true, std::max(bids, asks));
        paintHead(painter, at);
        paintMid(painter);
        paintImbalance(painter, bids, asks);
    }
    paintFocus(painter, *this, m_theme);
}

QString LadderView::why(int level) const
{
    const auto levels = level < 0 ? bidsOf(m_depth) : asksOf(m_depth);
    const auto index = static_cast<std::size_t>(std::abs(level)) - 1;
    if (level == 0 || index >= levels.size())
        return {};
    const Level& at = levels[index];
    const QString verified = m_depth.verified == Tristate::Yes  ? tr("checksum or chain agrees")
                             : m_depth.verified == Tristate::No ? tr("checksum or chain differs")
                                                                : tr("nothing to check it with");
    QString grouping;
    if (m_group > 1)
        grouping = QLatin1Char('\n') + tr("Levels are grouped by %1 ticks").arg(m_group) +
                   (isCut(level) ? tr("; the farthest group may lack some that are not shown") : QString());
    return tr("%1 %2 at %3 %4, %5 in all to here\n%6 of %7, %8; state %9 of the book, received %10 UTC, %11 ago")
               .arg(numberText(at.quantity, m_depth.quantityScale, m_instrument.quantityPrecision),
                    words::base(m_instrument), numberText(at.price, m_depth.priceScale, m_instrument.pricePrecision),
                    words::quote(m_instrument),
                    numberText(total(levels.first(index + 1)), m_depth.quantityScale, m_instrument.quantityPrecision),
                    words::symbol(m_instrument), QString::fromStdString(m_instrument.name.venue), verified,
                    countText(m_depth.version))
               .arg(clockText(m_depth.receiveTime), ageText(m_now - m_depth.receiveTime)) +
           grouping;
}

void LadderView::tellWhy(int level)
{
    QToolTip::showText(mapToGlobal(rowOf(level).bottomLeft().toPoint()), why(level), this);
}

void LadderView::keyPressEvent(QKeyEvent* event)
{
    const int asks = std::min<int>(levelsShown(), m_depth.askCount);
    const int bids = std::min<int>(levelsShown(), m_depth.bidCount);
    const auto move = [&](int by) {
        int level = m_selected + by;
        if (level == 0)
            level += m_selected == 0 ? 0 : by;
        m_selected = std::clamp(level, -bids, asks);
        update();
    };
    switch (event->key()) {
    case Qt::Key_BracketLeft: Q_EMIT groupAsked(-1); return;
    case Qt::Key_BracketRight: Q_EMIT groupAsked(1); return;
    case Qt::Key_Up: move(1); return;
    case Qt::Key_Down: move(-1); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_selected != 0) {
            tellWhy(m_selected);
            return;
        }
        break;
    case Qt::Key_Escape:
        if (m_selected != 0) {
            m_selected = 0;
            update();
            return;
        }
        break;
    default: break;
    }
    QWidget::keyPressEvent(event);
}

void LadderView::mousePressEvent(QMouseEvent* event)
{
    m_selected = levelAt(event->position());
    update();
    QWidget::mousePressEvent(event);
}

bool LadderView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), why(levelAt(help->pos())), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace tickdeck::ui
