// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What was refused for good: why, the bytes with the fault's place, and what to do with it.

#include <set>

#include "ui/client/engine_client.h"
#include "ui/models/cell_table.h"
#include "ui/widgets/dock.h"
#include "ui/widgets/table_view.h"

class QLabel;
class QPushButton;
class QSplitter;
class QToolButton;

namespace tickdeck::ui {

class BytesView;
class Strip;

class DeadLettersDock final : public Dock {
    Q_OBJECT
public:
    DeadLettersDock(const Theme& theme, EngineClient& client);

    [[nodiscard]] CellTable& model() { return m_model; }
    [[nodiscard]] TableView& table() { return *m_table; }
    [[nodiscard]] BytesView& bytes() { return *m_bytes; }
    [[nodiscard]] Strip& strip() { return *m_strip; }
    // Of the selected ones: those that can be are tried again. Not while a question is open.
    void retry();
    // Asks first.
    void drop();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildBody(const Theme& theme);
    void frame();
    void pollList();
    void pollLetter();
    void pollActions();
    void choose(int row);
    void showLetter(const api::DeadLetter& letter);
    // Nothing is under way and no question is open.
    [[nodiscard]] bool isIdle() const;
    void updateButtons();
    void openMenu(int row);
    [[nodiscard]] std::vector<std::int64_t> selected(bool retryable) const;

    static constexpr std::size_t kMost = 500;    // newest ones that are listed
    static constexpr Nanos kAnew = 5 * kSecond;  // the list is asked for again after so long

    EngineClient& m_client;
    CellTable m_model;
    TableView* m_table;
    Strip* m_strip;
    QSplitter* m_columns;
    QLabel* m_facts;
    BytesView* m_bytes;
    QToolButton* m_hex;
    QPushButton* m_retry;
    QPushButton* m_drop;
    QPushButton* m_copy;
    std::set<std::int64_t> m_retryable;
    std::int64_t m_shown = 0;  // the letter in the detail; 0: none
    bool m_wanted = true;
    Nanos m_asked = 0;
    std::uint64_t m_counted = 0;  // the overview's count when the list was asked for
    api::AnswerRef<api::DeadLetters> m_list;
    api::AnswerRef<api::DeadLetter> m_letter;
    api::AnswerRef<std::string> m_retried;
    api::AnswerRef<std::uint64_t> m_dropped;
};

}  // namespace tickdeck::ui
