// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"

namespace tickdeck::binance {

namespace {

using nlohmann::json;
using Phase = Stream::Phase;

// The venue's limit for one connection.
constexpr std::size_t kMostStreams = 1024;
constexpr Nanos kMinute = 60 * kSecond;

// How long a subscribed stream may be silent before people are told; 0: for ever.
constexpr Nanos quietAfter(Channel channel) noexcept
{
    switch (channel) {
    case Channel::Mark: return 15 * kSecond;
    case Channel::Ticker:
    case Channel::Book: return 5 * kMinute;
    case Channel::Trade:
    case Channel::Candle: return 60 * kMinute;
    case Channel::ForcedOrder: break;
    }
    return 0;
}

bool subscribed(const Stream& stream) noexcept
{
    return stream.phase == Phase::Subscribed || stream.phase == Phase::Subscribing;
}

}  // namespace

template <class Visit>
void Subscriptions::forEach(Visit&& visit)
{
    for (const Channel channel : kChannels)
        for (Contract& contract : m_contracts->all())
            visit(Entry{&contract, channel});
}

void Subscriptions::openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit)
{
    entry.stream().gap.open(emit.events(), entry.contract->subject(entry.channel), cause, from, m_gaps);
}

Result<> Subscriptions::started(std::string_view payload)
{
    TRY_ASSIGN(const std::optional<Nanos> previous, wire::readStarted(payload));
    if (previous)
        m_restartFrom = previous;
    return {};
}

Result<> Subscriptions::wanted(std::string_view payload, Nanos now, Emit& emit)
{
    TRY_ASSIGN(const WantedRequest request, readWanted(payload));
    apply(request, now, emit);
    m_restartFrom.reset();
    advance(now, emit);
    return {};
}

void Subscriptions::apply(const WantedRequest& request, Nanos now, Emit& emit)
{
    m_session = true;
    // Where no candles are wanted, their end still goes by the names that they had.
    if (!request.intervals.empty() && m_intervals != request.intervals) {
        // Other widths are other streams: all of a contract's candles pause between the two.
        std::vector<Entry> candles;
        for (Contract& contract : m_contracts->all())
            if (subscribed(contract.stream(Channel::Candle)))
                candles.push_back({&contract, Channel::Candle});
        for (const Entry& entry : candles)
            if (entry.stream().sync.live())
                openGap(entry, GapCause::Restart, entry.stream().wholeAt, emit);
        send(candles, kMarket, false, now, emit);
        for (const Entry& entry : candles)
            reset(entry);
        m_intervals = request.intervals;
    }
    const bool otherDepth = m_fetching->setDepth(request.depth);

    std::vector<Entry> entries;
    std::unordered_set<const Stream*> kept;
    std::array<std::size_t, 2> counts{};
    for (const WantedRequest::Item& item : request.items) {
        for (const std::string& symbol : item.symbols) {
            std::size_t& count = counts[connectionOf(item.channel)];
            if (count + streamsOf(item.channel) > kMostStreams) {
                writeStatus(emit, m_venue, "subscription", "refused", "more streams than one connection may have");
                emit.notice("binance: more than " + std::to_string(kMostStreams) +
                            " streams for one connection; not subscribed: " + std::string(enumName(item.channel)) +
                            " from " + symbol + " on");
                break;
            }
            Contract* contract = m_contracts->obtain(symbol);
            if (!contract) {
                writeStatus(emit, m_venue, "subscription", "refused", "a symbol that is none, or one too many");
                continue;
            }
            count += streamsOf(item.channel);
            const Entry entry{contract, item.channel};
            if (kept.insert(&entry.stream()).second)
                entries.push_back(entry);
        }
    }
    forEach([&](const Entry& entry) {
        if (entry.stream().wanted && !kept.contains(&entry.stream()))
            unwant(entry, now, emit);
    });
    for (const Entry& entry : entries) {
        const bool before = entry.stream().wanted;
        entry.stream().sync.setPatience(request.patience);
        want(entry, now, emit);
        if (before && entry.channel == Channel::Book && otherDepth && entry.stream().sync.live()) {
            entry.contract->ensureTrack().chain.dropSnapshot();
            broke(*entry.contract, GapCause::Restart, now, emit);
        }
    }
    m_fetching->wantDefinitions(request.definitions, request.patience, m_restartFrom, now, m_gaps, emit);
}

