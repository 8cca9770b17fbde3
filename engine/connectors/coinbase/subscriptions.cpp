// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/subscriptions.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "engine/connectors/coinbase/decoder.h"
#include "engine/connectors/coinbase/names.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"

namespace tickdeck::coinbase {

namespace {

using nlohmann::json;
using Phase = Stream::Phase;

// Products in one request, which should stay a small frame.
constexpr std::ptrdiff_t kProductsAtOnce = 100;
// Trades that were asked for and are silent for so long had nothing to fill their gap with.
constexpr Nanos kQuietTrades = 10 * kSecond;
constexpr std::string_view kHeartbeats = R"({"type":"subscribe","channel":"heartbeats"})";

// A channel's name in requests, in the order of Channel.
constexpr std::array kRequestNames = {"ticker"sv, "market_trades"sv, "level2"sv};

std::string_view requestName(Channel channel) noexcept { return kRequestNames[static_cast<std::size_t>(channel)]; }

std::optional<Channel> channelOf(std::string_view requestName) noexcept
{
    const auto found = std::ranges::find(kRequestNames, requestName);
    return found == kRequestNames.end()
               ? std::nullopt
               : std::optional(kChannels[static_cast<std::size_t>(found - kRequestNames.begin())]);
}

}  // namespace

template <class Visit>
void Subscriptions::forEach(Visit&& visit)
{
    for (const Channel channel : kChannels)
        for (Product& product : m_products->all())
            visit(Entry{&product, channel});
}

void Subscriptions::openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit)
{
    entry.stream().gap.open(emit.events(), entry.product->subject(entry.channel), cause, from, m_gaps);
}

Result<> Subscriptions::started(std::string_view payload)
{
    TRY_ASSIGN(const std::optional<Nanos> previous, wire::readStarted(payload));
    if (previous)
        m_restartFrom = previous;
    return {};
}

Result<std::vector<Subscriptions::Entry>> Subscriptions::entriesOf(std::string_view channel,
                                                                   const std::vector<std::string>& symbols)
{
    const std::optional<Channel> known = enumFromName<Channel>(channel);
    if (!known)
        return wire::malformedControl("a subscription to an unknown channel");
    std::vector<Entry> entries;
    for (const std::string& symbol : symbols) {
        Product* product = m_products->obtain(symbol);
        if (product && !product->alias.empty())
            product = m_products->obtain(product->alias);
        if (!product)
            return wire::malformedControl("a symbol that is none, or one too many");
        entries.push_back({product, *known});
    }
    return entries;
}

Result<> Subscriptions::wanted(std::string_view payload, Nanos now, Emit& emit)
{
    TRY_ASSIGN(const wire::Wanted wanted, wire::readWanted(payload));
    std::vector<Entry> entries;
    bool definitions = false;
    std::uint32_t depth = m_depth;
    for (const wire::Wanted::Item& item : wanted.items) {
        if (item.channel == wire::DefinitionFetch::kChannel) {
            definitions = true;
            continue;
        }
        TRY_ASSIGN(const std::vector<Entry> more, entriesOf(item.channel, item.symbols));
        entries.insert(entries.end(), more.begin(), more.end());
        if (item.channel != enumName(Channel::Book))
            continue;
        if (item.depth == 0)
            return wire::malformedControl("a book without depth");
        depth = item.depth;
    }
    m_session = true;
    std::unordered_set<const Stream*> kept;
    for (const Entry& entry : entries)
        kept.insert(&entry.stream());
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (!stream.wanted || kept.contains(&stream))
            return;
        stream.wanted = false;
        stream.gap.close(emit.events(), entry.product->subject(entry.channel), now, GapRecovery::None);
        stream.sync.ended();
        // Should it be wanted again, it begins anew.
        if (entry.channel == Channel::Trade)
            entry.product->trades = {};
        if (entry.channel == Channel::Book && entry.product->track)
            entry.product->track->based = false;
    });
    const bool otherDepth = std::exchange(m_depth, depth) != depth;
    for (const Entry& entry : entries) {
        entry.stream().sync.setPatience(wanted.patience);
        want(entry, emit);
        if (otherDepth && entry.channel == Channel::Book && entry.stream().sync.live())
            broke(*entry.product, entry.channel, GapCause::Restart, now, emit);
    }
    m_definitions.want(definitions, wanted.patience, m_restartFrom, now, emit.events(), m_gaps);
    m_restartFrom.reset();
    advance(now, emit);
    return {};
}

