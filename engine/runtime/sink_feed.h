// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A sink's batches out of the router, and what is missing between them.

#include <functional>
#include <memory>

#include "engine/router/reader.h"
#include "engine/sinks/feed.h"

namespace tickdeck::runtime {

// Numbers that the sink will never be given: damaged in the journal, or deleted before it had them.
struct LostPlace {
    Seq after = 0;         // the last number before
    Nanos from = kNoTime;  // receive times of what lies around; kNoTime: it had nothing before
    Nanos to = kNoTime;
    GapCause cause = GapCause::Damage;
};

// One thread, except wake() and behind().
class SinkFeed final : public sinks::Feed {
public:
    // `reader` gives what follows `after`. `oldest` gives the journal's oldest number; `lost` is told on the thread of
    // step(), before what lies behind the lost numbers is handed out.
    SinkFeed(std::unique_ptr<Reader> reader, Seq after, std::function<Seq()> oldest,
             std::function<void(const LostPlace&)> lost)
        : m_reader(std::move(reader)), m_last(after), m_oldest(std::move(oldest)), m_tell(std::move(lost))
    {
    }

    Result<std::size_t> step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds wait) override;
    void wake() noexcept override { m_reader->wake(); }
    [[nodiscard]] std::uint64_t behind() const noexcept override { return m_reader->behind(); }

private:
    std::unique_ptr<Reader> m_reader;
    Seq m_last;
    Nanos m_lastTime = kNoTime;
    std::uint64_t m_lost = 0;  // of the reader's counter, told
    std::function<Seq()> m_oldest;
    std::function<void(const LostPlace&)> m_tell;
};

}  // namespace tickdeck::runtime
