// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"

namespace tickdeck::kraken {

namespace {

using nlohmann::json;
using Phase = Stream::Phase;

constexpr std::string_view kInstruments = "instrument";
// Symbols in one request: the answer comes for each symbol alone, and a request should stay a small frame.
constexpr std::ptrdiff_t kSymbolsAtOnce = 200;

}  // namespace

template <class Visit>
void Subscriptions::forEach(Visit&& visit)
{
    visit(Entry{&m_instruments, nullptr, Channel::Ticker});
    for (const Channel channel : kChannels)
        for (Pair& pair : m_pairs->all())
            visit(Entry{&pair.stream(channel), &pair, channel});
}

book::StreamGap::Subject Subscriptions::subject(const Entry& entry) const noexcept
{
    if (!entry.pair)
        return {m_venue, {}, kInstruments};
    return entry.pair->subject(entry.channel);
}

void Subscriptions::openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit)
{
    entry.stream->gap.open(emit.events(), subject(entry), cause, from, m_gaps);
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
    struct Item {
        Entry entry;
        std::uint32_t depth;
    };
    TRY_ASSIGN(const json control, wire::readControl(payload));
    const auto list = control.find("subscriptions");
    if (list == control.end() || !list->is_array())
        return wire::malformedControl("no \"subscriptions\"");
    TRY_ASSIGN(const book::SyncPatience patience, wire::readPatience(control));
    std::vector<Item> items;
    for (const json& item : *list) {
        const auto name = item.is_object() ? item.find("channel") : item.end();
        if (!item.is_object() || name == item.end() || !name->is_string())
            return wire::malformedControl("a subscription without channel");
        if (name->get_ref<const std::string&>() == kInstruments) {
            items.push_back({{&m_instruments, nullptr, Channel::Ticker}, 0});
            continue;
        }
        const std::optional<Channel> channel = enumFromName<Channel>(name->get_ref<const std::string&>());
        const auto symbols = item.find("symbols");
        if (!channel || symbols == item.end() || !symbols->is_array())
            return wire::malformedControl("a subscription to an unknown channel, or without symbols");
        std::uint32_t depth = 0;
        if (const auto value = item.find("depth"); *channel == Channel::Book) {
            if (value == item.end() || !value->is_number_unsigned())
                return wire::malformedControl("a book without depth");
            depth = value->get<std::uint32_t>();
        }
        for (const json& symbol : *symbols) {
            if (!symbol.is_string())
                return wire::malformedControl("a symbol that is no text");
            Pair* pair = m_pairs->obtain(symbol.get_ref<const std::string&>());
            if (!pair) {
                writeStatus(emit, m_venue, "subscription", "refused", "a symbol that is none, or one too many");
                continue;
            }
            items.push_back({{&pair->stream(*channel), pair, *channel}, depth});
        }
    }
    m_session = true;
    forEach([&](const Entry& entry) {
        const auto isEntry = [&](const Item& item) { return item.entry == entry; };
        if (entry.stream->wanted && std::ranges::none_of(items, isEntry))
            unwant(entry, now, emit);
    });
    for (const Item& item : items) {
        item.entry.stream->sync.setPatience(patience);
        want(item.entry, item.depth, emit, now);
    }
    m_restartFrom.reset();
    advance(now, emit);
    return {};
}

void Subscriptions::unwant(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = *entry.stream;
    stream.wanted = false;
    stream.gap.close(emit.events(), subject(entry), now, GapRecovery::None);
    stream.sync.ended();
    if (!entry.pair)
        return;
    // Should it be wanted again, numbers are counted anew and the book begins with a snapshot.
    if (entry.channel == Channel::Trade)
        entry.pair->trades = {};
    if (entry.channel == Channel::Book && entry.pair->track)
        entry.pair->track->based = false;
}

void Subscriptions::want(const Entry& entry, std::uint32_t depth, Emit& emit, Nanos now)
{
    Stream& stream = *entry.stream;
    const bool deeper = stream.wanted && stream.wantedDepth != depth;
    if (!stream.wanted && m_restartFrom)
        openGap(entry, GapCause::Restart, *m_restartFrom, emit);
    stream.wanted = true;
    stream.wantedDepth = depth;
    if (deeper && stream.sync.live()) {
        // Another depth is another subscription: the stream pauses between the two.
        openGap(entry, GapCause::Restart, m_lastFrame, emit);
        stream.sync.broke(now);
    }
}

void Subscriptions::opened(ConnectionId connection, Nanos now, Emit& emit)
{
    if (m_connection)
        closed(*m_connection, true, emit);
    m_connection = connection;
    advance(now, emit);
}

