// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/notifier.h"

#include <QApplication>
#include <QPainter>
#include <QSystemTrayIcon>

#include <algorithm>

#include "ui/widgets/theme.h"

namespace tickdeck::ui {

namespace {

constexpr std::size_t kWaiting = 100;  // further ones are only counted by the alert centre

// The program's own icon, else the rows of a book.
QIcon icon(const Theme& theme)
{
    if (!QApplication::windowIcon().isNull())
        return QApplication::windowIcon();
    QPixmap picture(64, 64);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    constexpr int kRow = 12;
    const int widths[] = {28, 40, 52, 44, 24};
    for (int i = 0; i < 5; ++i)
        painter.fillRect(6, 4 + i * kRow, widths[i], kRow - 4, theme.color(i < 2 ? Role::Ask : Role::Bid));
    return QIcon(picture);
}

}  // namespace

Notifier::Notifier(AlertCentre& alerts, const LookSettings& look, const Theme& theme, QObject* parent)
    : QObject(parent), m_look(look)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &Notifier::tell);
    connect(&alerts, &AlertCentre::raised, this, &Notifier::take);
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages())
        return;
    m_tray = new QSystemTrayIcon(icon(theme), this);
    m_tray->setToolTip(tr("Tickdeck"));
    m_tray->show();
    connect(m_tray, &QSystemTrayIcon::messageClicked, this, &Notifier::asked);
    connect(m_tray, &QSystemTrayIcon::activated, this, &Notifier::asked);
    m_show = [this](const QString& title, const QString& text, bool severe) {
        m_tray->showMessage(title, text, severe ? QSystemTrayIcon::Critical : QSystemTrayIcon::Warning);
    };
}

Notifier::~Notifier() = default;

void Notifier::setShow(Show show, int pause)
{
    m_show = std::move(show);
    m_pause.setInterval(pause);
}

void Notifier::take(const Alert& alert)
{
    if (!m_show || !m_look.notifications() || m_waiting.size() >= kWaiting)
        return;
    m_waiting.push_back(alert);
    if (!m_pause.isActive())
        tell();
}

void Notifier::tell()
{
    if (m_waiting.empty())
        return;
    const std::vector<Alert> told = std::exchange(m_waiting, {});
    if (!m_look.notifications())
        return;
    if (told.size() == 1) {
        m_show(told.front().title, told.front().detail, told.front().severe);
    } else {
        QStringList titles;
        for (const Alert& alert : told)
            if (titles.size() < 4)
                titles << alert.title;
        m_show(tr("%1 alerts").arg(told.size()), titles.join(QLatin1Char('\n')),
               std::ranges::any_of(told, &Alert::severe));
    }
    m_pause.start();
}

}  // namespace tickdeck::ui