void Subscriptions::want(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = entry.stream();
    if (!stream.wanted && m_restartFrom)
        openGap(entry, GapCause::Restart, *m_restartFrom, emit);
    if (!stream.wanted)
        stream.sync.ended();  // whatever it waited for
    // What a recording showed before anybody wanted the book is no part of it.
    if (!stream.wanted && entry.channel == Channel::Book && entry.contract->track)
        entry.contract->track->chain.lost();
    if (!stream.wanted)
        stream.wholeAt = now;
    stream.wanted = true;
}

void Subscriptions::unwant(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = entry.stream();
    stream.wanted = false;
    stream.gap.close(emit.events(), entry.contract->subject(entry.channel), now, GapRecovery::None);
    stream.sync.ended();
    stream.toldQuiet = false;
    if (entry.channel == Channel::Book)
        stream.askedBefore = stream.asked;
    // Should it be wanted again, numbers are counted anew.
    if (entry.channel == Channel::Trade)
        entry.contract->trades = {};
    if (entry.channel == Channel::Ticker)
        entry.contract->quoteId = 0;
    if (entry.channel == Channel::Book && entry.contract->track)
        entry.contract->track->chain.lost();
}

void Subscriptions::opened(ConnectionId connection, Nanos now, Emit& emit)
{
    if (connection >= m_links.size())
        return;
    if (m_links[connection].open)
        closed(connection, true, emit);
    m_links[connection].open = true;
    advance(now, emit);
}

// The stream's connection, or its name, is gone.
void Subscriptions::reset(const Entry& entry) noexcept
{
    Stream& stream = entry.stream();
    stream.sync.lost();
    stream.phase = Phase::Idle;
    stream.request = 0;
    stream.toldQuiet = false;
    // The gap tells what is missing until it goes on: the next numbers start the count.
    if (entry.channel == Channel::Ticker)
        entry.contract->quoteId = 0;
    if (entry.channel == Channel::Trade)
        entry.contract->trades = {};
    if (entry.channel != Channel::Book)
        return;
    stream.askedBefore = stream.asked;
    if (entry.contract->track)
        entry.contract->track->chain.lost();
}

void Subscriptions::closed(ConnectionId connection, bool gaps, Emit& emit)
{
    if (connection >= m_links.size() || !m_links[connection].open)
        return;
    m_links[connection].open = false;
    forEach([&](const Entry& entry) {
        if (connectionOf(entry.channel) != connection)
            return;
        if (entry.stream().sync.live() && gaps)
            openGap(entry, GapCause::Disconnect, std::max(entry.stream().wholeAt, m_links[connection].lastFrame), emit);
        reset(entry);
    });
}

void Subscriptions::overflowed(ConnectionId connection, Emit& emit)
{
    if (connection >= m_links.size() || !m_links[connection].open)
        return;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (connectionOf(entry.channel) != connection || !stream.sync.live())
            return;
        openGap(entry, GapCause::Overflow, std::max(stream.wholeAt, m_links[connection].lastFrame), emit);
        reset(entry);  // whatever the connection's fate, all is asked for anew
    });
}

