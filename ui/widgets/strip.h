// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A line inside a dock that says what came of an action, or asks before one: no dialog stands over the stream.

#include <QPointer>
#include <QWidget>

#include <functional>
#include <optional>
#include <utility>

#include "ui/widgets/mark.h"

class QLabel;
class QPushButton;

namespace tickdeck::ui {

class MarkLabel;

// GUI thread. Hidden while it has nothing to say. Esc is no.
class Strip : public QWidget {
    Q_OBJECT
public:
    explicit Strip(const Theme& theme, QWidget* parent = nullptr);

    // While a question is open it waits for the answer; of several the last is said.
    void say(Mark mark, const QString& text);
    // `run` if the answer is `yes`, which has the focus.
    void ask(const QString& text, const QString& yes, std::function<void()> run);
    [[nodiscard]] bool isAsking() const { return static_cast<bool>(m_run); }
    [[nodiscard]] QString text() const;
    // Answers a question as its buttons do.
    void answer(bool yes);

Q_SIGNALS:
    // A question was opened or answered.
    void askingChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void put(Mark mark, const QString& text);

    MarkLabel* m_mark;
    QLabel* m_label;
    QPushButton* m_yes;
    QPushButton* m_no;
    std::function<void()> m_run;
    std::optional<std::pair<Mark, QString>> m_later;  // what was said while a question was open
    QPointer<QWidget> m_before;                       // had the focus
};

}  // namespace tickdeck::ui