bool Subscriptions::closed(ConnectionId connection, bool gaps, Emit& emit)
{
    if (m_connection != connection)
        return false;
    m_connection.reset();
    forEach([&](const Entry& entry) {
        Stream& stream = *entry.stream;
        if (stream.sync.live() && gaps)
            openGap(entry, GapCause::Disconnect, m_lastFrame, emit);
        stream.sync.lost();
        stream.phase = Phase::Idle;
        stream.depth = 0;
        stream.request = 0;
    });
    return true;
}

void Subscriptions::overflowed(ConnectionId connection, Nanos now, Emit& emit)
{
    if (m_connection != connection)
        return;
    forEach([&](const Entry& entry) {
        if (!entry.stream->sync.live())
            return;
        openGap(entry, GapCause::Overflow, m_lastFrame, emit);
        entry.stream->sync.broke(now);
    });
}

void Subscriptions::advance(Nanos now, Emit& emit)
{
    if (!m_connection)
        return;
    std::vector<Entry> start;
    std::vector<Entry> end;
    forEach([&](const Entry& entry) {
        Stream& stream = *entry.stream;
        // An end that was not answered may not have been heard.
        const bool subscribed = stream.phase != Phase::Idle;
        if (!stream.wanted) {
            if (subscribed && stream.sync.due(now))
                end.push_back(entry);
        } else if (stream.sync.due(now)) {
            // Whatever state the venue may be in, an end comes first; its refusal ("not found") is as good as a yes.
            (subscribed ? end : start).push_back(entry);
        }
    });
    send(std::move(end), false, now, emit);
    send(std::move(start), true, now, emit);
}

void Subscriptions::send(std::vector<Entry> entries, bool subscribe, Nanos now, Emit& emit)
{
    // One request takes all that differ in the symbol only.
    const auto depth = [&](const Entry& entry) { return subscribe ? entry.stream->wantedDepth : entry.stream->depth; };
    const auto backfills = [](const Entry& entry) {
        return entry.pair && entry.channel == Channel::Trade && entry.pair->trades.any();
    };
    while (!entries.empty()) {
        const Entry first = entries.front();
        const auto rest = std::stable_partition(entries.begin(), entries.end(), [&](const Entry& entry) {
            return entry == first || (entry.pair && first.pair && entry.channel == first.channel &&
                                      depth(entry) == depth(first) && backfills(entry) == backfills(first));
        });
        const auto end = entries.begin() + std::min<std::ptrdiff_t>(rest - entries.begin(), kSymbolsAtOnce);

        json params{{"channel", first.pair ? enumName(first.channel) : kInstruments}};
        for (auto entry = entries.begin(); first.pair && entry != end; ++entry)
            params["symbol"].push_back(entry->pair->native);
        if (first.pair && first.channel == Channel::Book && depth(first))
            params["depth"] = depth(first);
        if (subscribe && first.pair && first.channel == Channel::Ticker)
            params["event_trigger"] = "bbo";
        if (subscribe)
            params["snapshot"] = !first.pair || first.channel != Channel::Trade || backfills(first);
        const json request{
            {"method", subscribe ? "subscribe" : "unsubscribe"}, {"params", params}, {"req_id", ++m_requests}};
        emit.send(*m_connection, request.dump());

        for (auto entry = entries.begin(); entry != end; ++entry) {
            Stream& stream = *entry->stream;
            stream.phase = subscribe ? Phase::Subscribing : Phase::Unsubscribing;
            stream.request = m_requests;
            // Unanswered, it is ended as what it was asked for: the venue finds a book by its depth.
            if (subscribe)
                stream.depth = stream.wantedDepth;
            if (stream.wanted)
                stream.sync.requested(now);
            else
                stream.sync.ending(now);
        }
        entries.erase(entries.begin(), end);
    }
}

void Subscriptions::reply(const ReplyMessage& reply, Nanos now, Emit& emit)
{
    if (reply.method == "pong" && reply.error.empty())
        return;
    if (!reply.success || !reply.error.empty())
        return refused(reply, now, emit);
    const bool subscribe = reply.method == "subscribe";
    std::optional<Entry> entry;
    if (reply.channel == kInstruments)
        entry = Entry{&m_instruments, nullptr, Channel::Ticker};
    else if (const auto channel = enumFromName<Channel>(reply.channel); channel && !reply.symbol.empty()) {
        // A recording's acknowledgements tell of subscriptions that nobody here asked for.
        if (Pair* pair = pairOf(reply.symbol))
            entry = Entry{&pair->stream(*channel), pair, *channel};
    }
    if (!entry)
        return;
    if (subscribe)
        acknowledged(*entry, reply, now, emit);
    else if (entry->stream->phase == Phase::Unsubscribing)
        unsubscribed(*entry, now, emit);
}

