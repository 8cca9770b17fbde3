// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/decoder.h"

#include <algorithm>

#include "engine/connectors/kraken/instruments.h"
#include "engine/connectors/kraken/message.h"
#include "engine/connectors/kraken/subscriptions.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/book_events.h"
#include "engine/wire/market_events.h"
#include "engine/wire/venue_decoder.h"

namespace tickdeck::kraken {

namespace {

using wire::toDecimal;

constexpr std::uint8_t kStateVersion = 3;

// Kraken's depths; a book is cut to the smallest that holds its snapshot.
std::size_t depthOf(std::size_t levels) noexcept
{
    constexpr std::array<std::size_t, 5> kDepths = {10, 25, 100, 500, 1000};
    const auto fits = std::ranges::lower_bound(kDepths, levels);
    return fits != kDepths.end() ? *fits : kDepths.back();
}

class KrakenDecoder final : public wire::VenueDecoder {
public:
    explicit KrakenDecoder(SymbolTable& symbols)
        : VenueDecoder(symbols, kVenue, kStateVersion), m_pairs(symbols), m_subscriptions(m_pairs, venue())
    {
    }

    [[nodiscard]] Result<> onFrame(const Frame& frame, Emit& emit) override;
    [[nodiscard]] Result<> onControl(const Control& control, Emit& emit) override;

private:
    void saveState(StateWriter& out) const override;
    void loadState(StateReader& in) override;
    [[nodiscard]] Result<> onBooks(std::span<const BookMessage> messages, bool snapshot, Emit& emit);
    [[nodiscard]] Result<> convert(const BookMessage& message, BookTrack& track);
    void applyBook(const BookMessage& message, Pair& pair, bool snapshot, Emit& emit);
    void followBook(Pair& pair, bool snapshot, Emit& emit);
    void onTrades(std::span<const TradeMessage> trades, bool snapshot, Emit& emit);
    void onTickers(std::span<const TickerMessage> tickers, Emit& emit);
    void onPairs(std::span<const PairMessage> pairs, bool snapshot, Emit& emit);
    void writeInstrument(const Pair& pair, Emit& emit);
    void onStatus(const StatusMessage& status, Emit& emit);
    void onClosed(const Control& control, Emit& emit);
    [[nodiscard]] Pair* pairOf(std::string_view native, Channel channel, Emit& emit);

