// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The changes of one book, gathered over an interval, as the venue tells them.

#include <cstdint>
#include <map>

#include "engine/core/time.h"
#include "engine/model/events.h"

namespace tickdeck::binance::simulated {

// One event of a depth stream. Prices are told ones (Contract::told), lowest first on both sides.
struct DepthEvent {
    std::uint64_t first = 0;                    // U
    std::uint64_t last = 0;                     // u
    std::uint64_t previous = 0;                 // pu: the event before it
    Nanos time = 0;                             // of the last change
    std::map<std::int64_t, std::int64_t> bids;  // quantity 0: gone
    std::map<std::int64_t, std::int64_t> asks;
};

// Keeps the last quantity of each level that has changed since the last event. One thread.
class DepthChain {
public:
    // `previous`: the id that the book has as the chain begins.
    explicit DepthChain(std::uint64_t previous) { m_event.last = previous; }

    void change(Side side, std::int64_t toldPrice, std::int64_t quantity)
    {
        (side == Side::Buy ? m_event.bids : m_event.asks)[toldPrice] = quantity;
    }
    // After the changes of a step.
    void stepped(std::uint64_t id, Nanos time)
    {
        if (m_event.first == 0)
            m_event.first = id;
        m_event.time = time;
        m_newest = id;
    }
    [[nodiscard]] bool empty() const noexcept { return m_event.first == 0; }
    // What has gathered; the next event follows on it.
    [[nodiscard]] DepthEvent take()
    {
        DepthEvent event;
        std::swap(event, m_event);
        event.previous = event.last;
        event.last = m_newest;
        m_event.last = m_newest;
        return event;
    }

private:
    DepthEvent m_event;  // its `last` is that of the event before
    std::uint64_t m_newest = 0;
};

}  // namespace tickdeck::binance::simulated