void Subscriptions::acknowledged(const Entry& entry, const ReplyMessage& reply, Nanos now, Emit& emit)
{
    Stream& stream = *entry.stream;
    if (stream.phase == Phase::Unsubscribing)
        return;  // the answer came too late: its end was asked for since, and a new start comes after that
    stream.phase = Phase::Subscribed;
    stream.request = 0;
    stream.depth = reply.depth.value_or(0);
    // Without a snapshot to come, the stream is whole from here on; what came before is lost.
    if (entry.pair && entry.channel == Channel::Trade && !reply.snapshot)
        synced(*entry.pair, entry.channel, now, GapRecovery::None, emit);
}

void Subscriptions::unsubscribed(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = *entry.stream;
    stream.phase = Phase::Idle;
    stream.request = 0;
    stream.depth = 0;
    if (stream.wanted)
        send({entry}, true, now, emit);
    else
        stream.sync.ended();
}

void Subscriptions::refused(const ReplyMessage& reply, Nanos now, Emit& emit)
{
    const bool flooded = reply.error.find("rate") != std::string_view::npos;  // "Exceeded msg rate"
    const bool known = reply.error == "Already subscribed";
    const bool unknown = reply.error.find("ot Found") != std::string_view::npos;  // "Subscription Not Found"
    const Pair* about = reply.symbol.empty() ? nullptr : m_pairs->find(reply.symbol);
    std::string reason(reply.method);
    reason.append(reason.empty() ? "" : ": ").append(reply.error.empty() ? "refused"sv : reply.error);
    writeStatus(emit, about ? about->id : m_venue, "subscription", flooded ? "rate_limited" : "refused", reason);

    std::vector<Entry> gone;
    forEach([&](const Entry& entry) {
        Stream& stream = *entry.stream;
        const bool waiting = stream.phase == Phase::Subscribing || stream.phase == Phase::Unsubscribing;
        const bool meant = reply.requestId ? stream.request == *reply.requestId : flooded;
        if (!waiting || !meant || (about && entry.pair != about))
            return;
        if (stream.phase == Phase::Unsubscribing && !flooded && (unknown || stream.wanted)) {
            gone.push_back(entry);
            return;
        }
        // What the venue has already is ended before it is asked for anew; an end is asked for again.
        if (stream.phase == Phase::Subscribing)
            stream.phase = known ? Phase::Subscribed : Phase::Idle;
        stream.request = 0;
        stream.sync.refused(now);
    });
    // What the venue does not know is as good as ended.
    for (const Entry& entry : gone)
        unsubscribed(entry, now, emit);
}

void Subscriptions::synced(Pair& pair, Channel channel, Nanos now, GapRecovery recovered, Emit& emit)
{
    Stream& stream = pair.stream(channel);
    if (stream.phase == Phase::Unsubscribing)
        return;  // it is about to end
    stream.sync.synced(now);
    stream.wholeAt = now;
    stream.gap.close(emit.events(), pair.subject(channel), now, recovered);
}

void Subscriptions::instrumentsSynced(Nanos now, Emit& emit)
{
    if (m_instruments.phase == Phase::Unsubscribing)
        return;
    m_instruments.sync.synced(now);
    m_instruments.gap.close(emit.events(), {m_venue, {}, kInstruments}, now, GapRecovery::Snapshot);
}

void Subscriptions::broke(Pair& pair, Channel channel, GapCause cause, Nanos now, Emit& emit)
{
    Stream& stream = pair.stream(channel);
    openGap({&stream, &pair, channel}, cause, stream.wholeAt, emit);
    if (!stream.sync.live())
        return;
    stream.sync.broke(now);
    const Entry entry{&stream, &pair, channel};
    const bool subscribed = stream.phase == Phase::Subscribed;
    if (m_connection && stream.wanted && subscribed && stream.sync.due(now))
        send({entry}, false, now, emit);
}

void Subscriptions::save(StateWriter& out) const
{
    m_instruments.save(out);
    out.put(m_connection.has_value());
    out.put(m_connection.value_or(0));
    out.put(m_session);
    out.put(m_restartFrom.has_value());
    out.put(m_restartFrom.value_or(0));
    out.put(m_requests);
    out.put(m_gaps);
    out.put(m_lastFrame);
}

void Subscriptions::load(StateReader& in)
{
    m_instruments.load(in);
    const bool connected = in.get<std::uint8_t>() != 0;
    const auto connection = in.get<ConnectionId>();
    m_connection = connected ? std::optional(connection) : std::nullopt;
    m_session = in.get<std::uint8_t>() != 0;
    const bool restarted = in.get<std::uint8_t>() != 0;
    const auto from = in.get<Nanos>();
    m_restartFrom = restarted ? std::optional(from) : std::nullopt;
    m_requests = in.get<std::uint64_t>();
    m_gaps = in.get<std::uint64_t>();
    m_lastFrame = in.get<Nanos>();
}

}  // namespace tickdeck::kraken