    Pairs m_pairs;
    Subscriptions m_subscriptions;
    MessageReader m_reader;
    Message m_message;
    book::OrderBook::Converted m_levels;
    wire::Depths m_depths;
};

// The pair that a stream's data is about; without a definition it is told once. Null, and counted, where it is none of ours
// or not wanted: the venue still tells what it was asked to end.
Pair* KrakenDecoder::pairOf(std::string_view native, Channel channel, Emit& emit)
{
    Pair* pair = m_subscriptions.pairOf(native);
    if (!pair)
        emit.ignored("market data of an unknown pair");
    if (pair && !m_subscriptions.takes(pair->stream(channel))) {
        emit.ignored(std::string(enumName(channel)) + " that is not wanted");
        return nullptr;
    }
    if (pair && !pair->definition && !pair->told) {
        pair->told = true;
        tellUndefined(pair->native, pair->id, emit);
    }
    return pair;
}

Result<> KrakenDecoder::onFrame(const Frame& frame, Emit& emit)
{
    takeTime(frame.receiveTime);
    TRY(m_reader.read(frame.bytes, m_message));
    switch (m_message.kind) {
    case MessageKind::Book: TRY(onBooks(m_message.books, m_message.snapshot, emit)); break;
    case MessageKind::Trade: onTrades(m_message.trades, m_message.snapshot, emit); break;
    case MessageKind::Ticker: onTickers(m_message.tickers, emit); break;
    case MessageKind::Instrument: onPairs(m_message.pairs, m_message.snapshot, emit); break;
    case MessageKind::Status:
        onStatus(m_message.status, emit);
        emit.alive(frame.connection);
        break;
    case MessageKind::Heartbeat:
        emit.alive(frame.connection);
        emit.ignored(m_message.name);
        break;
    case MessageKind::Reply:
        m_subscriptions.reply(m_message.reply, now(), emit);
        if (m_message.reply.error.empty())
            emit.ignored(m_message.name);
        break;
    case MessageKind::Ignored: emit.ignored(m_message.name); break;
    }
    m_subscriptions.seen(now());
    return {};
}

Result<> KrakenDecoder::convert(const BookMessage& message, BookTrack& track)
{
    Result<> converted = track.book.convert(message.bids, message.asks, m_levels);
    if (!converted)
        converted.error().offset = message.offset;
    return converted;
}

Result<> KrakenDecoder::onBooks(std::span<const BookMessage> messages, bool snapshot, Emit& emit)
{
    // Every element is tried before the first is applied, so that a bad one leaves no book half changed. A second
    // conversion cannot fail: the scales are as fine as any element needs by then.
    for (const BookMessage& message : messages) {
        Pair* pair = pairOf(message.symbol, Channel::Book, emit);
        if (!pair)
            continue;
        BookTrack& track = pair->ensureTrack();
        if (pair->definition)
            TRY(pair->definition->increments.setPrecision(track.book));
        TRY(convert(message, track));
    }
    for (const BookMessage& message : messages) {
        Pair* pair = m_pairs.find(message.symbol);
        if (!pair || !m_subscriptions.takes(pair->stream(Channel::Book)))
            continue;
        if (messages.size() > 1)
            TRY(convert(message, *pair->track));
        applyBook(message, *pair, snapshot, emit);
        followBook(*pair, snapshot, emit);
        m_depths.publish(*pair, now(), emit);
    }
    return {};
}

void KrakenDecoder::applyBook(const BookMessage& message, Pair& pair, bool snapshot, Emit& emit)
{
    BookTrack& track = *pair.track;
    if (snapshot) {
        const std::uint32_t subscribed = pair.stream(Channel::Book).depth;
        track.book.clear();
        track.book.setDepth(subscribed ? subscribed : depthOf(std::max(message.bids.size(), message.asks.size())));
        track.based = true;
    }
    track.verified = Tristate::Unknown;
    if (track.based) {
        track.book.apply(m_levels);
        if (emit.wantsDepth())
            track.book.prefetchTop();
        if (message.checksum)
            track.verified = track.book.checksum() == *message.checksum ? Tristate::Yes : Tristate::No;
    }
    track.exchangeTime = message.time;
    wire::writeBook(emit.events(), pair.id, snapshot ? BookKind::Snapshot : BookKind::Update, track.book, m_levels, {},
                    track);
}

// What the book's new state means for its stream.
void KrakenDecoder::followBook(Pair& pair, bool snapshot, Emit& emit)
{
    const BookTrack& track = *pair.track;
    Stream& stream = pair.stream(Channel::Book);
    if (track.verified == Tristate::No) {
        if (snapshot)
            stream.sync.synced(now());  // the answer came, and is wrong: back off before the next
        m_subscriptions.broke(pair, Channel::Book, GapCause::Checksum, now(), emit);
        return;
    }
    if (snapshot)
        m_subscriptions.synced(pair, Channel::Book, now(), GapRecovery::Snapshot, emit);
    if (!stream.sync.live())
        return;
    if (stream.sync.crossedTooLong(track.book.crossed(), now()))
        m_subscriptions.broke(pair, Channel::Book, GapCause::Crossed, now(), emit);
    else
        stream.wholeAt = now();
}

void KrakenDecoder::onTrades(std::span<const TradeMessage> trades, bool snapshot, Emit& emit)
{
    // A snapshot is the last 50 trades: it fills a gap when it reaches back to what was seen.
    bool reachesBack = false;
    if (snapshot && !trades.empty()) {
        const auto oldest = std::ranges::min_element(trades, {}, &TradeMessage::tradeId);
        const Pair* pair = m_pairs.find(trades.front().symbol);
        reachesBack = pair && pair->trades.reachedBy(oldest->tradeId);
    }
    for (const TradeMessage& message : trades) {
        Pair* known = pairOf(message.symbol, Channel::Trade, emit);
        if (!known)
            continue;
        Pair& pair = *known;
        Stream& stream = pair.stream(Channel::Trade);
        const TradesSeen::Verdict verdict = pair.trades.note(message.tradeId);
        if (verdict == TradesSeen::Verdict::Twice) {
            emit.ignored("trade seen before");
            continue;
        }
        Trade& trade = emit.events().add<Trade>(pair.id, message.time, BatchBuilder::room(20));
        trade.price = toDecimal(message.price);
        trade.quantity = toDecimal(message.quantity);
        trade.side = message.side;
        trade.backfilled = snapshot;
        emit.events().setText(trade.tradeId, std::to_string(message.tradeId));
        // Numbers are counted only where a subscription is known: a recording may be made of pieces.
        if (verdict == TradesSeen::Verdict::Jump && !snapshot && stream.sync.live())
            m_subscriptions.broke(pair, Channel::Trade, GapCause::Sequence, now(), emit);
        else if (stream.sync.live())
            stream.wholeAt = now();
    }
    if (!snapshot || trades.empty())
        return;
    if (Pair* pair = m_pairs.find(trades.front().symbol); pair && m_subscriptions.takes(pair->stream(Channel::Trade)))
        m_subscriptions.synced(*pair, Channel::Trade, now(), reachesBack ? GapRecovery::Backfill : GapRecovery::None,
                               emit);
}

void KrakenDecoder::onTickers(std::span<const TickerMessage> tickers, Emit& emit)
{
    for (const TickerMessage& message : tickers) {
        Pair* pair = pairOf(message.symbol, Channel::Ticker, emit);
        if (!pair)
            continue;
        wire::writeQuote(emit.events(), pair->id, message);
        Stream& stream = pair->stream(Channel::Ticker);
        if (!stream.sync.live())
            m_subscriptions.synced(*pair, Channel::Ticker, now(), GapRecovery::Snapshot, emit);
        stream.wholeAt = now();
    }
}

void KrakenDecoder::onPairs(std::span<const PairMessage> pairs, bool snapshot, Emit& emit)
{
    for (const PairMessage& message : pairs) {
        Pair* pair = m_pairs.obtain(message.symbol);
        if (!pair) {
            emit.ignored("definition of a pair too many");
            continue;
        }
        Definition definition(message);
        if (pair->definition == definition)
            continue;
        pair->definition = std::move(definition);
        writeInstrument(*pair, emit);
    }
    if (snapshot)
        m_subscriptions.instrumentsSynced(now(), emit);
}

void KrakenDecoder::writeInstrument(const Pair& pair, Emit& emit)
{
    const Definition& definition = *pair.definition;
    const std::string_view native = pair.native;
    const std::size_t slash = native.find('/');
    // The name says what the definition leaves out.
    const std::string_view base = definition.base.empty() ? native.substr(0, slash) : std::string_view(definition.base);
    const std::string_view quote = !definition.quote.empty() || slash == std::string_view::npos
                                       ? std::string_view(definition.quote)
                                       : native.substr(slash + 1);
    BatchBuilder& events = emit.events();
    Instrument& event = events.add<Instrument>(pair.id, kNoTime,
                                               BatchBuilder::room(base.size()) + 2 * BatchBuilder::room(quote.size()) +
                                                   BatchBuilder::room(definition.status.size()));
    event.kind = InstrumentKind::Spot;
    events.setText(event.base, base);
    events.setText(event.quote, quote);
    events.setText(event.settlement, quote);
    events.setText(event.status, definition.status);
    definition.increments.write(event);
}

void KrakenDecoder::onStatus(const StatusMessage& status, Emit& emit)
{
    std::string reason;
    if (!status.version.empty())
        reason.append("version ").append(status.version);
    if (!status.connectionId.empty())
        reason.append(reason.empty() ? "" : ", ").append("connection ").append(status.connectionId);
    writeStatus(emit, venue(), "venue", status.system, reason);
}

Result<> KrakenDecoder::onControl(const Control& control, Emit& emit)
{
    takeTime(control.receiveTime);
    switch (control.kind) {
    case ControlKind::Started: return m_subscriptions.started(control.payload);
    case ControlKind::Wanted: TRY(m_subscriptions.wanted(control.payload, now(), emit)); break;
    case ControlKind::Opened:
        tellOpened(control, emit);
        m_subscriptions.opened(control.connection, now(), emit);
        break;
    case ControlKind::Closed: onClosed(control, emit); break;
    case ControlKind::Tick: m_subscriptions.advance(now(), emit); return {};
    case ControlKind::Overflow: m_subscriptions.overflowed(control.connection, now(), emit); break;
    default:  // nothing that this venue reacts to
        return {};
    }
    m_depths.publishAll(m_pairs, now(), emit);
    return {};
}

void KrakenDecoder::onClosed(const Control& control, Emit& emit)
{
    if (!m_subscriptions.closed(control.connection, tellClosed(control, false, emit), emit))
        return;
    for (Pair& pair : m_pairs.all())
        if (pair.track)
            pair.track->based = false;  // the next connection begins with a snapshot
}

void KrakenDecoder::saveState(StateWriter& out) const
{
    m_pairs.save(out);
    m_subscriptions.save(out);
}

void KrakenDecoder::loadState(StateReader& in)
{
    m_pairs.load(in);
    m_subscriptions.load(in);
}

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols) { return std::make_unique<KrakenDecoder>(symbols); }

}  // namespace tickdeck::kraken
