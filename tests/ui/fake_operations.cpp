// SPDX-License-Identifier: GPL-3.0-or-later
// What the fake engine says of its own running: health, gaps, settings, dead letters.
#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "tests/ui/fake_engine.h"

namespace tickdeck::ui {

void FakeEngine::openGap()
{
    const auto open = [this](const char* venue, const char* channel) {
        api::Gap gap;
        gap.id = "g-" + std::to_string(m_gaps.size() + 1);
        gap.venue = venue;
        gap.channel = channel;
        gap.from = m_now;
        gap.cause = GapCause::Disconnect;
        m_gaps.insert(m_gaps.begin(), gap);
    };
    if (std::ranges::any_of(m_markets, &Market::perpetual))
        for (const char* channel : {"mark", "candle", "trade"})
            open("binance", channel);
    open("kraken", "trade");
    for (Market& market : m_markets)
        market.depth.state = BookState::Stale;
    addLog(api::LogLevel::Warn, "kraken", "session_closed", "public: the venue closed the connection (1001)");
    takeOverview();
}

void FakeEngine::closeGap()
{
    for (api::Gap& gap : m_gaps)
        if (gap.to == kNoTime) {
            gap.to = m_now;
            gap.recovered = GapRecovery::Snapshot;
        }
    for (Market& market : m_markets)
        market.depth.state = BookState::Live;
    addLog(api::LogLevel::Info, "kraken", "session_opened", "public: wss://127.0.0.1:43121, reconnect 1");
    takeOverview();
}

void FakeEngine::takeOverview()
{
    const bool open = !m_gaps.empty() && m_gaps.front().to == kNoTime;
    api::Overview out;
    out.time = m_now;
    out.worst = open ? api::State::Degraded : api::State::Ok;
    struct Kind {
        const char* channel;
        double rate;
        Nanos lag;
    };
    const std::vector<Kind> kraken{
        {"book", 600, 14}, {"trade", 24, 15}, {"ticker", 90, 14}, {"instrument", 0.1, 22}, {"heartbeat", 1, 12}};
    const std::vector<Kind> binance{{"book", 310, 21},      {"trade", 71, 19},         {"quote", 220, 18},
                                    {"mark", 3, 24},        {"forced_order", 0.4, 30}, {"candle", 6, 26},
                                    {"instrument", 0.1, 44}};
    std::vector<std::pair<const char*, Kind>> kinds;
    if (std::ranges::any_of(m_markets, &Market::perpetual))
        for (const Kind& kind : binance)
            kinds.emplace_back("binance", kind);
    for (const Kind& kind : kraken)
        kinds.emplace_back("kraken", kind);
    for (const auto& [venue, kind] : kinds) {
        api::Stream stream;
        stream.venue = venue;
        stream.channel = kind.channel;
        const bool hit = open && stream.channel == m_gaps.front().channel && stream.venue == m_gaps.front().venue;
        stream.state = hit ? api::State::Degraded : api::State::Ok;
        stream.reason = hit ? "the venue closed the connection; next try in 2.4 s" : "";
        stream.since = open ? m_gaps.front().from : kStart;
        stream.silent = stream.channel == "instrument";
        stream.events = static_cast<std::uint64_t>(kind.rate * static_cast<double>((m_now - kStart) / kSecond));
        stream.eventsPerSecond = hit ? 0 : kind.rate * (0.8 + 0.4 * static_cast<double>(dice(1000)) / 1000);
        stream.eventLag = {(kind.lag + static_cast<Nanos>(dice(3))) * kMillisecond,
                           (kind.lag * 3 + static_cast<Nanos>(dice(9))) * kMillisecond};
        stream.receiveLag = {300'000 + static_cast<Nanos>(dice(90'000)), 4'100'000 + static_cast<Nanos>(dice(900'000))};
        stream.lastMessage = stream.silent ? kStart : m_now - static_cast<Nanos>(dice(40)) * kMillisecond;
        stream.gaps = stream.channel == "trade" && stream.venue == "kraken" ? m_gaps.size() : 0;
        stream.openGaps = hit ? 1 : 0;
        stream.reconnects = stream.venue == "kraken" ? static_cast<std::uint32_t>(m_gaps.size()) : 0;
        out.streams.push_back(stream);
    }
    const auto stage = [&](api::StageKind kind, const char* name, const char* title, std::uint64_t behind,
                           double rate) {
        api::Stage one;
        one.kind = kind;
        one.name = name;
        one.title = title;
        one.state = api::State::Ok;
        one.since = kStart;
        one.behind = behind;
        one.position = m_seq - behind;
        one.behindTime = behind > 0 ? static_cast<Nanos>(behind) * kMillisecond : kNoTime;
        one.eventsPerSecond = rate;
        one.breaker = kind == api::StageKind::Sink ? api::Breaker::Closed : api::Breaker::None;
        out.stages.push_back(one);
    };
    stage(api::StageKind::Pipeline, "candles", "Candles", dice(30), 24);
    stage(api::StageKind::Sink, "parquet", "Parquet lake", 4'000 + dice(900), 712);
    stage(api::StageKind::Sink, "sqlite", "Recent values", dice(700), 115);
    const bool hurt = m_componentState != api::State::Ok;
    out.components.push_back(
        {"kraken", "connector", hurt ? m_componentState : out.worst, m_componentReason, hurt ? m_now : kStart});
    if (hurt && api::severity(m_componentState) > api::severity(out.worst))
        out.worst = m_componentState;
    out.journal.state = api::State::Ok;
    out.journal.first = 180'000'001;
    out.journal.last = m_seq;
    out.journal.committed = m_seq - dice(60);
    out.journal.bytes = m_diskUsed + (m_seq - 184'220'000) * 120;
    out.journal.budget = 20'000'000'000;
    out.journal.bytesPerSecond = 84'000;
    out.gaps = m_gaps;
    out.openGaps = static_cast<std::uint64_t>(std::ranges::count(m_gaps, kNoTime, &api::Gap::to));
    out.deadLetters = m_deadLetters.size();
    m_overview = std::make_shared<const api::Overview>(std::move(out));
}

api::AnswerRef<api::Gaps> FakeEngine::gaps(const api::GapQuery& query)
{
    const auto isOf = [](const std::string& asked, const std::string& own) {
        return asked.empty() || own.empty() || own == asked;
    };
    api::Gaps out;
    std::vector<api::Gap>& seen = out.gaps;
    for (const auto& list : {m_oldGaps, std::vector<api::Gap>(m_gaps.rbegin(), m_gaps.rend())})
        for (const api::Gap& gap : list)
            if (gap.from < query.to && (gap.to == kNoTime || gap.to > query.from) && isOf(query.venue, gap.venue) &&
                isOf(query.symbol, gap.symbol) && isOf(query.channel, gap.channel))
                seen.push_back(gap);
    std::ranges::stable_sort(seen, {}, &api::Gap::from);
    out.total = seen.size();
    if (seen.size() > query.most)
        seen.erase(seen.begin(), seen.end() - static_cast<std::ptrdiff_t>(query.most));
    return answered<api::Gaps>([out] { return out; });
}

api::AnswerRef<api::SettingsPlan> FakeEngine::planSettings(const std::vector<api::SettingChange>& changes)
{
    return answered<api::SettingsPlan>([this, changes] { return m_settings.plan(changes); });
}

api::AnswerRef<std::int64_t> FakeEngine::changeSettings(const std::vector<api::SettingChange>& changes,
                                                        const std::string& who)
{
    return answered<std::int64_t>([this, changes, who] { return m_settings.change(changes, who, m_now); });
}

api::AnswerRef<std::vector<api::SettingsRevision>> FakeEngine::settingsHistory()
{
    return answered<std::vector<api::SettingsRevision>>([this] { return m_settings.history(); });
}

api::AnswerRef<std::int64_t> FakeEngine::rollBackSettings(std::int64_t revision, const std::string& who)
{
    return answered<std::int64_t>([this, revision, who] { return m_settings.rollBack(revision, who, m_now); });
}

void FakeEngine::addDeadLetter(const std::string& component, ErrorCode code, const std::string& text, std::string bytes,
                               std::optional<std::uint64_t> offset, bool stays)
{
    api::DeadLetter letter;
    letter.id = ++m_lastLetter;
    letter.time = m_now;
    letter.component = component;
    letter.code = enumName(code);
    letter.text = text;
    letter.offset = offset;
    letter.seq = m_seq;
    letter.size = bytes.size();
    letter.canRetry = !stays;
    m_letterBytes[letter.id] = std::move(bytes);
    m_deadLetters.insert(m_deadLetters.begin(), std::move(letter));
    takeOverview();
}

api::AnswerRef<api::DeadLetters> FakeEngine::deadLetters(std::size_t most)
{
    return answered<api::DeadLetters>([this, most] {
        api::DeadLetters out;
        for (const api::DeadLetter& letter : m_deadLetters)
            if (out.letters.size() < most)
                out.letters.push_back(letter);
        out.kept = m_deadLetters.size();
        return out;
    });
}

api::AnswerRef<api::DeadLetter> FakeEngine::deadLetter(std::int64_t id)
{
    return answered<api::DeadLetter>([this, id]() -> Result<api::DeadLetter> {
        const auto found = std::ranges::find(m_deadLetters, id, &api::DeadLetter::id);
        if (found == m_deadLetters.end())
            return fail(ErrorCode::NotFound, "there is no dead letter " + std::to_string(id));
        api::DeadLetter letter = *found;
        letter.bytes = m_letterBytes.at(id);
        return letter;
    });
}

api::AnswerRef<std::string> FakeEngine::retryDeadLetters(const std::vector<std::int64_t>& ids)
{
    return answered<std::string>([this, ids] {
        const auto gone = std::erase_if(m_deadLetters, [&](const api::DeadLetter& letter) {
            return letter.canRetry && std::ranges::find(ids, letter.id) != ids.end();
        });
        takeOverview();
        return std::to_string(gone) + " passed, " + std::to_string(ids.size() - gone) + " failed again";
    });
}

api::AnswerRef<std::uint64_t> FakeEngine::dropDeadLetters(const std::vector<std::int64_t>& ids)
{
    return answered<std::uint64_t>([this, ids]() -> Result<std::uint64_t> {
        const auto gone = std::erase_if(m_deadLetters, [&](const api::DeadLetter& letter) {
            return std::ranges::find(ids, letter.id) != ids.end();
        });
        takeOverview();
        return std::uint64_t{gone};
    });
}

void FakeEngine::addOldGaps(int count)
{
    constexpr std::array kCauses{GapCause::Disconnect, GapCause::Checksum, GapCause::Sequence, GapCause::Restart};
    constexpr std::array kRecovered{GapRecovery::Snapshot, GapRecovery::Snapshot, GapRecovery::Backfill,
                                    GapRecovery::None};
    constexpr std::array kChannels{"book", "trade", "quote"};
    for (int i = 0; i < count; ++i) {
        api::Gap gap;
        gap.id = "old-" + std::to_string(i);
        gap.venue = i % 3 == 0 ? "binance" : "kraken";
        gap.channel = kChannels[static_cast<std::size_t>(i) % kChannels.size()];
        gap.symbol = i % 2 == 0 ? "BTC-USD" : "";
        gap.from = kStart - (count - i) * 47 * 60 * kSecond;
        gap.to = gap.from + (i * 7 % 40 + 1) * kSecond;
        gap.cause = kCauses[static_cast<std::size_t>(i) % kCauses.size()];
        gap.recovered = kRecovered[static_cast<std::size_t>(i / 2) % kRecovered.size()];
        m_oldGaps.push_back(std::move(gap));
    }
}

void FakeEngine::failComponent(api::State state, std::string reason)
{
    m_componentState = state;
    m_componentReason = std::move(reason);
    takeOverview();
}

void FakeEngine::fillDisk(std::uint64_t bytes)
{
    m_diskUsed = bytes;
    takeOverview();
}

}  // namespace tickdeck::ui