void Subscriptions::advance(Nanos now, Emit& emit)
{
    std::array<std::vector<Entry>, 2> start;
    std::array<std::vector<Entry>, 2> end;
    struct Quiet {
        std::size_t count = 0;
        std::string first;
    };
    std::array<Quiet, kChannelCount> quiet;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        const ConnectionId connection = connectionOf(entry.channel);
        if (!m_links[connection].open)
            return;
        if (!stream.wanted) {
            if (stream.phase != Phase::Idle && stream.sync.due(now))
                end[connection].push_back(entry);
            return;
        }
        if (stream.sync.live()) {
            const Nanos limit = quietAfter(entry.channel);
            if (limit == 0 || stream.toldQuiet || now - stream.wholeAt < limit)
                return;
            stream.toldQuiet = true;
            Quiet& told = quiet[static_cast<std::size_t>(entry.channel)];
            if (told.count++ == 0)
                told.first = entry.contract->native;
        } else if (stream.phase == Phase::Subscribed && entry.channel == Channel::Book) {
            m_fetching->askSnapshot(*entry.contract, now, emit);
        } else if (stream.sync.due(now)) {
            start[connection].push_back(entry);
        }
    });
    for (const Channel channel : kChannels)
        if (const Quiet& told = quiet[static_cast<std::size_t>(channel)]; told.count > 0)
            emit.notice("binance: " + std::string(enumName(channel)) + " of " + told.first +
                        (told.count > 1 ? " and " + std::to_string(told.count - 1) + " more" : "") +
                        ": acknowledged, but nothing came for " + std::to_string(quietAfter(channel) / kSecond) + " s");
    for (const ConnectionId connection : {kPublic, kMarket}) {
        send(end[connection], connection, false, now, emit);
        send(start[connection], connection, true, now, emit);
    }
    m_fetching->askDefinitions(now, emit);
}

void Subscriptions::appendNames(const Entry& entry, std::vector<std::string>& names) const
{
    std::string symbol;
    for (const char c : entry.contract->native)
        symbol += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    switch (entry.channel) {
    case Channel::Ticker: names.push_back(symbol + "@bookTicker"); break;
    case Channel::Trade: names.push_back(symbol + "@aggTrade"); break;
    case Channel::Book: names.push_back(symbol + "@depth@100ms"); break;
    case Channel::Mark: names.push_back(symbol + "@markPrice@1s"); break;
    case Channel::ForcedOrder: names.push_back(symbol + "@forceOrder"); break;
    case Channel::Candle:
        for (const std::string& interval : m_intervals)
            names.push_back(symbol + "@kline_" + interval);
        break;
    }
}

void Subscriptions::send(const std::vector<Entry>& entries, ConnectionId connection, bool subscribe, Nanos now,
                         Emit& emit)
{
    for (std::size_t begin = 0; begin < entries.size();) {
        std::vector<std::string> names;
        std::size_t end = begin;
        std::size_t most = kStreamsAtOnce;
        for (; end < entries.size(); ++end) {
            const Entry& entry = entries[end];
            most = std::min<std::size_t>(most, entry.stream().together);
            if (end > begin && names.size() + streamsOf(entry.channel) > most)
                break;
            appendNames(entry, names);
        }
        ++m_requests;
        if (!names.empty())
            emit.send(connection,
                      json{{"method", subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE"}, {"params", names}, {"id", m_requests}}
                          .dump());
        for (; begin < end; ++begin) {
            Stream& stream = entries[begin].stream();
            stream.phase = subscribe ? Phase::Subscribing : Phase::Unsubscribing;
            stream.request = m_requests;
            if (subscribe)
                stream.sync.requested(now);
            else if (!stream.wanted)
                stream.sync.ending(now);
        }
    }
}

void Subscriptions::reply(ConnectionId connection, const ReplyMessage& reply, Nanos now, Emit& emit)
{
    if (reply.refused)
        return refused(connection, reply, now, emit);
    if (!reply.id)
        return;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (stream.request != *reply.id)
            return;
        stream.request = 0;
        if (stream.phase == Phase::Unsubscribing) {
            stream.phase = Phase::Idle;
            stream.together = kStreamsAtOnce;
            stream.sync.ended();
        } else if (stream.phase == Phase::Subscribing) {
            stream.phase = Phase::Subscribed;
            stream.together = kStreamsAtOnce;
            if (entry.channel == Channel::Book)
                stream.sync.answered(now);
            else
                synced(*entry.contract, entry.channel, now, GapRecovery::None, emit);  // what came before is lost
        }
    });
    advance(now, emit);
}

