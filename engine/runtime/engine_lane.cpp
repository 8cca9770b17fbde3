// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/engine_lane.h"

#include <set>

#include <nlohmann/json.hpp>

#include "engine/core/turns.h"
#include "engine/journal/reader.h"

namespace tickdeck::runtime {

namespace {

constexpr std::size_t kRoom = 64;
constexpr Seq kMostOfOne = 1u << 20;  // events of one batch
constexpr std::size_t kLookEvery = 1024;

}  // namespace

std::optional<Skip> skipOf(const Batch& batch, std::string_view component, const SymbolTable& symbols)
{
    const BatchHeader& header = batch.header();
    if (header.kind != BatchKind::Control || header.control != ControlKind::Skipped)
        return std::nullopt;
    const SymbolName& lane = symbols.name(header.lane);
    if (lane.venue != "tickdeck" || lane.native != component)
        return std::nullopt;
    const auto payload = nlohmann::json::parse(batch.payload(), nullptr, false);
    Skip out{{header.causeSeq, header.causeSeq}, false};
    if (payload.is_object()) {
        if (const auto to = payload.find("to"); to != payload.end() && to->is_number_unsigned())
            out.range.last = std::min(std::max(to->get<Seq>(), out.range.first), out.range.first + kMostOfOne);
        out.again = payload.contains("again");
    }
    return out;
}

Result<std::vector<sinks::SeqRange>> skippedBy(std::string_view component, Seq after,
                                               const std::filesystem::path& journal, const journal::Journal* live,
                                               SymbolTable& symbols, BufferPool& pool,
                                               const std::function<bool()>& enough)
{
    TRY_ASSIGN(auto reader, journal::Reader::open(journal, {.fromSeq = after + 1, .withFrames = false, .live = live},
                                                  symbols, pool));
    std::set<Seq> skipped;
    for (std::size_t read = 1;; ++read) {
        if (read % kLookEvery == 0 && enough && enough())
            return fail(ErrorCode::TimedOut, "the engine stops", Remedy::Retry);
        TRY_ASSIGN(const std::optional<Batch> batch, reader.next());
        if (!batch)
            break;
        const auto skip = skipOf(*batch, component, symbols);
        for (Seq seq = skip ? skip->range.first : 1; skip && seq <= skip->range.last; ++seq)
            if (skip->again)
                skipped.erase(seq);
            else
                skipped.insert(seq);
    }
    std::vector<sinks::SeqRange> out;
    for (const Seq seq : skipped)
        if (!out.empty() && out.back().last + 1 == seq)
            out.back().last = seq;
        else
            out.push_back({seq, seq});
    return out;
}

EngineLane::EngineLane(Router& router, SymbolTable& symbols, BufferPool& pool, Clock& clock)
    : m_router(&router),
      m_symbols(&symbols),
      m_clock(&clock),
      m_builder(pool),
      m_input(&router.addInput("engine", kRoom))
{
}

bool EngineLane::gap(std::string_view id, std::string_view channel, Nanos from, Nanos to, GapCause cause)
{
    const std::scoped_lock lock(m_mutex);
    const SymbolId self = m_symbols->intern("tickdeck", "", "engine");
    BatchHeader& header = m_builder.begin({});
    header.kind = BatchKind::Control;
    header.lane = self;
    header.receiveTime = m_clock->now();
    for (const GapState state : {GapState::Open, GapState::Closed}) {
        Gap& gap =
            m_builder.add<Gap>(self, kNoTime, BatchBuilder::room(id.size()) + BatchBuilder::room(channel.size()));
        gap.from = from;
        gap.to = state == GapState::Closed ? Nullable<std::int64_t>(to) : Nullable<std::int64_t>();
        gap.state = state;
        gap.cause = cause;
        m_builder.setText(gap.gapId, id);
        m_builder.setText(gap.channel, channel);
    }
    return m_input->tryPush(m_builder.finish());
}

Result<> EngineLane::skip(std::string_view component, const Skip& skip, std::chrono::milliseconds limit,
                          const std::atomic<bool>& stopping)
{
    nlohmann::ordered_json payload{{"component", component}, {"seq", skip.range.first}, {"to", skip.range.last}};
    if (skip.again)
        payload["again"] = true;
    {
        const std::scoped_lock lock(m_mutex);
        BatchHeader& header = m_builder.begin(payload.dump());
        header.kind = BatchKind::Control;
        header.control = ControlKind::Skipped;
        header.lane = m_symbols->intern("tickdeck", "", component);
        header.receiveTime = m_clock->now();
        header.causeSeq = skip.range.first;
        if (!m_input->tryPush(m_builder.finish()))
            return fail(ErrorCode::Full, "the router has no room", Remedy::Retry);
    }
    const auto numbered = [&](auto turn) { return m_router->waitNumbered(turn); };
    const auto committed = [&, upTo = Seq{0}](auto turn) mutable {
        upTo = upTo ? upTo : m_router->newest();
        return m_router->waitCommitted(upTo, turn);
    };
    if (!waitInTurns(limit, stopping, numbered) || !waitInTurns(limit, stopping, committed))
        return fail(ErrorCode::TimedOut, "the journal does not commit", Remedy::Retry);
    return {};
}

}  // namespace tickdeck::runtime
