// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reading a store back: stored events by type, time and symbol.

#include <functional>
#include <optional>
#include <string>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck {

struct HistoryQuery {
    EventType type{};
    Nanos from = 0;  // of receive_time, inclusive
    Nanos to = 0;    // exclusive
    std::optional<std::string> venue;
    std::optional<std::string> symbol;  // canonical
    std::optional<Nanos> interval;      // of candles only
    std::size_t limit = 0;              // the newest `limit` rows; 0: all
};

// Made for one thread; several may be open on one store beside the sink that writes it.
class History {
public:
    virtual ~History() = default;
    // Calls `take` with batches of the matching events in order of number, until it returns false. The batches have no
    // payload; a batch may hold events of several frames, `receiveTime` is then that of each batch's events.
    [[nodiscard]] virtual Result<> read(const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                                        const std::function<bool(const Batch&)>& take) = 0;
};

}  // namespace tickdeck
