// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A frame that cannot be decoded is a dead letter before the router has numbered it; here it waits for its number.

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "engine/model/batch.h"

namespace tickdeck::runtime {

// Any thread. What is not seen before kMost others are waiting keeps no number.
class LetterNumbers {
public:
    static constexpr std::size_t kMost = 1'000;

    using Numbered = std::function<void(const std::string& component, Nanos time, Seq seq)>;
    explicit LetterNumbers(Numbered numbered) : m_numbered(std::move(numbered)) {}

    // The letter of this component and time is about this batch, which has no number yet.
    void wait(const Batch& batch, std::string component, Nanos time)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_waiting.size() >= kMost)
            m_waiting.pop_front();
        m_waiting.push_back(
            {batch.header().lane, batch.header().ordinal, batch.header().receiveTime, std::move(component), time});
        m_count = m_waiting.size();
    }
    // A batch that was numbered and committed, in order.
    void saw(const Batch& batch)
    {
        if (m_count == 0)
            return;
        const std::scoped_lock lock(m_mutex);
        const BatchHeader& header = batch.header();
        for (auto at = m_waiting.begin(); at != m_waiting.end(); ++at)
            // A lane that is made anew counts from 1 again.
            if (at->lane == header.lane && at->ordinal == header.ordinal && at->received == header.receiveTime) {
                m_numbered(at->component, at->time, batch.firstSeq());
                m_waiting.erase(at);
                m_count = m_waiting.size();
                return;
            }
    }

private:
    struct Waiting {
        SymbolId lane;
        std::uint64_t ordinal;
        Nanos received;
        std::string component;
        Nanos time;
    };
    Numbered m_numbered;
    std::mutex m_mutex;
    std::deque<Waiting> m_waiting;
    std::atomic<std::size_t> m_count{0};
};

}  // namespace tickdeck::runtime
