// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/work.h"

#include <algorithm>

namespace tickdeck::sinks {

namespace {

constexpr Nanos kIdleEvery = 100 * kMillisecond;
// A store that refuses so many batches and takes none between them is broken itself.
constexpr int kMostRefusedInRow = 100;

}  // namespace

Work::Work(RunnerOptions options, std::unique_ptr<Sink> sink, SinkContext context, EventFilter filter, Clock& clock)
    : m_options(std::move(options)),
      m_sink(std::move(sink)),
      m_filter(std::move(filter)),
      m_wanted(m_filter),
      m_context(std::move(context)),
      m_clock(&clock),
      m_most(m_options.batches),
      m_chance(static_cast<std::minstd_rand::result_type>(clock.now() & 0x7FFFFFFF) | 1u)
{
    m_context.filter = &m_filter;
}

std::chrono::nanoseconds Work::turn(bool hurry)
{
    if (failedForGood())
        return std::chrono::nanoseconds(kIdleEvery);
    const Nanos now = m_clock->steady();
    if (m_retryAt != kNoTime) {
        if (now < m_retryAt)
            return std::chrono::nanoseconds(m_retryAt - now);
        m_retryAt = kNoTime;
        if (m_breaker == Breaker::Open)
            m_breaker = Breaker::HalfOpen;
    }
    const auto attempt = [&]() -> Result<> {
        if (!m_opened)
            TRY(open());
        TRY(read(hurry));
        if (writeIsDue(hurry))
            TRY(writePending());
        if (m_clock->steady() >= m_nextIdle) {
            m_nextIdle = m_clock->steady() + kIdleEvery;
            TRY(m_sink->idle(m_clock->steady()));
        }
        return {};
    };
    const Result<> done = attempt();
    positionMoved();
    if (done)
        works();
    else
        failed(done.error());
    publish();
    return m_retryAt == kNoTime ? std::chrono::nanoseconds(0) : std::chrono::nanoseconds(m_retryAt - m_clock->steady());
}

Result<> Work::flush()
{
    if (failedForGood() || !m_opened)
        return std::unexpected(m_error.value_or(Error{ErrorCode::Internal, Remedy::Retry, "not open", {}, {}}));
    const Result<> done = m_sink->flush();
    positionMoved();
    if (done)
        works();
    else
        failed(done.error());
    publish();
    return done;
}

Result<> Work::restore(const Batch& batch, const std::vector<Seq>& events)
{
    std::vector<EventView> wanted;
    for (const EventView event : batch)
        if (std::ranges::binary_search(events, event.seq()) && m_wanted.passes(event, *m_context.symbols))
            wanted.push_back(event);
    if (wanted.empty() || wanted.size() < events.size())
        return fail(ErrorCode::Refused, wanted.empty() ? "the sink's events and venues leave it out now"
                                                       : "the sink's events and venues leave some of it out now");
    if (m_position < batch.lastSeq())
        TRY(flush());
    if (m_position < batch.lastSeq())
        return fail(ErrorCode::Refused, "the sink has not come that far", Remedy::Retry);
    for (const EventView& event : wanted)
        TRY(m_sink->check(event));
    const Result<> done = m_sink->restore(batch, wanted);
    if (done)
        m_counted.restored += wanted.size();
    else if (done.error().remedy == Remedy::Reconnect || done.error().remedy == Remedy::Fatal)
        failed(done.error());
    publish();
    return done;
}

Result<> Work::open()
{
    if (!m_options.inFlight.empty() && !m_inFlight.isOpen())
        TRY(m_inFlight.open(m_options.inFlight));
    TRY_ASSIGN(m_position, m_sink->open(m_context));
    m_taken = m_read = m_position;
    if (m_options.skipped) {
        TRY_ASSIGN(const std::vector<SeqRange> skipped, m_options.skipped(m_position));
        for (const SeqRange& range : skipped)
            for (Seq seq = range.first; seq <= range.last; ++seq)
                m_filter.skip(seq);
    }
    TRY_ASSIGN(auto feed, m_options.openFeed(m_position));
    {
        const std::scoped_lock lock(m_feedMutex);
        m_feed = std::move(feed);
    }
    m_opened = true;
    m_nextIdle = m_clock->steady() + kIdleEvery;
    m_unsettled.clear();
    if (m_options.onPosition)
        m_options.onPosition(m_position);
    return {};
}

Result<> Work::read(bool hurry)
{
    m_dry = false;
    if (m_pending.size() >= m_options.batches || m_pendingBytes >= m_options.bytes)
        return {};
    auto wait = std::chrono::nanoseconds(std::max<Nanos>(m_nextIdle - m_clock->steady(), 0));
    if (!m_pending.empty())
        wait = std::min(wait, std::chrono::nanoseconds(
                                  std::max<Nanos>(m_pendingSince + toNanos(m_options.linger) - m_clock->steady(), 0)));
    const std::size_t before = m_pending.size();
    TRY(m_feed->step(m_pending, m_options.batches - before,
                     hurry ? std::chrono::milliseconds(0) : std::chrono::ceil<std::chrono::milliseconds>(wait)));
    m_dry = m_pending.size() == before;
    if (m_dry)
        return {};
    if (before == 0)
        m_pendingSince = m_clock->steady();
    for (std::size_t i = before; i < m_pending.size(); ++i)
        m_pendingBytes += m_pending[i].header().size;
    m_read = m_pending.back().lastSeq();
    // What the store has already is no one's to write again.
    std::erase_if(m_pending, [&](const Batch& batch) { return batch.lastSeq() <= m_taken; });
    return {};
}

bool Work::writeIsDue(bool hurry) const
{
    return !m_pending.empty() && (hurry || m_pending.size() >= m_options.batches || m_pendingBytes >= m_options.bytes ||
                                  m_clock->steady() - m_pendingSince >= toNanos(m_options.linger));
}

Result<> Work::writePending()
{
    std::span<const Batch> rest(m_pending);
    Result<> done;
    while (!rest.empty() && done) {
        const std::size_t count = howMany(rest);
        const auto batches = rest.first(count);
        if (m_inFlight.isOpen() && m_inFlight.poison() == batches.front().firstSeq()) {
            done = refusePoison(batches.front());
            rest = rest.subspan(count);
            continue;
        }
        done = write(batches);
        if (done) {
            written(batches);
            m_most = std::min(2 * m_most, m_options.batches);
        } else if (done.error().remedy == Remedy::None) {
            // One of them is to blame: fewer at a time, until it stands alone. Kept over passing failures.
            ++m_counted.failures;
            m_most = std::max<std::size_t>(count / 2, 1);
            done = count == 1 ? refuse(batches.front(), done.error()) : Result<>{};
            if (count > 1)
                continue;
            if (done)
                m_most = m_options.batches;
        }
        rest = rest.subspan(count);
    }
    // After an error the written ones go; the others are tried again, or come anew after the store was opened again.
    std::erase_if(m_pending, [&](const Batch& batch) { return batch.lastSeq() <= m_taken; });
    m_pendingBytes = 0;
    for (const Batch& batch : m_pending)
        m_pendingBytes += batch.header().size;
    return done;
}

// As many as may be written together; one by one where the last process ended.
std::size_t Work::howMany(std::span<const Batch> rest) const
{
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < std::min(rest.size(), m_most) && bytes < m_options.bytes; ++count) {
        if (m_inFlight.isOpen() && m_inFlight.suspects(rest[count].firstSeq()))
            return count == 0 ? 1 : count;
        bytes += rest[count].header().size;
    }
    return count;
}

