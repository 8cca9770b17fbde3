// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Tells of alerts through the desktop, where it has a tray; never in the way, and not too often.

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>

#include "ui/client/alerts.h"
#include "ui/shell/look_settings.h"

class QSystemTrayIcon;

namespace tickdeck::ui {

class Theme;

// GUI thread. Alerts that come within kPause of the last notification are told together after it.
class Notifier : public QObject {
    Q_OBJECT
public:
    using Show = std::function<void(const QString& title, const QString& text, bool severe)>;
    static constexpr int kPause = 10'000;  // milliseconds

    Notifier(AlertCentre& alerts, const LookSettings& look, const Theme& theme, QObject* parent = nullptr);
    ~Notifier() override;

    // In place of the desktop's.
    void setShow(Show show, int pause = kPause);
    [[nodiscard]] bool canShow() const { return static_cast<bool>(m_show); }

Q_SIGNALS:
    // The user clicked a notification.
    void asked();

private:
    void take(const Alert& alert);
    void tell();

    const LookSettings& m_look;
    Show m_show;
    QSystemTrayIcon* m_tray = nullptr;
    QTimer m_pause;
    std::vector<Alert> m_waiting;
};

}  // namespace tickdeck::ui
