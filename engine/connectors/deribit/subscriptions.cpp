// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/subscriptions.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "engine/connectors/deribit/decoder.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"

namespace tickdeck::deribit {

namespace {

using Phase = Stream::Phase;

// The venue's most for one request.
constexpr std::size_t kChannelsAtOnce = 500;
// Lists are asked for at this distance behind each quarter of an hour; the expiries are at 08:00 UTC.
constexpr Nanos kListEvery = 900 * kSecond;
constexpr Nanos kListBehind = 10 * kSecond;
constexpr std::string_view kHeartbeat = R"({"interval":10})";  // seconds, the venue's least

enum class Answer : std::uint8_t { Later, Flooded, Never };

// What the venue's error code says of asking again.
constexpr Answer answerOf(std::int64_t code) noexcept
{
    constexpr std::int64_t kTooManyRequests = 10028;
    constexpr std::array<std::int64_t, 6> kNever = {13004, 13009, 13020, 13021, -32602, -32601};
    if (code == kTooManyRequests)
        return Answer::Flooded;
    return std::ranges::find(kNever, code) != kNever.end() ? Answer::Never : Answer::Later;
}

void appendQuoted(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    out += '"';
}

BookForm formOf(std::string_view interval) noexcept
{
    return interval == "raw" ? BookForm::Raw : interval == "agg2" ? BookForm::Slow : BookForm::Fast;
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

std::string Subscriptions::channelName(const Entry& entry) const
{
    const std::string& native = entry.contract->native;
    switch (entry.channel) {
    case Channel::Ticker: return "ticker." + native + "." + m_wanted.interval;
    case Channel::Trade: return "trades." + native + "." + m_wanted.interval;
    case Channel::Book: return "book." + native + "." + m_wanted.interval;
    case Channel::VolIndex: break;
    }
    return "deribit_volatility_index." + native;
}

std::uint64_t Subscriptions::ask(std::string_view method, std::string_view params, Emit& emit, bool urgent)
{
    std::string message = R"({"jsonrpc":"2.0","id":)" + std::to_string(++m_requests);
    message.append(R"(,"method":")").append(method).append(R"(","params":)").append(params).append("}");
    emit.send(*m_connection, std::move(message), urgent);
    return m_requests;
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
    TRY_ASSIGN(WantedRequest request, readWanted(payload));
    if (m_wanted.interval != request.interval) {
        // Another interval is another channel: all pause between the two.
        std::vector<Entry> subscribed;
        forEach([&](const Entry& entry) {
            if (entry.stream().phase == Phase::Subscribed || entry.stream().phase == Phase::Subscribing)
                subscribed.push_back(entry);
        });
        for (const Entry& entry : subscribed)
            if (entry.stream().sync.live())
                openGap(entry, GapCause::Restart, entry.stream().wholeAt, emit);
        send(subscribed, false, now, emit);
        for (const Entry& entry : subscribed)
            reset(entry);
    }
    m_wanted = std::move(request);
    m_payload = payload;
    m_session = true;
    m_cut = false;
    setLists(now, emit);
    choose(now, emit);
    if (definitionsKnown())
        m_restartFrom.reset();
    advance(now, emit);
    return {};
}

void Subscriptions::setLists(Nanos now, Emit& emit)
{
    for (List& list : m_lists)
        if (std::ranges::find(m_wanted.currencies, list.currency) == m_wanted.currencies.end())
            list.gap.close(emit.events(), {m_venue, list.currency, kDefinitions}, now, GapRecovery::None);
    std::erase_if(m_lists, [&](const List& list) {
        return std::ranges::find(m_wanted.currencies, list.currency) == m_wanted.currencies.end();
    });
    for (const std::string& currency : m_wanted.currencies) {
        auto list = std::ranges::find(m_lists, currency, &List::currency);
        if (list == m_lists.end()) {
            list = m_lists.emplace(m_lists.end());
            list->currency = currency;
            if (m_restartFrom)
                list->gap.open(emit.events(), {m_venue, list->currency, kDefinitions}, GapCause::Restart,
                               *m_restartFrom, m_gaps);
        }
        list->sync.setPatience(m_wanted.patience);
    }
}

// Brings every stream's `wanted` to what the request and the definitions say.
void Subscriptions::choose(Nanos now, Emit& emit)
{
    std::vector<Entry> entries;
    for (const WantedRequest::Item& item : m_wanted.items)
        for (const std::string& symbol : item.symbols)
            if (Contract* contract = m_contracts->obtain(symbol); contract)
                entries.push_back({contract, item.channel});
    chooseOptions(now, entries, emit);
    std::unordered_set<const Stream*> kept;
    for (const Entry& entry : entries)
        kept.insert(&entry.stream());
    forEach([&](const Entry& entry) {
        if (entry.stream().wanted && !kept.contains(&entry.stream()))
            unwant(entry, now, emit);
    });
    for (const Entry& entry : entries) {
        Stream& stream = entry.stream();
        stream.sync.setPatience(m_wanted.patience);
        if (std::exchange(stream.wanted, true))
            continue;
        stream.wholeAt = now;
        stream.denied = false;
        if (m_restartFrom)
            openGap(entry, GapCause::Restart, *m_restartFrom, emit);
    }
}

void Subscriptions::chooseOptions(Nanos now, std::vector<Entry>& entries, Emit& emit)
{
    const WantedRequest::Options& options = m_wanted.options;
    if (options.underlyings.empty())
        return;
    std::vector<Contract*> chosen;
    for (Contract& contract : m_contracts->all()) {
        if (!contract.definition || contract.definition->kind != Kind::Option)
            continue;
        const Definition& definition = *contract.definition;
        const std::string_view underlying = std::string_view(contract.native).substr(0, contract.native.find('-'));
        const bool open = definition.state.empty() || definition.state == "open";
        if (open && definition.expiry > now && definition.expiry - now <= options.within &&
            std::ranges::find(options.underlyings, underlying) != options.underlyings.end())
            chosen.push_back(&contract);
    }
    std::ranges::stable_sort(chosen, {}, [](const Contract* contract) { return contract->definition->expiry; });
    if (chosen.size() > options.most) {
        if (!std::exchange(m_cut, true))
            emit.notice("deribit: " + std::to_string(chosen.size()) + " options are listed, the " +
                        std::to_string(options.most) + " that expire next are subscribed to");
        chosen.resize(options.most);
    }
    for (const Channel channel : options.channels)
        for (Contract* contract : chosen)
            entries.push_back({contract, channel});
}

void Subscriptions::unwant(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = entry.stream();
    stream.wanted = false;
    stream.gap.close(emit.events(), entry.contract->subject(entry.channel), now, GapRecovery::None);
    stream.sync.ended();
}

void Subscriptions::opened(ConnectionId connection, Nanos now, Emit& emit)
{
    if (m_connection)
        closed(*m_connection, true, emit);
    m_connection = connection;
    askHeartbeat(now, emit);
    advance(now, emit);
}

// The stream's connection, or its name, is gone.
void Subscriptions::reset(const Entry& entry) noexcept
{
    Stream& stream = entry.stream();
    if (stream.wanted)
        stream.sync.lost();
    else
        stream.sync.ended();
    stream.phase = Phase::Idle;
    stream.request = 0;
    stream.denied = false;
    if (entry.channel == Channel::Trade)
        entry.contract->resumed = true;
    if (entry.channel == Channel::Book)
        for (const auto& track : entry.contract->tracks)
            if (track)
                track->chain.lost();
}

bool Subscriptions::closed(ConnectionId connection, bool gaps, Emit& emit)
{
    if (m_connection != connection)
        return false;
    m_connection.reset();
    m_heartbeat.ended();
    m_heartbeatRequest = 0;
    for (List& list : m_lists) {
        list.request = 0;
        list.sync.lost();
    }
    forEach([&](const Entry& entry) {
        if (entry.stream().sync.live() && gaps)
            openGap(entry, GapCause::Disconnect, m_lastFrame, emit);
        reset(entry);
    });
    return true;
}

void Subscriptions::overflowed(ConnectionId connection, Nanos now, Emit& emit)
{
    if (m_connection != connection)
        return;
    forEach([&](const Entry& entry) {
        if (!entry.stream().sync.live())
            return;
        openGap(entry, GapCause::Overflow, m_lastFrame, emit);
        entry.stream().sync.broke(now);
        if (entry.channel == Channel::Trade)
            entry.contract->resumed = true;
    });
}

void Subscriptions::askHeartbeat(Nanos now, Emit& emit)
{
    m_heartbeatRequest = ask("public/set_heartbeat", kHeartbeat, emit);
    m_heartbeat.requested(now);
}

void Subscriptions::askLists(Nanos now, Emit& emit)
{
    for (List& list : m_lists) {
        const bool again = list.sync.live() && (now >= list.due || list.due - now > kListEvery + kListBehind);
        if (!again && !list.sync.due(now))
            continue;
        std::string params = R"({"currency":)";
        appendQuoted(params, list.currency);
        list.request = ask("public/get_instruments", params + R"(,"expired":false})", emit);
        list.due = (now / kListEvery + 1) * kListEvery + kListBehind;
        if (!list.sync.live())
            list.sync.requested(now);
    }
}

void Subscriptions::advance(Nanos now, Emit& emit)
{
    if (!m_connection)
        return;
    if (m_heartbeat.due(now))
        askHeartbeat(now, emit);
    askLists(now, emit);
    std::vector<Entry> start;
    std::vector<Entry> end;
    forEach([&](const Entry& entry) {
        const Stream& stream = entry.stream();
        const bool subscribed = stream.phase != Phase::Idle;
        if (!stream.wanted) {
            if (subscribed && stream.sync.due(now))
                end.push_back(entry);
        } else if (!stream.denied && stream.sync.due(now)) {
            // Whatever state the venue may be in, an end comes first.
            (subscribed ? end : start).push_back(entry);
        }
    });
    send(end, false, now, emit);
    send(start, true, now, emit);
}

void Subscriptions::send(const std::vector<Entry>& entries, bool subscribe, Nanos now, Emit& emit)
{
    for (std::size_t begin = 0; begin < entries.size();) {
        const std::size_t end = std::min(entries.size(), begin + kChannelsAtOnce);
        std::string params = R"({"channels":[)";
        for (std::size_t i = begin; i < end; ++i) {
            params += i == begin ? "" : ",";
            appendQuoted(params, channelName(entries[i]));
        }
        const std::uint64_t request =
            ask(subscribe ? "public/subscribe" : "public/unsubscribe", params.append("]}"), emit);
        for (; begin < end; ++begin) {
            Stream& stream = entries[begin].stream();
            stream.phase = subscribe ? Phase::Subscribing : Phase::Unsubscribing;
            stream.request = request;
            if (stream.wanted)
                stream.sync.requested(now);
            else
                stream.sync.ending(now);
        }
    }
}

void Subscriptions::answerTest(ConnectionId connection, Emit& emit)
{
    if (m_connection == connection)
        static_cast<void>(ask("public/test", "{}", emit, true));
}

void Subscriptions::reply(const ReplyMessage& reply, Nanos now, Emit& emit)
{
    if (reply.failed)
        refused(reply, now, emit);
    else if (reply.id && *reply.id == m_heartbeatRequest)
        m_heartbeat.synced(now);
    else if (reply.id && reply.list)
        granted(reply, now, emit);
}

// Only what the answer lists has been granted; what an end does not list was not there.
void Subscriptions::granted(const ReplyMessage& reply, Nanos now, Emit& emit)
{
    const std::unordered_set<std::string_view> accepted(reply.channels.begin(), reply.channels.end());
    std::vector<Entry> again;
    std::vector<Entry> denied;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (stream.request != *reply.id)
            return;
        stream.request = 0;
        if (stream.phase == Phase::Unsubscribing) {
            stream.phase = Phase::Idle;
            if (stream.wanted)
                again.push_back(entry);
            else
                stream.sync.ended();
        } else if (stream.phase == Phase::Subscribing && accepted.contains(channelName(entry))) {
            stream.phase = Phase::Subscribed;
            // The others begin with their first message.
            if (stream.wanted && (entry.channel == Channel::Trade || entry.channel == Channel::VolIndex))
                synced(*entry.contract, entry.channel, now, GapRecovery::None, emit);
        } else if (stream.phase == Phase::Subscribing) {
            stream.phase = Phase::Idle;
            stream.denied = true;
            stream.sync.refused(now);
            denied.push_back(entry);
        }
    });
    if (!denied.empty()) {
        std::string reason = "the venue does not have " + channelName(denied.front());
        if (denied.size() > 1)
            reason.append(" and ").append(std::to_string(denied.size() - 1)).append(" more");
        writeStatus(emit, denied.size() == 1 ? denied.front().contract->id : m_venue, "subscription", "refused",
                    reason);
    }
    send(again, true, now, emit);
}

void Subscriptions::refused(const ReplyMessage& reply, Nanos now, Emit& emit)
{
    const Answer answer = answerOf(reply.code);
    std::string reason = std::to_string(reply.code);
    for (const std::string_view part : {reply.error, reply.reason})
        if (!part.empty())
            reason.append(": ").append(part);
    std::string_view subject = "request";
    if (reply.id && *reply.id == m_heartbeatRequest) {
        subject = "heartbeat";
        m_heartbeat.refused(now);
    }
    for (List& list : m_lists) {
        if (!reply.id || list.request != *reply.id)
            continue;
        subject = kDefinitions;
        listRefused(list.currency, now);
    }
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (!reply.id || stream.request != *reply.id)
            return;
        subject = "subscription";
        stream.request = 0;
        // An end that was refused is asked for again.
        if (stream.phase == Phase::Subscribing || answer == Answer::Never)
            stream.phase = Phase::Idle;
        stream.denied = answer == Answer::Never;
        if (stream.wanted || stream.phase != Phase::Idle)
            stream.sync.refused(now);
        else
            stream.sync.ended();
    });
    writeStatus(emit, m_venue, subject, answer == Answer::Flooded ? "rate_limited" : "refused", reason);
}

