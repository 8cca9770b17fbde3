// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/alerts_dock.h"

#include <QShortcut>
#include <QToolButton>

#include "ui/models/alert_rows.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

AlertsDock::AlertsDock(const Theme& theme, EngineClient& client, AlertCentre& alerts)
    : OverviewDock(QStringLiteral("alerts"), tr("Alerts"), theme, client, AlertRows::columns()), m_alerts(alerts)
{
    table().setWidths({96, 220, 84, 76, 56});
    table().setNotice({Mark::Ok, tr("Nothing needs you."),
                       tr("Failures, long gaps, dead letters, bans and a full disk budget are told here.")});
    const auto action = [this](const QString& text, const QString& tip, Qt::Key key, auto run) {
        auto* button = new QToolButton;
        button->setText(text);
        button->setToolTip(tip);
        connect(button, &QToolButton::clicked, this, run);
        addControl(button);
        auto* shortcut = new QShortcut(key, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    action(tr("Acknowledge"), tr("The selected ones are seen; cleared ones go (A)"), Qt::Key_A,
           [this] { acknowledge(); });
    action(tr("Silence"), tr("The selected ones are not told for an hour (S)"), Qt::Key_S, [this] { silence(); });
}

QStringList AlertsDock::selectedKeys()
{
    QStringList out;
    for (const int row : table().selectedRows())
        out << model().row(row).key;
    if (const int current = table().currentRow(); out.isEmpty() && current >= 0)
        out << model().row(current).key;
    return out;
}

void AlertsDock::acknowledge()
{
    for (const QString& key : selectedKeys())
        m_alerts.acknowledge(key);
}

void AlertsDock::silence()
{
    for (const QString& key : selectedKeys())
        m_alerts.silence(key);
}

std::vector<Row> AlertsDock::rows()
{
    const std::uint64_t open = m_alerts.open();
    setSubtitle(open == 0 ? QString() : tr("%1 open").arg(countText(open)));
    return AlertRows::rows(m_alerts.alerts(), client().overview().time);
}

std::vector<Step> AlertsDock::steps(const QString& key)
{
    const Alert* alert = m_alerts.find(key);
    if (!alert)
        return {};
    std::vector<Step> out;
    if (alert->kind == AlertKind::Gap)
        out.push_back(stepTo(tr("&Gaps of %1").arg(alert->subject), QStringLiteral("gaps"), alert->subject));
    else if (alert->kind == AlertKind::DeadLetters)
        out.push_back(stepTo(tr("&Dead letters"), QStringLiteral("dead_letters"), {}));
    else if (alert->section.startsWith(QStringLiteral("connectors.")))
        out.push_back(stepTo(tr("&Health of %1").arg(alert->subject), QStringLiteral("health"), alert->subject));
    else if (alert->section.contains(QLatin1Char('.')) || alert->section == QStringLiteral("journal"))
        out.push_back(
            stepTo(tr("Sinks and &pipelines: %1").arg(alert->subject), QStringLiteral("stages"), alert->subject));
    const QString who = alert->subject.section(QLatin1Char(' '), 0, 0);
    if (!who.isEmpty())
        out.push_back(stepTo(tr("&Log of %1").arg(who), QStringLiteral("log"), who));
    if (!alert->section.isEmpty())
        out.push_back(stepTo(tr("&Settings of %1").arg(alert->section), QStringLiteral("settings"), alert->section));
    out.push_back({tr("&Acknowledge"), [this, key] { m_alerts.acknowledge(key); }});
    out.push_back({tr("S&ilence for an hour"), [this, key] { m_alerts.silence(key); }});
    return out;
}

}  // namespace tickdeck::ui
