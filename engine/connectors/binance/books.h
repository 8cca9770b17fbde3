// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The books of all contracts: where changes and snapshots become one, and what is told of them.

#include <string_view>

#include "engine/connectors/binance/answers.h"
#include "engine/connectors/binance/fetching.h"
#include "engine/connectors/binance/instruments.h"
#include "engine/connectors/binance/message.h"
#include "engine/connectors/binance/subscriptions.h"
#include "engine/connectors/binance/usual.h"
#include "engine/wire/book_events.h"

namespace tickdeck::binance {

// One thread; `now` is the time of the input.
class Books final : public SymbolWatch {
public:
    // All that is passed outlives it.
    Books(Contracts& contracts, Subscriptions& subscriptions, Fetching& fetching) noexcept
        : m_contracts(&contracts), m_subscriptions(&subscriptions), m_fetching(&fetching)
    {
    }

    // A frame of this symbol is being read.
    void coming(std::string_view symbol) override;
    // A change, or a partial book. An error where its levels do not fit; nothing has changed then.
    [[nodiscard]] Result<> change(Contract& contract, const DepthMessage& message, Nanos now, Emit& emit);
    // The same, and it is asked for again then.
    [[nodiscard]] Result<> snapshot(Contract& contract, const SnapshotMessage& snapshot, Nanos now, Emit& emit);
    void publishAll(Nanos now, Emit& emit) { m_depths.publishAll(*m_contracts, now, emit); }

private:
    struct Change {
        BookKind kind = BookKind::Update;
        Tristate verified = Tristate::Unknown;
        std::uint64_t venueSeq = 0;
        Nanos time = kNoTime;
    };

    void join(Contract& contract, std::uint64_t last, Nanos time, Tristate verified, Nanos now, Emit& emit);
    void apply(Contract& contract, const Change& change, Emit& emit);
    void write(Contract& contract, const Change& change, Emit& emit);
    void follow(Contract& contract, Nanos now, Emit& emit);

    Contracts* m_contracts;
    Subscriptions* m_subscriptions;
    Fetching* m_fetching;
    book::OrderBook::Converted m_levels;
    wire::Depths m_depths;
};

}  // namespace tickdeck::binance
