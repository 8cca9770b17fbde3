// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/writer.h"

#include <algorithm>
#include <bit>

namespace tickdeck::journal {

namespace {

constexpr Nanos kLongestStay = 20 * kMillisecond;  // of a batch in the open block
constexpr Nanos kRetryInterval = kSecond;
constexpr Nanos kHouseInterval = kSecond;
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::size_t kCatchUpBytes = 4 * kMegabyte;  // written at once of what waited; intake goes on in between

// What a batch takes of the memory: its buffer, which comes in powers of two.
std::size_t weight(const Batch& batch) { return std::bit_ceil(batch.header().size + sizeof(Buffer)); }

// For counters with one writer.
void count(std::atomic<std::uint64_t>& counter, std::uint64_t by)
{
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

void setLane(std::vector<LaneOrdinal>& lanes, const LaneOrdinal& lane)
{
    const auto found = std::ranges::find(lanes, lane.lane, &LaneOrdinal::lane);
    if (found == lanes.end())
        lanes.push_back(lane);
    else
        found->ordinal = lane.ordinal;
}

}  // namespace

Writer::Writer(Options options, SymbolTable& symbols, Found found)
    : m_options(std::move(options)),
      m_symbols(symbols),
      m_files(m_options.files ? *m_options.files : m_systemFiles),
      m_recovery(std::move(found.recovery)),
      m_retention(m_options.settings),
      m_reserve(m_options.directory / "reserve"),
      m_highestFound(found.highestSeen),
      m_lastAppended(found.highestSeen),
      m_lastTime(m_recovery.lastTime),
      m_settings(std::make_shared<const std::string>(std::move(m_options.settingsJson))),
      m_builder(static_cast<int>(m_options.settings.compression)),
      m_written(m_recovery.lastSeq),
      m_writtenLanes(std::move(found.lanes)),
      m_syncing(m_recovery.lastSeq),
      m_committed(m_recovery.lastSeq),
      m_firstSeq(m_recovery.firstSeq),
      m_nextSeq(found.highestSeen + 1),
      m_sync(m_files, m_options.directory,
             {[this](const SyncThread::Request& request, std::chrono::nanoseconds took) { committed(request, took); },
              [this] {
                  if (m_options.listener.committed)
                      m_options.listener.committed(committed());
              }})
{
    for (FoundSegment& segment : found.segments)
        m_retention.add(std::move(segment));
    for (const LaneOrdinal& lane : m_writtenLanes)
        m_committedLanes.set(lane.lane, lane.ordinal);
    takeReserve();
    publishUsage();
    m_houseKept = now();
}

Nanos Writer::now() const
{
    return m_options.clock ? m_options.clock() : toNanos(std::chrono::steady_clock::now().time_since_epoch());
}

std::uint64_t Writer::segmentLimit() const noexcept
{
    // Deleting is by whole segments, so the budget must hold some.
    return std::min(static_cast<std::uint64_t>(m_options.settings.segmentMb) * kMegabyte, m_retention.budget() / 4);
}

std::size_t Writer::mostPending() const noexcept
{
    return static_cast<std::size_t>(m_options.settings.memoryMb) * kMegabyte;
}

bool Writer::farOverBudget() const noexcept { return m_retention.bytes() > m_retention.budget() + reserveBytes(); }

std::uint64_t Writer::reserveBytes() const noexcept
{
    return static_cast<std::uint64_t>(m_options.settings.reserveMb) * kMegabyte;
}

Result<> Writer::append(const Batch& batch)
{
    const BatchHeader& header = batch.header();
    if (header.size > kMaxBatchBytes)
        return fail(ErrorCode::OutOfRange,
                    "batch of " + std::to_string(header.size) + " bytes is too large to journal");
    if (m_closed || batch.firstSeq() <= m_lastAppended)
        return fail(ErrorCode::Invalid, m_closed ? "the journal is closed" : "batch numbers must rise");
    while (m_pendingBytes > mostPending()) {
        settle();
        if (stuck())
            break;
        advance();
        m_sync.wait();
        settle();
    }
    if (state() == State::Failed)
        return fail(ErrorCode::Io, "the journal has failed", Remedy::Fatal);
    if (m_pendingBytes > mostPending() || (state() == State::IntakeStopped && farOverBudget()))
        return fail(ErrorCode::Full, "the journal's disk or budget is full", Remedy::Retry);

    if (m_settingsChanged.load(std::memory_order_acquire))
        takeSettings();
    m_pending.push_back({batch, m_settings});
    m_pendingBytes += weight(batch);
    m_lastAppended = batch.lastSeq();
    m_lastTime = std::max(m_lastTime, header.receiveTime);
    m_nextSeq.store(m_lastAppended + 1, std::memory_order_release);
    count(m_batches, 1);
    count(m_rawBytes, header.size);
    // Behind others that wait, it waits for poll(): the caller is not to stand still while they are written.
    if (m_unbuilt++ > 0 || stuck())
        return {};
    if (auto built = build(header.size); !built)
        recoverFrom(std::move(built).error());
    else if (m_builder.empty()) {
        settle();
        startSync();
    }
    return {};
}

void Writer::setSettings(std::string settingsJson)
{
    const std::scoped_lock lock(m_settingsMutex);
    m_nextSettings = std::move(settingsJson);
    m_settingsChanged.store(true, std::memory_order_release);
}

void Writer::takeSettings()
{
    const std::scoped_lock lock(m_settingsMutex);
    m_settingsChanged.store(false, std::memory_order_relaxed);
    m_settings = std::make_shared<const std::string>(std::move(*m_nextSettings));
    m_nextSettings.reset();
}

std::chrono::nanoseconds Writer::poll()
{
    settle();
    const Nanos time = now();
    if (time - m_houseKept >= kHouseInterval)
        keepHouse();
    if (m_diskFull && time >= m_retryAt)
        tryAgain();
    if (stuck())
        return std::chrono::nanoseconds(kRetryInterval);
    if (m_unbuilt > 0) {
        advance();
        return {};
    }

    const Nanos stay = m_sync.idle() ? toNanos(m_options.settings.commitDelay) : kLongestStay;
    const Nanos age = time - m_blockBegun;
    if (!m_builder.empty() && age < stay)
        return std::chrono::nanoseconds(stay - age);
    seal();
    startSync();
    return std::chrono::nanoseconds(m_pending.empty() ? kHouseInterval : kLongestStay);
}

void Writer::advance()
{
    if (auto caughtUp = catchUp(); !caughtUp)
        recoverFrom(std::move(caughtUp).error());
}

void Writer::seal()
{
    if (m_builder.empty() || stuck())
        return;
    if (auto written = writeBlock(); !written)
        recoverFrom(std::move(written).error());
}

void Writer::startSync()
{
    if (m_written == m_syncing || m_unsynced.empty() || stuck() ||
        !m_sync.tryStart({m_unsynced, m_folderChanged, m_written, m_writtenLanes}))
        return;
    m_syncing = m_written;
    m_folderChanged = false;
    // The file in use stays; those before it are done with when this sync is.
    m_unsynced = {m_file};
}

void Writer::committed(const SyncThread::Request& request, std::chrono::nanoseconds took)
{
    for (const LaneOrdinal& lane : request.lanes)
        m_committedLanes.set(lane.lane, lane.ordinal);
    m_committed.store(request.upTo, std::memory_order_release);
    count(m_commits, 1);
    m_lastSync.store(took.count(), std::memory_order_relaxed);
    m_longestSync.store(std::max(m_longestSync.load(std::memory_order_relaxed), took.count()),
                        std::memory_order_relaxed);
}

void Writer::settle()
{
    if (auto error = m_sync.takeError()) {
        count(m_failedSyncs, 1);
        recoverFrom(std::move(*error));
        return;
    }
    const Seq safe = committed();
    release(safe);
}

void Writer::release(Seq upTo)
{
    if (!m_pending.empty() && m_pending.front().batch.lastSeq() <= upTo)
        m_failures = 0;
    while (!m_pending.empty() && m_pending.front().batch.lastSeq() <= upTo) {
        m_pendingBytes -= weight(m_pending.front().batch);
        m_pending.pop_front();
    }
}

Result<> Writer::build(std::size_t bytes)
{
    for (std::size_t built = 0; m_unbuilt > 0 && built < bytes;) {
        const Pending& next = m_pending[m_pending.size() - m_unbuilt];
        if (next.settings != m_segmentSettings) {
            if (!m_builder.empty())
                TRY(writeBlock());
            m_segmentSettings = next.settings;
            m_newSegment = true;
        }
        if (m_builder.empty())
            m_blockBegun = now();
        m_builder.add(next.batch);
        built += next.batch.header().size;
        --m_unbuilt;
        if (m_builder.rawBytes() >= kBlockBytes)
            TRY(writeBlock());
    }
    return {};
}

Result<> Writer::catchUp()
{
    TRY(build(kCatchUpBytes));
    if (!m_builder.empty() && m_unbuilt == 0)
        TRY(writeBlock());
    if (state() == State::DiskFull && m_unbuilt == 0)
        setState(State::Ok, "there is room again");
    startSync();
    return {};
}

Result<> Writer::writeBlock()
{
    if (!m_file || m_newSegment || m_retention.segments().back().bytes >= segmentLimit() ||
        now() - m_segmentBegun >= toNanos(m_options.settings.segmentAge))
        TRY(beginSegment(m_builder.firstSeq(), m_builder.firstTime()));
    // After the last batch was taken: every symbol that it uses is in the table.
    const std::uint32_t symbols = m_symbols.size();
    TRY_ASSIGN(const auto bytes, m_builder.encode(m_segment, m_blockIndex, m_symbols, m_symbolsRepeated, symbols));
    TRY(m_file->write(bytes));
    ++m_blockIndex;
    m_symbolsRepeated = std::exchange(m_symbolsWritten, symbols);
    m_written = m_builder.lastSeq();
    for (const LaneOrdinal& lane : m_builder.lanes())
        setLane(m_writtenLanes, lane);
    m_builder.clear();
    m_retention.grow(bytes.size());
    count(m_blocks, 1);
    count(m_storedBytes, bytes.size());
    publishUsage();
    return {};
}

Result<> Writer::beginSegment(Seq firstSeq, Nanos firstTime)
{
    Head head{firstSeq,           m_written,      firstTime, m_options.build, m_options.engineId, schemaJson(),
              *m_segmentSettings, m_writtenLanes, {}};
    const std::uint32_t symbols = m_symbols.size();
    for (SymbolId id = 0; id < symbols; ++id)
        head.symbols.push_back(m_symbols.name(id));
    std::vector<std::byte> bytes;
    encodeHead(head, bytes);
    encodeHead(head, bytes);

    const auto path = m_options.directory / segmentName(firstSeq);
    TRY_ASSIGN(std::shared_ptr<File> file, m_files.create(path));
    m_retention.add({{firstSeq, path}, bytes.size(), firstTime});
    m_folderChanged = true;
    TRY(file->write(bytes));
    m_file = std::move(file);
    m_unsynced.push_back(m_file);
    m_segment = firstSeq;
    m_blockIndex = 0;
    m_symbolsRepeated = m_symbolsWritten = symbols;
    m_segmentBegun = now();
    m_newSegment = false;
    if (m_retention.segments().size() == 1)
        m_firstSeq.store(firstSeq, std::memory_order_release);
    m_generation.fetch_add(1, std::memory_order_release);
    publishUsage();
    if (m_options.listener.segmentBegun)
        m_options.listener.segmentBegun(firstSeq);
    return {};
}

void Writer::recoverFrom(Error error)
{
    m_sync.wait();
    static_cast<void>(m_sync.takeError());
    release(committed());
    while (state() != State::Failed) {
        if (error.code == ErrorCode::Full) {
            // History that nobody needs makes room; else the disk is tried again for as long as it takes.
            if (!m_retention.oldestIsFree()) {
                m_diskFull = true;
                m_retryAt = now() + kRetryInterval;
                setState(State::DiskFull, error.text());
                return;
            }
            dropOldest();
        } else if (++m_failures > 1) {
            setState(State::Failed, error.text());
            return;
        }
        if (auto rewritten = rewrite(); !rewritten) {
            error = std::move(rewritten).error();
            continue;
        }
        return;
    }
}

void Writer::tryAgain()
{
    m_diskFull = false;
    if (auto rewritten = rewrite(); !rewritten)
        recoverFrom(std::move(rewritten).error());
}

bool Writer::stuck() const noexcept { return m_diskFull || state() == State::Failed; }

Result<> Writer::rewrite()
{
    // The files since the last commit are given up: whole segments go, a begun one keeps what was committed of it.
    const Seq safe = committed();
    m_file.reset();
    m_unsynced.clear();
    while (!m_retention.segments().empty() &&
           m_retention.segments().back().where.firstSeq > std::max(safe, m_highestFound)) {
        TRY(m_files.remove(m_retention.segments().back().where.path));
        m_retention.dropNewest();
        m_folderChanged = true;
        m_generation.fetch_add(1, std::memory_order_release);
    }
    m_written = m_syncing = safe;
    m_writtenLanes = m_committedLanes.all();
    m_builder.clear();
    m_segmentSettings.reset();
    release(safe);
    m_unbuilt = m_pending.size();
    return catchUp();
}

void Writer::dropOldest()
{
    // What can't be removed is left lying; the next start finds it again.
    static_cast<void>(m_files.remove(m_retention.segments().front().where.path));
    m_retention.dropOldest();
    m_firstSeq.store(m_retention.segments().front().where.firstSeq, std::memory_order_release);
    m_generation.fetch_add(1, std::memory_order_release);
    publishUsage();
}

void Writer::takeReserve()
{
    // Without room for it the journal still runs; tried again as time goes on.
    m_hasReserve = m_files.reserve(m_reserve, reserveBytes()).has_value();
}

void Writer::keepHouse()
{
    m_houseKept = now();
    if (!m_hasReserve && state() != State::DiskFull)
        takeReserve();
    while (m_retention.oldestShouldGo(m_lastTime)) {
        if (!m_retention.oldestIsFree()) {
            if (!m_retention.overBudget() || m_options.settings.whenSpent != WhenSpent::DropReader)
                break;
            const auto lost = m_retention.dropFarthestReader();
            if (!lost)
                break;
            if (m_options.listener.placeLost)
                m_options.listener.placeLost(lost->reader, lost->from, lost->to);
            continue;
        }
        dropOldest();
    }
    publishUsage();
    if (state() == State::DiskFull || state() == State::Failed)
        return;
    const std::uint64_t needed = m_retention.neededBytes();
    if (needed > m_retention.budget() && m_options.settings.whenSpent == WhenSpent::StopIntake)
        setState(State::IntakeStopped, "the disk budget is spent and readers still need all of it");
    else if (needed > m_retention.budget() / 5 * 4)
        setState(State::Alert, "readers need more than 80 % of the disk budget");
    else
        setState(State::Ok, "");
}

Result<> Writer::flush()
{
    while (committed() < m_lastAppended && !m_pending.empty()) {
        settle();
        if (m_diskFull)
            return fail(ErrorCode::Full, "the journal's disk is full", Remedy::Retry);
        if (state() == State::Failed)
            return fail(ErrorCode::Io, "the journal has failed", Remedy::Fatal);
        advance();
        m_sync.wait();
        settle();
        startSync();
        m_sync.wait();
        settle();
    }
    return {};
}

Result<> Writer::close()
{
    if (m_closed)
        return {};
    auto flushed = flush();
    if (!flushed && flushed.error().code == ErrorCode::Full) {
        static_cast<void>(m_files.remove(m_reserve));
        m_hasReserve = false;
        tryAgain();
        flushed = flush();
    }
    m_closed = true;
    m_file.reset();
    m_unsynced.clear();
    return flushed;
}

void Writer::setState(State next, const std::string& reason)
{
    if (m_state.exchange(next, std::memory_order_acq_rel) != next && m_options.listener.stateChanged)
        m_options.listener.stateChanged(next, reason);
}

void Writer::publishUsage()
{
    m_bytes.store(m_retention.bytes(), std::memory_order_relaxed);
    m_segments.store(m_retention.segments().size(), std::memory_order_relaxed);
}

Usage Writer::usage() const noexcept
{
    return {m_bytes.load(std::memory_order_relaxed), m_retention.budget(), m_segments.load(std::memory_order_relaxed)};
}

Statistics Writer::statistics() const noexcept
{
    const auto get = [](const auto& value) { return value.load(std::memory_order_relaxed); };
    return {get(m_batches), get(m_rawBytes), get(m_storedBytes), get(m_blocks),
            get(m_commits), get(m_lastSync), get(m_longestSync), get(m_failedSyncs)};
}

}  // namespace tickdeck::journal
