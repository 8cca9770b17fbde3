// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/log_dock.h"

#include <QComboBox>
#include <QScrollBar>
#include <QToolButton>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

LogDock::LogDock(const Theme& theme, EngineClient& client)
    : Dock(QStringLiteral("log"), tr("Log"), theme),
      m_table(new TableView(theme, m_model)),
      m_pause(new QToolButton),
      m_level(new QComboBox)
{
    m_table->setAccessibleName(tr("Log"));
    m_table->setWidths({116, 80, 150, 150});
    m_table->setNotice({Mark::Ok, tr("No lines at this level."), tr("Choose a lower level above.")});
    setTable(m_table);
    m_pause->setText(tr("Pause"));
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("Keep what is shown; new lines wait"));
    addControl(m_pause);
    for (const auto level : {api::LogLevel::Debug, api::LogLevel::Info, api::LogLevel::Warn, api::LogLevel::Error})
        m_level->addItem(tr("from %1").arg(words::logLevel(level)));
    m_level->setAccessibleName(tr("Least level"));
    m_level->setCurrentIndex(static_cast<int>(api::LogLevel::Info));
    m_model.setLeast(api::LogLevel::Info);
    addControl(m_level);
    connect(m_level, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_model.setLeast(static_cast<api::LogLevel>(index)); });
    // At the end it stays there, also when it is shown or resized.
    QScrollBar* bar = m_table->verticalScrollBar();
    connect(bar, &QScrollBar::rangeChanged, this, [this, bar](int, int most) {
        if (m_follows)
            bar->setValue(most);
    });
    connect(bar, &QScrollBar::valueChanged, this, [this, bar](int value) { m_follows = value >= bar->maximum() - 2; });
    connect(m_pause, &QToolButton::toggled, this, &Dock::setFrozen);
    connect(this, &Dock::frozenChanged, this, [this](bool frozen) {
        m_pause->setChecked(frozen);
        if (!frozen)
            take(std::exchange(m_waiting, {}));
    });
    connect(&client, &EngineClient::logArrived, this, [this](const std::vector<api::LogLine>& lines, quint64 lost) {
        if (lost > 0)
            setSubtitle(tr("%1 older lines are only in the log file").arg(countText(lost)));
        take(lines);
    });
}

void LogDock::take(const std::vector<api::LogLine>& lines)
{
    if (isFrozen()) {
        m_waiting.insert(m_waiting.end(), lines.begin(), lines.end());
        if (m_waiting.size() > LogModel::kKept)
            m_waiting.erase(m_waiting.begin(), m_waiting.end() - static_cast<std::ptrdiff_t>(LogModel::kKept));
        return;
    }
    m_model.add(lines);
}

}  // namespace tickdeck::ui