Result<> Work::write(std::span<const Batch> batches)
{
    if (!m_inFlight.isOpen())
        return m_sink->write(batches);
    m_inFlight.enter(batches.front().firstSeq(), batches.back().firstSeq());
    Result<> done = m_sink->write(batches);
    m_inFlight.leave();
    if (done && m_inFlight.isLastSuspect(batches.back().firstSeq()))
        m_inFlight.forgive();
    return done;
}

// What ended the process several times is left out as a whole.
Result<> Work::refusePoison(const Batch& batch)
{
    if (!anyPasses(std::span(&batch, 1)))
        return fail(ErrorCode::Internal,
                    "the process ended several times while nothing of " + std::to_string(batch.firstSeq()) +
                        " was to be written",
                    Remedy::Fatal);
    const Error error{ErrorCode::Internal, Remedy::None, "the process ended several times while writing this", {}, {}};
    TRY(skipAll(batch, error));
    return writeEmpty(batch);
}

Result<> Work::refuse(const Batch& batch, const Error& error)
{
    bool found = false;
    for (const EventView& event : passing(batch)) {
        if (const auto good = m_sink->check(event); !good) {
            TRY(deadLetter({good.error(), batch, {event}}));
            m_filter.skip(event.seq());
            found = true;
        }
    }
    if (found) {
        const Result<> done = write({&batch, 1});
        if (done) {
            written({&batch, 1});
            return {};
        }
        if (done.error().remedy != Remedy::None)
            return done;
    }
    if (m_refusedInRow >= kMostRefusedInRow) {
        Error broken = error;
        broken.remedy = Remedy::Fatal;
        return std::unexpected(std::move(broken).within("the store refuses everything"));
    }
    TRY(skipAll(batch, error));
    ++m_refusedInRow;
    return writeEmpty(batch);
}

Result<> Work::skipAll(const Batch& batch, const Error& error)
{
    const std::vector<EventView> refused = passing(batch);
    if (refused.empty())
        return {};
    TRY(deadLetter({error, batch, refused}));
    for (const EventView& event : refused)
        m_filter.skip(event.seq());
    return {};
}

