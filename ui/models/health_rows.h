// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An engine's overview as rows: streams, stages.

#include <QObject>

#include "engine/api/snapshots.h"
#include "ui/models/cell_table.h"
#include "ui/models/minute_samples.h"

namespace tickdeck::ui {

// A state's mark; a silent stream has that of stale.
[[nodiscard]] Mark markOf(api::State state);
// Of all components and streams: a connection that is open may carry nothing.
[[nodiscard]] api::State worstOf(const api::Overview& overview);

// The last minute of each stream's rate. GUI thread.
class RateHistory {
public:
    void add(const api::Overview& overview);
    [[nodiscard]] Samples of(const QString& key) const { return m_minute.of(key); }

private:
    MinuteSamples m_minute;
};

// Translated through one context.
class HealthRows : public QObject {
    Q_OBJECT
public:
    [[nodiscard]] static QString streamKey(const api::Stream& stream);

    [[nodiscard]] static std::vector<Column> streamColumns();
    [[nodiscard]] static std::vector<Row> streams(const api::Overview& overview, Nanos now, const RateHistory& rates);

    // That of the journal is "journal".
    [[nodiscard]] static QString stageKey(const api::Stage& stage);
    // Everything about one: state, position, how far behind, breaker, dead letters.
    [[nodiscard]] static QString stageTip(const api::Stage& stage, Seq newest, Nanos now);
    [[nodiscard]] static std::vector<Column> stageColumns();
    [[nodiscard]] static std::vector<Row> stages(const api::Overview& overview, Nanos now);
};

}  // namespace tickdeck::ui
