// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The gap of one stream, told as events: one when it opens, one when all is whole again.

#include <string_view>

#include "engine/core/state_bytes.h"
#include "engine/model/batch.h"

namespace tickdeck::book {

// At most one gap is open at a time; the first cause stands. One thread.
class StreamGap {
public:
    // What the events are about. `native` names the instrument in the gap's id; empty: the channel as a whole.
    struct Subject {
        SymbolId symbol = 0;
        std::string_view native;
        std::string_view channel;
    };

    [[nodiscard]] bool isOpen() const noexcept { return m_number != 0; }
    // `from` is the last instant known to be whole; `number` counts the decoder's gaps from 1 and is raised.
    void open(BatchBuilder& out, const Subject& subject, GapCause cause, Nanos from, std::uint64_t& number);
    // `to` is the first instant whole again. Nothing where no gap is open.
    void close(BatchBuilder& out, const Subject& subject, Nanos to, GapRecovery recovered);

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    void write(BatchBuilder& out, const Subject& subject, GapState state, Nullable<std::int64_t> to,
               GapRecovery recovered) const;

    std::uint64_t m_number = 0;  // 0: none is open
    Nanos m_from = 0;
    GapCause m_cause = GapCause::Disconnect;
};

}  // namespace tickdeck::book
