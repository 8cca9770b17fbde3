// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Ctrl+K: symbols, views and actions by a few letters.

#include <QFrame>
#include <QPointer>

#include <functional>
#include <vector>

#include "ui/widgets/theme.h"

class QLineEdit;
class QListWidget;

namespace tickdeck::ui {

struct Command {
    QString title;
    QString kind;  // "symbol", "view", "action"
    QString shortcut;
    std::function<void()> run;
};

// How well `needle`'s letters are found in `text`, in order; negative: not at all. Starts of words and runs count more.
[[nodiscard]] int fuzzyScore(const QString& text, const QString& needle);

// GUI thread. An overlay of its parent; runs one command and closes. Commands used lately come first.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    CommandPalette(const Theme& theme, QWidget* parent);
    // `search` gives further commands for what is typed, of what is too much to be listed whole.
    using Search = std::function<std::vector<Command>(const QString& text)>;
    void open(std::vector<Command> commands, Search search = {});
    // Without running anything.
    void dismiss();
    [[nodiscard]] QLineEdit& line() { return *m_line; }
    [[nodiscard]] QString currentTitle() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void runCurrent();

    const Theme& m_theme;
    QLineEdit* m_line;
    QListWidget* m_list;
    static constexpr std::size_t kMost = 100;
    std::vector<Command> m_commands;
    Search m_search;
    std::vector<Command> m_shown;  // as listed
    QStringList m_recent;          // newest first
    QPointer<QWidget> m_before;    // had the focus
};

}  // namespace tickdeck::ui