void Subscriptions::want(const Entry& entry, Emit& emit)
{
    Stream& stream = entry.stream();
    if (stream.wanted)
        return;
    if (m_restartFrom)
        openGap(entry, GapCause::Restart, *m_restartFrom, emit);
    stream.wanted = true;
    // What a recording showed before anybody wanted the stream is no part of it.
    if (stream.phase == Phase::Idle)
        stream.sync.ended();
}

void Subscriptions::opened(ConnectionId connection, Nanos now, Emit& emit)
{
    if (m_connection)
        closed(*m_connection, true, emit);
    m_connection = connection;
    // Whatever else is wanted: the venue closes a connection that has not subscribed to anything within five seconds, and
    // one that has nothing to say.
    emit.send(connection, std::string(kHeartbeats));
    advance(now, emit);
}

bool Subscriptions::closed(ConnectionId connection, bool gaps, Emit& emit)
{
    if (m_connection != connection)
        return false;
    m_connection.reset();
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        if (stream.sync.live() && gaps)
            openGap(entry, GapCause::Disconnect, m_lastFrame, emit);
        stream.sync.lost();
        stream.phase = Phase::Idle;
        stream.request = 0;
    });
    return true;
}

void Subscriptions::missed(GapCause cause, Nanos now, Emit& emit)
{
    forEach([&](const Entry& entry) {
        if (!entry.stream().sync.live())
            return;
        openGap(entry, cause, m_lastFrame, emit);
        entry.stream().sync.broke(now);
    });
    advance(now, emit);
}

void Subscriptions::advance(Nanos now, Emit& emit)
{
    if (m_definitions.ask(now))
        emit.request(productsPath());
    if (!m_connection)
        return;
    std::vector<Entry> start;
    std::vector<Entry> end;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        const bool due = stream.sync.due(now);
        if (!stream.wanted) {
            if (stream.phase != Phase::Idle && due)
                end.push_back(entry);
        } else if (due) {
            // Whatever state the venue may be in, an end comes first.
            (stream.phase != Phase::Idle ? end : start).push_back(entry);
        } else if (entry.channel == Channel::Trade && stream.sync.live() && now - stream.wholeAt >= kQuietTrades) {
            stream.gap.close(emit.events(), entry.product->subject(entry.channel), stream.wholeAt, GapRecovery::None);
        }
    });
    send(std::move(end), false, now, emit);
    send(std::move(start), true, now, emit);
}

void Subscriptions::send(std::vector<Entry> entries, bool subscribe, Nanos now, Emit& emit)
{
    while (!entries.empty()) {
        // One request takes all of a channel, but for those that were refused together with others.
        const Entry first = entries.front();
        const auto together = [&](const Entry& entry) {
            return entry.product == first.product || (!subscribe || (!entry.stream().alone && !first.stream().alone));
        };
        const auto rest = std::stable_partition(entries.begin(), entries.end(), [&](const Entry& entry) {
            return entry.channel == first.channel && together(entry);
        });
        const auto end = entries.begin() + std::min<std::ptrdiff_t>(rest - entries.begin(), kProductsAtOnce);
        json symbols = json::array();
        ++m_requests;
        for (auto entry = entries.begin(); entry != end; ++entry) {
            Stream& stream = entry->stream();
            symbols.push_back(entry->product->native);
            stream.phase = subscribe ? Phase::Subscribing : Phase::Unsubscribing;
            stream.request = m_requests;
            if (stream.wanted)
                stream.sync.requested(now);
            else
                stream.sync.ending(now);
        }
        emit.send(*m_connection, json{{"type", subscribe ? "subscribe" : "unsubscribe"},
                                      {"product_ids", std::move(symbols)},
                                      {"channel", requestName(first.channel)}}
                                     .dump());
        entries.erase(entries.begin(), end);
    }
}

