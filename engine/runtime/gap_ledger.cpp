// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/gap_ledger.h"

#include <algorithm>
#include <charconv>

namespace tickdeck::runtime {

namespace {

constexpr std::string_view kPositionKey = "gap_ledger.position";
constexpr Seq kSettleEvery = 100'000;  // numbers without a gap between two writes of the position
constexpr auto kWait = std::chrono::milliseconds(200);

}  // namespace

GapLedger::GapLedger(Router& router, const SymbolTable& symbols, ops::StateDb& db, ops::Log& log,
                     std::function<void(Seq)> retain, std::function<void(const Batch&)> saw)
    : m_router(&router), m_symbols(&symbols), m_db(&db), m_log(&log), m_retain(std::move(retain)), m_saw(std::move(saw))
{
}

GapLedger::~GapLedger() { stop(); }

Result<> GapLedger::start()
{
    TRY_ASSIGN(const auto stored, m_db->value(kPositionKey));
    if (stored)
        std::from_chars(stored->data(), stored->data() + stored->size(), m_settled);
    // A journal that was deleted begins anew below what state.db remembers.
    m_settled = std::min(m_settled, m_router->newest());
    m_retain(m_settled + 1);
    TRY_ASSIGN(m_reader, m_router->addReader("gap-ledger", {.after = m_settled, .committedOnly = true}));
    m_thread = Thread("gap-ledger", [this](const std::stop_token& stopped) { run(stopped); });
    return {};
}

void GapLedger::stop()
{
    m_thread.requestStop();
    if (m_reader)
        m_reader->wake();
    m_thread.join();
}

void GapLedger::run(const std::stop_token& stopped)
{
    Parker pause;
    std::vector<Batch> batches;  // kept until they are taken: gaps are put by their id, so that repeating is safe
    for (;;) {
        const bool last = stopped.stop_requested();
        Result<> done;
        if (batches.empty())
            if (auto stepped = m_reader->step(batches, 1024, last ? std::chrono::milliseconds(0) : kWait); !stepped)
                done = std::unexpected(std::move(stepped).error());
        const bool empty = batches.empty();
        if (auto taken = take(batches); taken)
            batches.clear();
        else
            done = std::move(taken);
        if (!done) {
            m_log->error("gap-ledger", "gap_ledger.failed", done.error().text());
            if (!last)
                pause.wait(kWait);
        }
        if (last && (empty || !done))
            break;
    }
    if (batches.empty())
        if (const auto settled = settle(m_reader->position()); !settled)
            m_log->error("gap-ledger", "gap_ledger.failed", settled.error().text());
}

Result<> GapLedger::take(const std::vector<Batch>& batches)
{
    for (const Batch& batch : batches) {
        m_saw(batch);
        for (const EventView event : batch) {
            const Gap* gap = event.as<Gap>();
            if (!gap)
                continue;
            const SymbolName& name = m_symbols->name(event.symbol());
            ops::GapRecord record{.id = std::string(gap->gapId.view()),
                                  .venue = name.venue,
                                  .channel = std::string(gap->channel.view()),
                                  .symbol = name.symbol,
                                  .from = gap->from,
                                  .to = std::nullopt,
                                  .cause = std::string(enumName(gap->cause)),
                                  .recovered = std::string(enumName(gap->recovered))};
            if (gap->to)
                record.to = *gap->to;
            if (gap->state == GapState::Open)
                TRY(m_db->endGapsBefore(record));
            TRY(m_db->putGap(record));
            count(record, gap->state, event.seq());
            TRY(settle(batch.firstSeq() - 1));
        }
    }
    if (!batches.empty() && batches.back().lastSeq() > m_settled + kSettleEvery)
        TRY(settle(batches.back().lastSeq()));
    return {};
}

void GapLedger::count(const ops::GapRecord& gap, GapState state, Seq seq)
{
    if (seq <= m_counted)
        return;  // the batch was taken before, up to an error
    m_counted = seq;
    const std::scoped_lock lock(m_mutex);
    Count& count = m_counts[{gap.venue, gap.channel, gap.cause}];
    if (state == GapState::Open)
        ++count.opened;
    else if (gap.to)
        count.length += std::max<Nanos>(*gap.to - gap.from, 0);
}

std::map<GapLedger::Of, GapLedger::Count> GapLedger::counts() const
{
    const std::scoped_lock lock(m_mutex);
    return m_counts;
}

Result<> GapLedger::settle(Seq position)
{
    if (position <= m_settled)
        return {};
    TRY(m_db->setValue(kPositionKey, std::to_string(position)));
    m_settled = position;
    m_retain(position + 1);
    return {};
}

}  // namespace tickdeck::runtime
