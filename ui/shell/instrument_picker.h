// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Ctrl+P: an instrument of any venue by a few letters, with the keyboard alone.

#include <QFrame>
#include <QList>
#include <QPointer>

#include "ui/client/engine_client.h"
#include "ui/models/instrument_index.h"
#include "ui/models/instrument_model.h"
#include "ui/widgets/theme.h"

class QLabel;
class QLineEdit;

namespace tickdeck::ui {

class TableView;

// GUI thread. An overlay of its parent. Enter chooses for the link that it was opened for, or that Alt+1…3 and Alt+0 name;
// Ctrl+Enter watches and stays open.
class InstrumentPicker : public QFrame {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 200;

    InstrumentPicker(const Theme& theme, EngineClient& client, QWidget* parent);
    // `link` as SymbolDock::link(); `canPin`: whether a view is there to be pinned.
    void open(int link, bool canPin);
    // Without choosing.
    void dismiss();
    // The best for `text`, also for the palette.
    [[nodiscard]] InstrumentIndex::Found find(const QString& text, std::size_t most) const;
    // Chosen by other ways: comes first next time.
    void remember(SymbolId id);
    [[nodiscard]] QLineEdit& line() { return *m_line; }
    [[nodiscard]] const InstrumentModel& model() const { return m_model; }
    [[nodiscard]] int link() const { return m_link; }
    // 0: none.
    [[nodiscard]] SymbolId current() const;

Q_SIGNALS:
    void chosen(SymbolId id, int link);
    void watchAsked(SymbolId id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();
    void choose();
    void setLink(int link);
    void say();
    bool keyPressed(int key, Qt::KeyboardModifiers modifiers);

    static constexpr int kFramesOfPrices = 10;  // frames from one look at the prices to the next

    const Theme& m_theme;
    EngineClient& m_client;
    InstrumentIndex m_index;
    InstrumentModel m_model;
    QLineEdit* m_line;
    TableView* m_table;
    QLabel* m_foot;
    QList<SymbolId> m_recent;  // newest first
    QPointer<QWidget> m_before;
    QString m_watched;  // said in the foot
    std::size_t m_count = 0;
    int m_link = 0;
    bool m_canPin = false;
    int m_frames = 0;
};

}  // namespace tickdeck::ui
