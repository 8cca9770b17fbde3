// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's lower edge: mode, engine, journal, gaps, dead letters, worst health, UTC clock.

#include <QWidget>

#include "ui/client/alerts.h"
#include "ui/client/engine_client.h"
#include "ui/widgets/mark.h"

namespace tickdeck::ui {

// GUI thread. Painted, once a second or when something it says has changed.
class StatusBar : public QWidget {
    Q_OBJECT
public:
    StatusBar(const Theme& theme, EngineClient& client, AlertCentre& alerts, QWidget* parent = nullptr);
    // What is said, left to right; also for screen readers.
    [[nodiscard]] QString said() const;

Q_SIGNALS:
    // A click on worst health, gaps or dead letters: show the dock of that id.
    void dockAsked(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    struct Part {
        QString text;
        Role role = Role::Muted;
        Mark mark = Mark::None;
        bool number = false;
        QString dock;  // empty: not to be clicked
        QString tip;
        QRect rect;
        friend bool operator==(const Part& a, const Part& b)
        {
            return a.text == b.text && a.role == b.role && a.mark == b.mark;
        }
    };
    void take();
    [[nodiscard]] std::vector<Part> leftParts() const;
    [[nodiscard]] std::vector<Part> rightParts() const;
    void place();
    void paintPart(QPainter& painter, const Part& part) const;
    [[nodiscard]] int widthOf(const Part& part) const;
    bool event(QEvent* event) override;

    const Theme& m_theme;
    EngineClient& m_client;
    AlertCentre& m_alerts;
    std::vector<Part> m_left;  // the first is the mode's badge
    std::vector<Part> m_right;
};

}  // namespace tickdeck::ui
