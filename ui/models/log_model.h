// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The newest log lines, oldest first.

#include <QAbstractTableModel>

#include <deque>

#include "engine/api/snapshots.h"

namespace tickdeck::ui {

// GUI thread. Bounded; texts are made for visible cells only.
class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr std::size_t kKept = 10'000;
    enum Columns : int { kTime, kLevel, kComponent, kEvent, kMessage, kColumns };

    explicit LogModel(QObject* parent = nullptr);
    void add(const std::vector<api::LogLine>& lines);
    // Lines of a lower level are left out.
    void setLeast(api::LogLevel level);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<api::LogLine> m_all;
    std::deque<api::LogLine> m_shown;
    api::LogLevel m_least = api::LogLevel::Debug;
};

}  // namespace tickdeck::ui
