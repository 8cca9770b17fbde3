// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/reader.h"

#include <algorithm>
#include <optional>

#include "engine/journal/reader.h"
#include "engine/router/router_state.h"

namespace tickdeck {

namespace {

using namespace std::chrono_literals;

constexpr auto kRest = 100ms;        // the longest sleep, should a wake be lost
constexpr auto kUncommitted = 10ms;  // while something is there that is not committed yet

}  // namespace

struct Reader::Source {
    explicit Source(Router::State& router_) : router(&router_) {}
    ~Source() { router->readers.fetch_sub(1); }
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    Router::State* const router;
    BatchRing::Cursor cursor;
    std::optional<journal::Reader> journal;
};

Result<std::unique_ptr<Reader>> Router::addReader(std::string name, ReaderOptions options)
{
    if (options.after == ReaderOptions::kFromNow)
        options.after = newest();
    if (options.after > newest())
        return fail(ErrorCode::Invalid, name + ": stands at " + std::to_string(options.after) +
                                            ", but the newest number is " + std::to_string(newest()));
    // One place is the journal's.
    if (m_state->readers.fetch_add(1) + 1 >= BatchRing::kMaxReaders) {
        m_state->readers.fetch_sub(1);
        return fail(ErrorCode::Full, "no place for another reader");
    }
    auto source = std::make_unique<Reader::Source>(*m_state);
    return std::unique_ptr<Reader>(new Reader(std::move(name), options, std::move(source)));
}

Reader::Reader(std::string name, ReaderOptions options, std::unique_ptr<Source> source)
    : m_name(std::move(name)), m_options(options), m_source(std::move(source)), m_position(options.after)
{
    if (m_options.policy == WhenLapped::Drop)
        joinAtNewest();
    else
        (void)joinRing();
}

Reader::~Reader() = default;

void Reader::wake() noexcept
{
    m_woken.store(true, std::memory_order_release);
    m_source->router->changed.wake();
}

std::uint64_t Reader::behind() const noexcept
{
    const Seq newest = m_source->router->newest.load(std::memory_order_acquire);
    const Seq position = this->position();
    return newest > position ? newest - position : 0;
}

Reader::Counters Reader::counters() const noexcept
{
    return {m_batches.load(std::memory_order_relaxed), m_fromJournal.load(std::memory_order_relaxed),
            m_lapped.load(std::memory_order_relaxed), m_lost.load(std::memory_order_relaxed)};
}

Result<std::size_t> Reader::step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds wait)
{
    const auto deadline = std::chrono::steady_clock::now() + wait;
    EventCount& changed = m_source->router->changed;
    for (;;) {
        const EventCount::Key key = changed.prepare();
        TRY_ASSIGN(const std::size_t count, take(out, max));
        if (count > 0 || m_woken.exchange(false, std::memory_order_acq_rel))
            return count;
        const auto left = deadline - std::chrono::steady_clock::now();
        if (left <= 0ns)
            return 0;
        const std::chrono::nanoseconds rest = behind() > 0 ? std::chrono::nanoseconds(kUncommitted) : kRest;
        changed.wait(key, std::min<std::chrono::nanoseconds>(left, rest));
    }
}

Result<std::size_t> Reader::take(std::vector<Batch>& out, std::size_t max)
{
    std::size_t count = 0;
    if (m_source->cursor || joinRing())
        count = fromRing(out, max);
    // Lapped just now, or still catching up.
    if (count == 0 && !m_source->cursor)
        return fromJournal(out, max);
    return count;
}

std::size_t Reader::fromRing(std::vector<Batch>& out, std::size_t max)
{
    const Seq limit = m_options.committedOnly ? m_source->router->journal->committed() : ~Seq{0};
    const std::size_t before = out.size();
    // Batches that were handled before it joined are stepped over, not counted.
    while (out.size() == before) {
        bool more = true;
        const auto read = m_source->cursor.read(max, [&](const Batch& batch) {
            more = batch.lastSeq() <= limit;
            if (more && batch.firstSeq() > position()) {
                out.push_back(batch);
                given(batch);
            }
            return more;
        });
        if (read.lapped) {
            m_source->cursor.leave();
            m_live.store(false, std::memory_order_relaxed);
            m_lapped.fetch_add(1, std::memory_order_relaxed);
            if (m_options.policy == WhenLapped::Drop)
                joinAtNewest();
            break;
        }
        if (!more || read.count == 0)
            break;
    }
    return out.size() - before;
}

Result<std::size_t> Reader::fromJournal(std::vector<Batch>& out, std::size_t max)
{
    Router::State& router = *m_source->router;
    if (!m_source->journal) {
        journal::ReadOptions options;
        options.fromSeq = position() + 1;
        options.withFrames = m_options.withFrames;
        options.live = router.journal;
        options.onDamage = [this](const journal::Damage& damage) {
            if (damage.to >= damage.from)
                m_lost.fetch_add(damage.to - damage.from + 1, std::memory_order_relaxed);
        };
        TRY_ASSIGN(m_source->journal, journal::Reader::open(router.options.journalDirectory, std::move(options),
                                                            *router.symbols, *router.pool));
    }
    std::size_t count = 0;
    while (count < max) {
        TRY_ASSIGN(const std::optional<Batch> batch, m_source->journal->next());
        if (!batch) {
            // All of the earlier runs has been read; their unused numbers are stepped over.
            if (position() + 1 < router.first)
                m_position.store(router.first - 1, std::memory_order_release);
            break;
        }
        if (batch->firstSeq() <= position())
            continue;
        out.push_back(*batch);
        given(*batch);
        m_fromJournal.fetch_add(1, std::memory_order_relaxed);
        ++count;
    }
    return count;
}

// Takes a place in the ring when it still holds what comes after the position.
bool Reader::joinRing()
{
    Router::State& router = *m_source->router;
    if (position() >= router.journalLast && position() + 1 < router.first)
        m_position.store(router.first - 1, std::memory_order_release);
    if (position() + 1 < router.first)
        return false;
    auto cursor = router.ring.attach(router.ring.tail(), WhenLate::Detach);
    if (!cursor)
        return false;
    Seq oldest = router.first;  // of an empty ring
    const auto read = cursor.read(1, [&](const Batch& batch) {
        oldest = batch.firstSeq();
        return false;
    });
    if (read.lapped || oldest > position() + 1)
        return false;
    m_source->cursor = std::move(cursor);
    m_source->journal.reset();
    m_live.store(true, std::memory_order_relaxed);
    return true;
}

void Reader::joinAtNewest()
{
    BatchRing& ring = m_source->router->ring;
    do
        m_source->cursor = ring.attach(ring.head(), WhenLate::Detach);
    while (!m_source->cursor);
    m_live.store(true, std::memory_order_relaxed);
}

void Reader::given(const Batch& batch) noexcept
{
    if (m_options.policy == WhenLapped::Drop)
        m_lost.fetch_add(batch.firstSeq() - position() - 1, std::memory_order_relaxed);
    m_position.store(batch.lastSeq(), std::memory_order_release);
    m_batches.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace tickdeck
