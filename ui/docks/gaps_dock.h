// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The gap ledger over a range of time: every interval in which something may have been missed, open ones first.

#include "ui/docks/overview_dock.h"

class QComboBox;

namespace tickdeck::ui {

class GapsDock final : public OverviewDock {
    Q_OBJECT
public:
    static constexpr std::size_t kShown = 1000;

    GapsDock(const Theme& theme, EngineClient& client);
    // One of the offered ones, by its place: the last hour, day, week, all.
    void setRange(int range);
    [[nodiscard]] const QString& counts() const { return m_counts; }

private:
    std::vector<Row> rows() override;
    std::vector<Step> steps(const QString& key) override;
    void poll();
    [[nodiscard]] Nanos reach() const;
    [[nodiscard]] std::string newest() const;

    static constexpr Nanos kAnew = 30 * kSecond;  // asks again after so long, whatever the overview says

    QComboBox* m_range;
    api::Gaps m_ledger;
    api::AnswerRef<api::Gaps> m_answer;
    bool m_known = false;  // the ledger was read for this range
    bool m_wanted = true;
    Nanos m_asked = 0;
    std::string m_newest;  // what the overview's newest gaps were when the ledger was asked for
    QString m_counts;
};

}  // namespace tickdeck::ui
