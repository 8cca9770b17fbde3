// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the docks over the engine's overview have in common: a table that is filled anew a few times a second, also when
// no new overview comes, so that ages go on.

#include "ui/client/engine_client.h"
#include "ui/models/cell_table.h"
#include "ui/widgets/dock.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

class OverviewDock : public Dock {
    Q_OBJECT
public:
    OverviewDock(const QString& id, const QString& title, const Theme& theme, EngineClient& client,
                 std::vector<Column> columns);
    [[nodiscard]] CellTable& model() { return m_model; }
    [[nodiscard]] TableView& table() { return *m_table; }

protected:
    [[nodiscard]] EngineClient& client() const { return m_client; }
    [[nodiscard]] virtual std::vector<Row> rows() = 0;
    // Where to go from a row, by its key.
    [[nodiscard]] virtual std::vector<Step> steps(const QString&) { return {}; }
    // A step to another dock, narrowed to `what` there.
    [[nodiscard]] Step stepTo(const QString& text, const QString& dock, const QString& what);

private:
    void frame();

    static constexpr int kFrames = 10;  // frames from one filling to the next
    EngineClient& m_client;
    CellTable m_model;
    TableView* m_table;
    int m_frames = 0;
};

}  // namespace tickdeck::ui