void Subscriptions::active(std::span<const ActiveMessage> list, Nanos now, Emit& emit)
{
    if (!m_session)
        return;
    std::unordered_set<const Stream*> listed;
    for (const ActiveMessage& item : list) {
        const std::optional<Channel> channel = channelOf(item.channel);
        Product* product = channel ? m_products->find(item.symbol) : nullptr;
        if (product && !product->alias.empty())
            product = m_products->find(product->alias);
        if (product)
            listed.insert(&product->stream(*channel));
    }
    // The list says which requests the venue has heard: what is missing of these it has left out.
    std::unordered_set<std::uint64_t> heard;
    forEach([&](const Entry& entry) {
        if (entry.stream().phase == Phase::Subscribing && listed.contains(&entry.stream()))
            heard.insert(entry.stream().request);
    });
    std::vector<Entry> left;
    std::vector<Entry> ended;
    forEach([&](const Entry& entry) {
        Stream& stream = entry.stream();
        const bool on = listed.contains(&stream);
        switch (stream.phase) {
        case Phase::Idle:
        case Phase::Subscribing:
            if (on)
                subscribed(entry, now);
            else if (stream.phase == Phase::Subscribing && heard.contains(stream.request))
                left.push_back(entry);
            break;
        case Phase::Subscribed:
            if (!on)
                left.push_back(entry);
            break;
        case Phase::Unsubscribing:
            if (!on)
                ended.push_back(entry);
            break;
        }
    });
    for (const Entry& entry : left) {
        const std::string twin = dollarTwin(entry.product->native);
        const bool alias = std::ranges::any_of(list, [&](const ActiveMessage& item) {
            return item.channel == requestName(entry.channel) && item.symbol == twin;
        });
        Product* canonical = alias ? m_products->obtain(twin) : nullptr;
        if (canonical && entry.stream().wanted)
            redirect(*entry.product, *canonical, now, emit);
        else if (entry.stream().phase != Phase::Idle)  // not redirected with another channel
            dropped(entry, now, emit);
    }
    restart(std::move(ended), now, emit);
}

void Subscriptions::subscribed(const Entry& entry, Nanos now) noexcept
{
    Stream& stream = entry.stream();
    stream.phase = Phase::Subscribed;
    stream.request = 0;
    stream.alone = false;
    // Trades are whole from here on, also where there are none for a while; what came before may yet come as a snapshot.
    if (entry.channel == Channel::Trade && stream.wanted && !stream.sync.live()) {
        stream.sync.synced(now);
        stream.wholeAt = now;
    }
}

// Their ends have come: what is wanted begins anew.
void Subscriptions::restart(std::vector<Entry> ended, Nanos now, Emit& emit)
{
    for (const Entry& entry : ended) {
        Stream& stream = entry.stream();
        stream.phase = Phase::Idle;
        stream.request = 0;
        if (!stream.wanted)
            stream.sync.ended();
    }
    std::erase_if(ended, [](const Entry& entry) { return !entry.stream().wanted; });
    send(std::move(ended), true, now, emit);
}

// Neither asked for nor told: the venue does not send it.
void Subscriptions::dropped(const Entry& entry, Nanos now, Emit& emit)
{
    Stream& stream = entry.stream();
    if (stream.sync.live())
        openGap(entry, GapCause::Disconnect, std::max(stream.wholeAt, m_lastFrame), emit);
    stream.phase = Phase::Idle;
    stream.request = 0;
    stream.alone = true;
    if (!stream.wanted) {
        stream.sync.ended();
        return;
    }
    stream.sync.broke(now);
    stream.sync.refused(now);
    writeStatus(emit, entry.product->id, "subscription", "refused",
                std::string(requestName(entry.channel)).append(": left out by the venue"));
}

void Subscriptions::refused(std::string_view error, Nanos now, Emit& emit)
{
    const bool flooded = error.find("rate") != std::string_view::npos;
    // Answers come in the order of the requests, without their numbers.
    std::uint64_t oldest = 0;
    forEach([&](const Entry& entry) {
        const std::uint64_t request = entry.stream().request;
        if (request != 0 && (oldest == 0 || request < oldest))
            oldest = request;
    });
    std::vector<Entry> hit;
    forEach([&](const Entry& entry) {
        if (oldest != 0 && (flooded ? entry.stream().request != 0 : entry.stream().request == oldest))
            hit.push_back(entry);
    });
    std::string reason(error.empty() ? "refused"sv : error);
    if (!hit.empty()) {
        reason.append(", ").append(requestName(hit.front().channel)).append(" of ").append(hit.front().product->native);
        if (hit.size() > 1)
            reason.append(" and ").append(std::to_string(hit.size() - 1)).append(" more");
    }
    writeStatus(emit, hit.size() == 1 ? hit.front().product->id : m_venue, "subscription",
                flooded ? "rate_limited" : "refused", reason);
    std::vector<Entry> ended;
    for (const Entry& entry : hit) {
        Stream& stream = entry.stream();
        if (stream.phase == Phase::Unsubscribing && !flooded) {
            ended.push_back(entry);  // what the venue does not know is as good as ended
            continue;
        }
        // An end is asked for again; one bad name may have spoilt all of a request.
        if (stream.phase == Phase::Subscribing) {
            stream.phase = Phase::Idle;
            stream.alone = !flooded;
        }
        stream.request = 0;
        stream.sync.refused(now);
    }
    restart(std::move(ended), now, emit);
}