std::string_view Subscriptions::listAsked(const ReplyMessage& reply) const noexcept
{
    const auto list = reply.id ? std::ranges::find(m_lists, *reply.id, &List::request) : m_lists.end();
    return list == m_lists.end() || *reply.id == 0 ? std::string_view() : std::string_view(list->currency);
}

void Subscriptions::listed(std::string_view currency, Nanos now, Emit& emit)
{
    const auto list = std::ranges::find(m_lists, currency, &List::currency);
    if (list == m_lists.end())
        return;
    list->request = 0;
    list->sync.synced(now);
    list->gap.close(emit.events(), {m_venue, list->currency, kDefinitions}, now, GapRecovery::Snapshot);
    choose(now, emit);
    if (definitionsKnown())
        m_restartFrom.reset();
    advance(now, emit);
}

void Subscriptions::listRefused(std::string_view currency, Nanos now) noexcept
{
    const auto list = std::ranges::find(m_lists, currency, &List::currency);
    if (list == m_lists.end())
        return;
    list->request = 0;
    if (!list->sync.live())
        list->sync.refused(now);
}

bool Subscriptions::definitionsKnown() const noexcept
{
    return std::ranges::all_of(m_lists, [](const List& list) { return list.sync.live(); });
}

void Subscriptions::synced(Contract& contract, Channel channel, Nanos now, GapRecovery recovered, Emit& emit)
{
    Stream& stream = contract.stream(channel);
    if (stream.phase == Phase::Unsubscribing || (m_session && !stream.wanted))
        return;  // it is about to end
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
    const Entry entry{&contract, Channel::Book};
    openGap(entry, cause, stream.wholeAt, emit);
    stream.sync.broke(now);
    if (m_connection && stream.wanted && stream.phase == Phase::Subscribed && stream.sync.due(now))
        send({entry}, false, now, emit);
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

Contract* Subscriptions::contractOf(std::string_view native)
{
    return m_session ? m_contracts->find(native) : m_contracts->obtain(native);
}

bool Subscriptions::takes(const Contract& contract, Channel channel) const noexcept
{
    return !m_session || contract.stream(channel).wanted;
}

bool Subscriptions::takesForm(BookForm form) const noexcept { return !m_session || form == formOf(m_wanted.interval); }

void Subscriptions::save(StateWriter& out) const
{
    out.put(m_session);
    out.text(m_payload);
    out.put(m_cut);
    out.count(m_lists.size());
    for (const List& list : m_lists) {
        out.text(list.currency);
        list.sync.save(out);
        list.gap.save(out);
        out.put(list.request);
        out.put(list.due);
    }
    m_heartbeat.save(out);
    out.put(m_heartbeatRequest);
    out.put(m_connection.has_value());
    out.put(m_connection.value_or(0));
    out.put(m_restartFrom.has_value());
    out.put(m_restartFrom.value_or(0));
    out.put(m_requests);
    out.put(m_gaps);
    out.put(m_lastFrame);
}

void Subscriptions::load(StateReader& in)
{
    m_session = in.get<std::uint8_t>() != 0;
    m_payload = in.text();
    m_cut = in.get<std::uint8_t>() != 0;
    if (m_session) {
        Result<WantedRequest> wanted = readWanted(m_payload);
        if (!wanted)
            return in.damaged();
        m_wanted = std::move(*wanted);
    }
    constexpr std::size_t kLeast = 40;  // bytes
    const std::size_t lists = in.count(kLeast);
    for (std::size_t i = 0; i < lists && !in.failed(); ++i) {
        List& list = m_lists.emplace_back();
        list.currency = in.text();
        list.sync.load(in);
        list.gap.load(in);
        list.request = in.get<std::uint64_t>();
        list.due = in.get<Nanos>();
    }
    m_heartbeat.load(in);
    m_heartbeatRequest = in.get<std::uint64_t>();
    const bool connected = in.get<std::uint8_t>() != 0;
    const auto connection = in.get<ConnectionId>();
    m_connection = connected ? std::optional(connection) : std::nullopt;
    const bool restarted = in.get<std::uint8_t>() != 0;
    const auto from = in.get<Nanos>();
    m_restartFrom = restarted ? std::optional(from) : std::nullopt;
    m_requests = in.get<std::uint64_t>();
    m_gaps = in.get<std::uint64_t>();
    m_lastFrame = in.get<Nanos>();
}

}  // namespace tickdeck::deribit
