// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// `?`: the keys, all on one sheet.

#include <QFrame>
#include <QPointer>

#include "ui/widgets/theme.h"

namespace tickdeck::ui {

// GUI thread. An overlay of its parent; any key closes it.
class KeySheet : public QFrame {
    Q_OBJECT
public:
    KeySheet(const Theme& theme, QWidget* parent);
    void open();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Key {
        QString keys;
        QString does;
    };
    const Theme& m_theme;
    std::vector<Key> m_keys;
    QPointer<QWidget> m_before;
};

}  // namespace tickdeck::ui