Product* Subscriptions::productOf(std::string_view native, Channel channel, Nanos now, Emit& emit)
{
    Product* product = m_products->find(native);
    if (!m_session)
        return product ? product : m_products->obtain(native);
    if (product && !product->alias.empty())
        return m_products->find(product->alias);
    if (product && (product->stream(channel).wanted || product->stream(channel).phase != Phase::Idle))
        return product;
    // What is wanted under the name of its twin in USDC may come under this one.
    Product* twin = native.ends_with("-USD") ? m_products->find(std::string(native).append("C")) : nullptr;
    if (!twin || !twin->alias.empty() || !twin->stream(channel).wanted)
        return product;
    if (!product)
        product = m_products->obtain(native);
    if (product)
        redirect(*twin, *product, now, emit);
    return product;
}

void Subscriptions::redirect(Product& product, Product& canonical, Nanos now, Emit& emit)
{
    if (&product == &canonical || !canonical.alias.empty() || product.alias == canonical.native)
        return;
    product.alias = canonical.native;
    bool moved = false;
    for (const Channel channel : kChannels) {
        Stream& from = product.stream(channel);
        Stream& to = canonical.stream(channel);
        if (from.wanted) {
            moved = true;
            from.gap.close(emit.events(), product.subject(channel), now, GapRecovery::None);
            if (!to.wanted) {
                to.sync = from.sync;
                to.phase = from.phase;
                to.wanted = true;
                to.alone = from.alone;
                to.request = from.request;
                to.wholeAt = from.wholeAt;
            }
        }
        from = {};
    }
    if (moved)
        emit.notice("coinbase: " + product.native + " is the book of " + canonical.native +
                    " and comes under that name");
}

void Subscriptions::synced(Product& product, Channel channel, Nanos now, GapRecovery recovered, Emit& emit)
{
    Stream& stream = product.stream(channel);
    if (stream.phase == Phase::Unsubscribing)
        return;  // it is about to end
    stream.sync.synced(now);
    stream.wholeAt = now;
    stream.gap.close(emit.events(), product.subject(channel), now, recovered);
}

void Subscriptions::broke(Product& product, Channel channel, GapCause cause, Nanos now, Emit& emit)
{
    const Entry entry{&product, channel};
    Stream& stream = entry.stream();
    if (!stream.sync.live())
        return;
    openGap(entry, cause, stream.wholeAt, emit);
    stream.sync.broke(now);
    if (m_connection && stream.wanted && stream.phase != Phase::Idle && stream.sync.due(now))
        send({entry}, false, now, emit);
}

void Subscriptions::save(StateWriter& out) const
{
    m_definitions.save(out);
    out.put(m_connection.has_value());
    out.put(m_connection.value_or(0));
    out.put(m_restartFrom.has_value());
    out.put(m_restartFrom.value_or(0));
    out.put(m_depth);
    out.put(m_session);
    out.put(m_requests);
    out.put(m_gaps);
    out.put(m_lastFrame);
}

void Subscriptions::load(StateReader& in)
{
    m_definitions.load(in);
    const bool connected = in.get<std::uint8_t>() != 0;
    const auto connection = in.get<ConnectionId>();
    m_connection = connected ? std::optional(connection) : std::nullopt;
    const bool restarted = in.get<std::uint8_t>() != 0;
    const auto from = in.get<Nanos>();
    m_restartFrom = restarted ? std::optional(from) : std::nullopt;
    m_depth = in.get<std::uint32_t>();
    m_session = in.get<std::uint8_t>() != 0;
    m_requests = in.get<std::uint64_t>();
    m_gaps = in.get<std::uint64_t>();
    m_lastFrame = in.get<Nanos>();
}

}  // namespace tickdeck::coinbase