void Subscriptions::refused(ConnectionId connection, const ReplyMessage& reply, Nanos now, Emit& emit)
{
    std::vector<Entry> hit;
    forEach([&](const Entry& entry) {
        const Stream& stream = entry.stream();
        const bool waits = stream.phase == Phase::Subscribing || stream.phase == Phase::Unsubscribing;
        if (waits && (reply.id ? stream.request == *reply.id : connectionOf(entry.channel) == connection))
            hit.push_back(entry);
    });
    std::string reason(reply.code);
    reason.append(reason.empty() || reply.error.empty() ? "" : ": ").append(reply.error);
    if (!hit.empty()) {
        std::vector<std::string> names;
        appendNames(hit.front(), names);
        reason.append(reason.empty() ? "" : ", ").append(names.empty() ? hit.front().contract->native : names.front());
        if (hit.size() > 1)
            reason.append(" and ").append(std::to_string(hit.size() - 1)).append(" more");
    }
    writeStatus(emit, hit.size() == 1 ? hit.front().contract->id : m_venue, "subscription", "refused", reason);
    for (const Entry& entry : hit) {
        Stream& stream = entry.stream();
        stream.request = 0;
        // One bad name spoils all of its message: smaller ones tell it apart.
        stream.together = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(hit.size()) / 2);
        stream.together = std::min(stream.together, kStreamsAtOnce);
        stream.sync.refused(now);
        if (stream.phase == Phase::Subscribing)
            stream.phase = Phase::Idle;
    }
}

void Subscriptions::synced(Contract& contract, Channel channel, Nanos now, GapRecovery recovered, Emit& emit)
{
    Stream& stream = contract.stream(channel);
    if (channel == Channel::Book)
        m_fetching->snapshotCame(contract);
    stream.sync.synced(now);
    stream.whole(now);
    stream.gap.close(emit.events(), contract.subject(channel), now, recovered);
}

void Subscriptions::broke(Contract& contract, GapCause cause, Nanos now, Emit& emit)
{
    Stream& stream = contract.stream(Channel::Book);
    // Before its first snapshot nothing could have been missed.
    if (!stream.sync.live())
        return;
    openGap({&contract, Channel::Book}, cause, stream.wholeAt, emit);
    stream.sync.broke(now);
    if (stream.wanted && stream.phase == Phase::Subscribed)
        m_fetching->askSnapshot(contract, now, emit);
}

void Subscriptions::missed(Contract& contract, Channel channel, Nanos now, Emit& emit)
{
    Stream& stream = contract.stream(channel);
    if (!stream.sync.live())
        return;
    openGap({&contract, channel}, GapCause::Sequence, stream.wholeAt, emit);
    stream.gap.close(emit.events(), contract.subject(channel), now, GapRecovery::None);
    stream.whole(now);
}

void Subscriptions::save(StateWriter& out) const
{
    for (const Link& link : m_links) {
        out.put(link.open);
        out.put(link.lastFrame);
    }
    out.put(m_restartFrom.has_value());
    out.put(m_restartFrom.value_or(0));
    out.count(m_intervals.size());
    for (const std::string& interval : m_intervals)
        out.text(interval);
    out.put(m_session);
    out.put(m_requests);
    out.put(m_gaps);
}

void Subscriptions::load(StateReader& in)
{
    for (Link& link : m_links) {
        link.open = in.get<std::uint8_t>() != 0;
        link.lastFrame = in.get<Nanos>();
    }
    const bool restarted = in.get<std::uint8_t>() != 0;
    const auto from = in.get<Nanos>();
    m_restartFrom = restarted ? std::optional(from) : std::nullopt;
    constexpr std::size_t kLeast = 4;
    const std::size_t intervals = in.count(kLeast);
    for (std::size_t i = 0; i < intervals; ++i)
        m_intervals.emplace_back(in.text());
    m_session = in.get<std::uint8_t>() != 0;
    m_requests = in.get<std::uint64_t>();
    m_gaps = in.get<std::uint64_t>();
}

}  // namespace tickdeck::binance
