// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/status_bar.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <array>

#include "ui/client/words.h"
#include "ui/models/health_rows.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr int kPad = 10;
constexpr int kHeight = 26;

Role roleOfMode(api::Mode mode)
{
    constexpr std::array kRoles{Role::Accent, Role::Suspect, Role::Warn, Role::Accent, Role::Bad};
    return kRoles[static_cast<std::size_t>(mode)];
}

}  // namespace

StatusBar::StatusBar(const Theme& theme, EngineClient& client, AlertCentre& alerts, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_client(client), m_alerts(alerts)
{
    setFixedHeight(kHeight);
    setMouseTracking(true);
    setAccessibleName(tr("Status"));
    connect(&client, &EngineClient::frame, this, &StatusBar::take);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

std::vector<StatusBar::Part> StatusBar::leftParts() const
{
    const api::Identity& identity = m_client.identity();
    const api::Overview& overview = m_client.overview();
    std::vector<Part> out;
    QString badge = words::mode(identity.mode);
    if (!identity.host.empty())
        badge += QLatin1Char(' ') + QString::fromStdString(identity.host);
    out.push_back({badge,
                   roleOfMode(identity.mode),
                   Mark::None,
                   false,
                   {},
                   identity.mode == api::Mode::Demo ? tr("Built-in simulators in place of the venues: no real market")
                                                    : tr("Where the data come from"),
                   {}});
    out.push_back({tr("engine %1 · %2 · %3")
                       .arg(QString::fromStdString(identity.engineId), QString::fromStdString(identity.version),
                            QString::fromStdString(identity.profile)),
                   Role::Muted,
                   Mark::None,
                   false,
                   {},
                   tr("Data in %1; up for %2")
                       .arg(QString::fromStdString(identity.dataDirectory),
                            ageText(identity.startTime == kNoTime ? kNoTime : m_client.now() - identity.startTime)),
                   {}});
    if (identity.httpPort > 0)
        out.push_back({tr("http :%1").arg(identity.httpPort),
                       Role::Muted,
                       Mark::None,
                       false,
                       {},
                       tr("/health /livez /readyz /metrics; also on port %1").arg(identity.metricsPort),
                       {}});
    if (overview.journal.last > 0)
        out.push_back({tr("journal %1").arg(countText(overview.journal.committed)),
                       Role::Muted,
                       Mark::None,
                       true,
                       QStringLiteral("stages"),
                       tr("The newest number that is safe on disk"),
                       {}});
    return out;
}

std::vector<StatusBar::Part> StatusBar::rightParts() const
{
    const api::Overview& overview = m_client.overview();
    const bool none = overview.time == 0;
    const api::State worst = worstOf(overview);
    const auto count = [](std::uint64_t n, const QString& what, Role role, const QString& dock, const QString& tip) {
        return Part{what.arg(countText(n)), n > 0 ? role : Role::Muted, Mark::None, false, dock, tip, {}};
    };
    std::vector<Part> out;
    out.push_back(count(m_alerts.open(), tr("alerts %1"), m_alerts.anySevere() ? Role::Bad : Role::Warn,
                        QStringLiteral("alerts"), tr("Alerts that hold and were neither seen nor silenced")));
    if (m_alerts.open() > 0)
        out.back().mark = m_alerts.anySevere() ? Mark::Failed : Mark::Degraded;
    out.push_back(count(overview.openGaps, tr("open gaps %1"), Role::Bad, QStringLiteral("gaps"),
                        tr("Streams that miss something now")));
    out.push_back(count(overview.deadLetters, tr("dead letters %1"), Role::Warn, QStringLiteral("dead_letters"),
                        tr("Frames and events that could not be used")));
    out.push_back({none ? tr("starting") : words::state(worst),
                   none ? Role::Muted : roleOf(markOf(worst)),
                   none ? Mark::Starting : markOf(worst),
                   false,
                   QStringLiteral("health"),
                   tr("The worst state of all components and streams"),
                   {}});
    out.push_back({tr("%1 UTC").arg(secondsText(m_client.now())),
                   Role::Text,
                   Mark::None,
                   true,
                   {},
                   tr("The engine's clock"),
                   {}});
    return out;
}

void StatusBar::take()
{
    auto left = leftParts();
    auto right = rightParts();
    if (left == m_left && right == m_right)
        return;
    m_left = std::move(left);
    m_right = std::move(right);
    update();
}

QString StatusBar::said() const
{
    QStringList all;
    for (const auto* side : {&m_left, &m_right})
        for (const Part& part : *side)
            all << part.text;
    return all.join(QStringLiteral(" | "));
}

int StatusBar::widthOf(const Part& part) const
{
    const bool badge = &part == &m_left.front();
    const QFont font = badge         ? m_theme.words(kSmall, true)
                       : part.number ? m_theme.numbers(kSmall)
                                     : m_theme.words(kSmall);
    return QFontMetrics(font).horizontalAdvance(part.text) + 2 * kPad + (part.mark == Mark::None ? 0 : 16) +
           (badge ? kPad : 0);
}

void StatusBar::place()
{
    int right = width();
    for (auto part = m_right.rbegin(); part != m_right.rend(); ++part) {
        const int w = widthOf(*part);
        part->rect = QRect(right - w, 0, w, height());
        right -= w;
    }
    int left = 0;
    for (Part& part : m_left) {
        const int w = widthOf(part);
        // What has no room is left out; the badge always has.
        part.rect = left + w <= right || &part == &m_left.front() ? QRect(left, 0, w, height()) : QRect();
        left += w;
    }
}

void StatusBar::paintPart(QPainter& painter, const Part& part) const
{
    if (part.rect.isEmpty())
        return;
    QRect inner = part.rect.adjusted(kPad, 0, -kPad, 0);
    if (part.mark != Mark::None) {
        paintMark(painter, QRectF(inner.left(), 0, 10, height()), part.mark, m_theme);
        inner.setLeft(inner.left() + 16);
    }
    painter.setFont(part.number ? m_theme.numbers(kSmall) : m_theme.words(kSmall));
    painter.setPen(m_theme.color(part.role));
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, part.text);
}

void StatusBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Bg));
    painter.setPen(m_theme.color(Role::Line));
    painter.drawLine(0, 0, width(), 0);
    if (m_left.empty())
        return;
    place();
    const Part& badge = m_left.front();
    painter.fillRect(badge.rect, m_theme.color(badge.role));
    painter.setFont(m_theme.words(kSmall, true));
    painter.setPen(m_theme.color(m_theme.name() == ThemeName::Dark ? Role::Bg : Role::Panel));
    painter.drawText(badge.rect, Qt::AlignCenter, badge.text);
    for (std::size_t i = 1; i < m_left.size(); ++i)
        paintPart(painter, m_left[i]);
    for (const Part& part : m_right)
        paintPart(painter, part);
}

void StatusBar::mousePressEvent(QMouseEvent* event)
{
    for (const auto* side : {&m_left, &m_right})
        for (const Part& part : *side)
            if (part.rect.contains(event->pos()) && !part.dock.isEmpty())
                Q_EMIT dockAsked(part.dock);
}

bool StatusBar::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (const auto* side : {&m_left, &m_right})
            for (const Part& part : *side)
                if (part.rect.contains(help->pos()))
                    QToolTip::showText(help->globalPos(), part.tip, this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace tickdeck::ui