// Nothing of it passes any more: the store only moves its position.
Result<> Work::writeEmpty(const Batch& batch)
{
    Result<> done = write({&batch, 1});
    if (!done && done.error().remedy == Remedy::None)
        done.error().remedy = Remedy::Fatal;
    if (done)
        written({&batch, 1});
    return done;
}

bool Work::anyPasses(std::span<const Batch> batches)
{
    return std::ranges::any_of(batches, [this](const Batch& batch) { return !passing(batch).empty(); });
}

std::vector<EventView> Work::passing(const Batch& batch)
{
    std::vector<EventView> out;
    for (const EventView event : batch)
        if (m_filter.passes(event, *m_context.symbols))
            out.push_back(event);
    return out;
}

Result<> Work::deadLetter(const DeadLetter& letter)
{
    if (m_options.deadLetter) {
        Result<> kept = m_options.deadLetter(letter);
        if (!kept) {
            kept.error().remedy = Remedy::Retry;
            return std::unexpected(std::move(kept).error().within("dead letter"));
        }
    }
    ++m_counted.deadLetters;
    return {};
}

void Work::written(std::span<const Batch> batches)
{
    m_counted.batches += batches.size();
    for (const Batch& batch : batches)
        m_counted.events += batch.header().eventCount;
    if (m_refusedInRow > 0 && anyPasses(batches))
        m_refusedInRow = 0;
    m_taken = batches.back().lastSeq();
    m_unsettled.push_back({m_taken, batches.front().header().receiveTime});
}

void Work::positionMoved()
{
    if (!m_opened || m_sink->position() == m_position)
        return;
    m_position = m_sink->position();
    m_needsProgress = false;
    m_filter.settled(m_position);
    while (!m_unsettled.empty() && m_unsettled.front().last <= m_position)
        m_unsettled.pop_front();
    if (m_options.onPosition)
        m_options.onPosition(m_position);
}

void Work::failed(const Error& error)
{
    ++m_counted.failures;
    m_error = error;
    const bool wasOpened = m_opened;
    if (error.remedy == Remedy::Fatal || error.remedy == Remedy::None) {
        closeFeed();
        setState(ops::State::Failed, error.text());
        return;
    }
    if (error.remedy != Remedy::Retry || !m_opened) {
        m_needsProgress = m_needsProgress || wasOpened;
        m_counted.reopened += wasOpened ? 1 : 0;
        closeFeed();
    }
    ++m_failuresInRow;
    const auto longest = toNanos(m_options.longestDelay);
    Nanos delay = toNanos(m_options.firstDelay);
    for (int i = 1; i < m_failuresInRow && delay < longest; ++i)
        delay *= 2;
    delay = std::min(delay, longest);
    delay -= std::uniform_int_distribution<Nanos>(0, delay / 2)(m_chance);
    m_retryAt = m_clock->steady() + delay;
    m_breaker =
        m_breaker == Breaker::HalfOpen || m_failuresInRow >= m_options.failuresToOpen ? Breaker::Open : Breaker::Closed;
    setState(ops::State::Degraded, error.text());
}

void Work::works()
{
    if (m_needsProgress)
        return;
    m_failuresInRow = 0;
    m_breaker = Breaker::Closed;
    m_error.reset();
    setState(ops::State::Ok, {});
}

void Work::closeFeed()
{
    m_opened = false;
    m_pending.clear();
    m_pendingBytes = 0;
    const std::scoped_lock lock(m_feedMutex);
    m_feed.reset();
}

void Work::setStopped()
{
    closeFeed();
    setState(ops::State::Stopped, {});
    publish();
    m_sink.reset();
}

void Work::setState(ops::State state, std::string reason)
{
    if (state == m_state && reason == m_reason)
        return;
    m_state = state;
    m_reason = std::move(reason);
    if (m_options.onState)
        m_options.onState(m_state, m_reason);
}

void Work::wake()
{
    const std::scoped_lock lock(m_feedMutex);
    if (m_feed)
        m_feed->wake();
}

void Work::publish()
{
    RunnerStatus status = m_counted;
    status.state = m_state;
    status.reason = m_reason;
    status.breaker = m_breaker;
    status.position = m_position;
    status.taken = m_taken;
    status.behind = (m_feed ? m_feed->behind() : 0) + (m_read > m_position ? m_read - m_position : 0);
    if (!m_unsettled.empty())
        status.oldestWaiting = m_unsettled.front().receiveTime;
    else if (!m_pending.empty())
        status.oldestWaiting = m_pending.front().header().receiveTime;
    const std::scoped_lock lock(m_statusMutex);
    m_status = std::move(status);
}

RunnerStatus Work::status() const
{
    const std::scoped_lock lock(m_statusMutex);
    return m_status;
}

}  // namespace tickdeck::sinks
