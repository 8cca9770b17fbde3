// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An instrument and its best prices as a row.

#include <QObject>

#include <optional>

#include "engine/api/snapshots.h"
#include "ui/models/cell_table.h"

namespace tickdeck::ui {

class WatchRows : public QObject {
    Q_OBJECT
public:
    [[nodiscard]] static std::vector<Column> columns();
    enum Columns : int { kSymbol, kBid, kAsk, kSpread, kTrend, kMark, kFunding, kAge, kVenue };
    // The key is the symbol's id.
    [[nodiscard]] static Row row(const api::Instrument& instrument, const std::optional<api::Quote>& quote,
                                 const std::optional<api::MarkPrice>& mark, Nanos now, const Samples& mids);
    // The mid, or the side that there is, or "–".
    [[nodiscard]] static QString midText(const std::optional<api::Quote>& quote, int precision);
    // For the samples; NaN where a side is missing.
    [[nodiscard]] static double mid(const std::optional<api::Quote>& quote);
};

}  // namespace tickdeck::ui
