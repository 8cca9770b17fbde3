// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/decoder.h"

#include <unordered_set>

#include "engine/connectors/binance/answers.h"
#include "engine/connectors/binance/instruments.h"
#include "engine/connectors/binance/message.h"
#include "engine/connectors/binance/names.h"
#include "engine/connectors/binance/subscriptions.h"
#include "engine/connectors/binance/usual.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"
#include "engine/wire/market_events.h"

namespace tickdeck::binance {

namespace {

using wire::textIn;
using wire::toDecimal;

constexpr std::uint8_t kStateVersion = 1;
// Levels on each side. The venue tells every change at whatever depth and never a level again that comes back into view: far
// more than a snapshot holds are kept, so that what is cut off lies far from the touch.
constexpr std::size_t kMostDepth = 4000;

class BinanceDecoder final : public Decoder, SymbolWatch {
public:
    explicit BinanceDecoder(SymbolTable& symbols)
        : m_symbols(&symbols),
          m_venue(symbols.intern(kVenue, {}, {})),
          m_contracts(symbols),
          m_subscriptions(m_contracts, m_venue)
    {
    }

    [[nodiscard]] Result<> onFrame(const Frame& frame, Emit& emit) override;
    [[nodiscard]] Result<> onControl(const Control& control, Emit& emit) override;
    void save(std::string& out) const override;
    [[nodiscard]] Result<> load(std::string_view bytes) override;

private:
    void coming(std::string_view symbol) override;

    struct Change {
        BookKind kind = BookKind::Update;
        Tristate verified = Tristate::Unknown;
        std::uint64_t venueSeq = 0;
        Nanos time = kNoTime;
    };

    [[nodiscard]] Result<> onDepth(const DepthMessage& message, Emit& emit);
    [[nodiscard]] Result<> onSnapshot(const SnapshotMessage& snapshot, const RequestPath& path, Emit& emit);
    void join(Contract& contract, std::uint64_t last, Nanos time, Tristate verified, Emit& emit);
    void applyBook(Contract& contract, const Change& change, Emit& emit);
    void writeBook(Contract& contract, const Change& change, Emit& emit);
    void followBook(Contract& contract, Emit& emit);
    void onQuotes(std::span<const QuoteMessage> quotes, Emit& emit);
    void onTrades(std::span<const TradeMessage> trades, Emit& emit);
    void onMarks(std::span<const MarkMessage> marks, Emit& emit);
    void onForcedOrders(std::span<const ForcedOrderMessage> orders, Emit& emit);
    void onCandles(std::span<const CandleMessage> candles, Emit& emit);
    [[nodiscard]] Result<> onAnswered(const Control& control, Emit& emit);
    void onFailed(const Control& control, Emit& emit);
    void onInstruments(std::span<const InstrumentMessage> instruments, Emit& emit);
    void define(Contract& contract, Definition definition, Emit& emit);
    void writeInstrument(const Contract& contract, Emit& emit);
    void onClosed(const Control& control, Emit& emit);
    void publish(const Contract& contract, Emit& emit);
    void publishAll(Emit& emit);
    [[nodiscard]] Contract* contractOf(std::string_view native, Emit& emit);
    [[nodiscard]] Contract* contractOf(std::string_view native, Channel channel, Emit& emit);
    [[nodiscard]] BookTrack& trackOf(Contract& contract);
    void takeTime(Nanos time) noexcept
    {
        if (time != kNoTime)
            m_now = time;
    }

    SymbolTable* m_symbols;
    SymbolId m_venue;
    Contracts m_contracts;
    Subscriptions m_subscriptions;
    Nanos m_now = 0;  // of the input
    MessageReader m_reader;
    Message m_message;
    AnswerReader m_answerReader;
    Answer m_answer;
    book::OrderBook::Converted m_levels;
    Depth m_depth;
};

// The contract that market data is about; without a definition it is told once, when none is to be waited for. Null, and
// counted, where it is none of ours.
Contract* BinanceDecoder::contractOf(std::string_view native, Emit& emit)
{
    Contract* contract = m_subscriptions.contractOf(native);
    if (!contract) {
        emit.ignored("market data of an unknown contract");
        m_subscriptions.unknownContract(m_now);
    } else if (!contract->definition && !contract->told && m_subscriptions.definitionsKnown()) {
        contract->told = true;
        m_subscriptions.unknownContract(m_now);
        emit.notice("binance: no definition of " + contract->native + "; taken from its name as " +
                    m_symbols->name(contract->id).symbol + ", digits as sent");
    }
    return contract;
}

// The same of one stream's data. Null also where that is not wanted: the venue still tells what it was asked to end.
Contract* BinanceDecoder::contractOf(std::string_view native, Channel channel, Emit& emit)
{
    Contract* contract = contractOf(native, emit);
    if (!contract || m_subscriptions.takes(contract->stream(channel)))
        return contract;
    emit.ignored(std::string(enumName(channel)) + " that is not wanted");
    return nullptr;
}

BookTrack& BinanceDecoder::trackOf(Contract& contract)
{
    BookTrack& track = contract.ensureTrack();
    // Where the definition's digits do not fit the book, it goes on with those that were sent.
    if (contract.definition)
        static_cast<void>(contract.definition->increments.setPrecision(track.book));
    return track;
}

// Of many books few are in the cache: what the change will touch comes in while its levels are read.
void BinanceDecoder::coming(std::string_view symbol)
{
    constexpr std::size_t kTouched = 48;
    Contract* contract = m_contracts.find(symbol);
    if (!contract)
        return;
    const BookTrack* track = contract->track.get();
    __builtin_prefetch(track);
    __builtin_prefetch(&contract->stream(Channel::Book));
    __builtin_prefetch(&contract->stream(Channel::Book).wholeAt);
    if (!track)
        return;
    __builtin_prefetch(&track->version);
    __builtin_prefetch(&track->book.asks());
    track->book.prefetch(kTouched);
}

Result<> BinanceDecoder::onFrame(const Frame& frame, Emit& emit)
{
    takeTime(frame.receiveTime);
    TRY(m_reader.read(frame.bytes, m_message, this));
    switch (m_message.kind) {
    case MessageKind::Depth:
        for (const DepthMessage& message : m_message.depths)
            TRY(onDepth(message, emit));
        break;
    case MessageKind::Quote: onQuotes(m_message.quotes, emit); break;
    case MessageKind::Trade: onTrades(m_message.trades, emit); break;
    case MessageKind::Mark: onMarks(m_message.marks, emit); break;
    case MessageKind::ForcedOrder: onForcedOrders(m_message.orders, emit); break;
    case MessageKind::Candle: onCandles(m_message.candles, emit); break;
    case MessageKind::Reply:
        m_subscriptions.reply(frame.connection, m_message.reply, m_now, emit);
        if (!m_message.reply.refused)
            emit.ignored(m_message.name);
        break;
    case MessageKind::Ignored: emit.ignored(m_message.name); break;
    }
    m_subscriptions.seen(frame.connection, m_now);
    return {};
}

Result<> BinanceDecoder::onDepth(const DepthMessage& message, Emit& emit)
{
    using Verdict = book::ChainSync::Verdict;
    Contract* known = contractOf(message.symbol, emit);
    if (!known)
        return {};
    Contract& contract = *known;
    if (!m_subscriptions.takes(contract.stream(Channel::Book))) {
        emit.ignored("depth of a book that is not wanted");
        return {};
    }
    BookTrack& track = trackOf(contract);
    // Also of a change that has to wait, so that what does not fit is told of the frame that it came with.
    if (Result<> converted = track.book.convert(message.bids, message.asks, m_levels); !converted) {
        converted.error().offset = message.offset;
        return converted;
    }
    if (message.partial) {
        join(contract, message.ids.last, message.time, Tristate::Unknown, emit);
        return {};
    }
    const bool wanted = contract.stream(Channel::Book).wanted;
    Change change{BookKind::Update, Tristate::Yes, message.ids.last, message.time};
    const Verdict verdict = track.chain.take(message.ids);
    switch (verdict) {
    case Verdict::Next:
        applyBook(contract, change, emit);
        followBook(contract, emit);
        break;
    case Verdict::Old: emit.ignored("depth seen before"); return {};
    case Verdict::Kept:
    case Verdict::Broken:
        track.chain.keep(message.ids, message.time, message.bids, message.asks);
        if (!wanted) {
            change.verified = verdict == Verdict::Broken ? Tristate::No : Tristate::Unknown;
            writeBook(contract, change, emit);
        }
        if (verdict == Verdict::Kept)
            return {};
        m_subscriptions.broke(contract, GapCause::Sequence, m_now, emit);
        break;
    }
    if (emit.wantsDepth())
        publish(contract, emit);
    return {};
}

// A snapshot, whose levels are converted, takes the book's place, if it joins what is known; what waited for it follows.
void BinanceDecoder::join(Contract& contract, std::uint64_t last, Nanos time, Tristate verified, Emit& emit)
{
    using Joined = book::ChainSync::Joined;
    BookTrack& track = *contract.track;
    const std::size_t waited = track.chain.waiting().size();
    switch (track.chain.snapshot(last)) {
    case Joined::Yes: break;
    case Joined::Overtaken:  // live without it
        m_subscriptions.snapshotCame(contract);
        emit.ignored("snapshot overtaken by changes");
        return;
    case Joined::TooOld:
        m_subscriptions.snapshotRefused(contract, m_now);
        emit.ignored("snapshot older than the changes");
        return;
    }
    const bool wanted = contract.stream(Channel::Book).wanted;
    for (std::size_t i = track.chain.waiting().size(); wanted && i < waited; ++i)
        emit.ignored("depth older than its snapshot");
    track.book.clear();
    track.book.setDepth(kMostDepth);
    applyBook(contract, {BookKind::Snapshot, verified, last, time}, emit);
    for (const book::ChainSync::Waiting& change : track.chain.waiting()) {
        // It fitted when it came, and the scales have not been lowered; what the snapshot's finer scale makes of it, the
        // caller has tried.
        if (!track.book.convert(change.bids, change.asks, m_levels))
            continue;
        applyBook(contract, {BookKind::Update, Tristate::Yes, change.ids.last, change.time}, emit);
    }
    track.chain.clearWaiting();
    m_subscriptions.synced(contract, Channel::Book, m_now, GapRecovery::Snapshot, emit);
    followBook(contract, emit);
    if (emit.wantsDepth())
        publish(contract, emit);
}

Result<> BinanceDecoder::onSnapshot(const SnapshotMessage& snapshot, const RequestPath& path, Emit& emit)
{
    const std::string_view native = path.symbol.empty() ? snapshot.symbol : std::string_view(path.symbol);
    if (native.empty())
        return fail(ErrorCode::Malformed, "a snapshot of no symbol", Remedy::None, 0);
    Contract* known = contractOf(native, emit);
    if (!known)
        return {};
    Contract& contract = *known;
    BookTrack& track = trackOf(contract);
    if (!m_subscriptions.takes(contract.stream(Channel::Book))) {
        m_subscriptions.snapshotCame(contract);
        emit.ignored("snapshot of a book that is not wanted");
        return {};
    }
    if (!m_subscriptions.takesSnapshot(contract)) {
        m_subscriptions.snapshotCame(contract);
        emit.ignored("snapshot of an earlier subscription");
        return {};
    }
    const auto converted = [&](std::span<const book::WireLevel> bids, std::span<const book::WireLevel> asks) {
        Result<> result = track.book.convert(bids, asks, m_levels);
        if (!result) {
            m_subscriptions.snapshotRefused(contract, m_now);
            result.error().offset = snapshot.offset;
        }
        return result;
    };
    // Everything is tried before anything is applied; the last conversion is the one that is used.
    TRY(converted(snapshot.bids, snapshot.asks));
    for (const book::ChainSync::Waiting& change : track.chain.waiting())
        TRY(converted(change.bids, change.asks));
    TRY(converted(snapshot.bids, snapshot.asks));
    join(contract, snapshot.lastUpdateId, snapshot.time, Tristate::Yes, emit);
    return {};
}

void BinanceDecoder::applyBook(Contract& contract, const Change& change, Emit& emit)
{
    BookTrack& track = *contract.track;
    track.book.apply(m_levels);
    if (emit.wantsDepth())
        track.book.prefetchTop();
    writeBook(contract, change, emit);
}

void BinanceDecoder::writeBook(Contract& contract, const Change& change, Emit& emit)
{
    BookTrack& track = *contract.track;
    track.verified = change.verified;
    track.exchangeTime = change.time;
    ++track.version;
    BatchBuilder& events = emit.events();
    const auto bytes = [](const std::vector<Level>& levels) {
        return BatchBuilder::room(levels.size() * sizeof(Level));
    };
    Book& event = events.add<Book>(contract.id, change.time, bytes(m_levels.bids) + bytes(m_levels.asks));
    event.kind = change.kind;
    event.version = track.version;
    event.verified = change.verified;
    event.venueSeq = static_cast<std::int64_t>(change.venueSeq);
    for (Levels* levels : {&event.bids, &event.asks}) {
        levels->priceScale = track.book.priceScale();
        levels->quantityScale = track.book.quantityScale();
    }
    events.setList(event.bids.list, std::span<const Level>(m_levels.bids));
    events.setList(event.asks.list, std::span<const Level>(m_levels.asks));
}

// What the book's new state means for its stream.
void BinanceDecoder::followBook(Contract& contract, Emit& emit)
{
    BookTrack& track = *contract.track;
    Stream& stream = contract.stream(Channel::Book);
    if (!stream.sync.live())
        return;
    if (!stream.sync.crossedTooLong(track.book.crossed(), m_now)) {
        stream.whole(m_now);
        return;
    }
    track.chain.dropSnapshot();
    m_subscriptions.broke(contract, GapCause::Crossed, m_now, emit);
}

void BinanceDecoder::onQuotes(std::span<const QuoteMessage> quotes, Emit& emit)
{
    for (const QuoteMessage& message : quotes) {
        Contract* known = contractOf(message.symbol, Channel::Ticker, emit);
        if (!known)
            continue;
        Contract& contract = *known;
        Stream& stream = contract.stream(Channel::Ticker);
        // Numbers that begin anew come with later times.
        if (stream.sync.live() && message.updateId <= contract.quoteId && message.time <= contract.quoteTime) {
            emit.ignored("quote seen before");
            continue;
        }
        contract.quoteId = message.updateId;
        contract.quoteTime = message.time;
        wire::writeQuote(emit.events(), contract.id, message);
        stream.whole(m_now);
    }
}

void BinanceDecoder::onTrades(std::span<const TradeMessage> trades, Emit& emit)
{
    using Verdict = book::TradesSeen::Verdict;
    for (const TradeMessage& message : trades) {
        Contract* known = contractOf(message.symbol, Channel::Trade, emit);
        if (!known)
            continue;
        Contract& contract = *known;
        Stream& stream = contract.stream(Channel::Trade);
        const Verdict verdict = message.aggregate ? contract.trades.note(message.tradeId) : Verdict::New;
        if (verdict == Verdict::Twice) {
            emit.ignored("trade seen before");
            continue;
        }
        // Numbers are counted only where a subscription is known: a recording may be made of pieces.
        if (verdict == Verdict::Jump)
            m_subscriptions.missed(contract, Channel::Trade, m_now, emit);
        constexpr std::size_t kMostDigits = 20;
        Trade& trade = emit.events().add<Trade>(contract.id, message.time, BatchBuilder::room(kMostDigits));
        trade.price = toDecimal(message.price);
        trade.quantity = toDecimal(message.quantity);
        trade.side = message.side;
        emit.events().setText(trade.tradeId, std::to_string(message.tradeId));
        stream.whole(m_now);
    }
}

void BinanceDecoder::onMarks(std::span<const MarkMessage> marks, Emit& emit)
{
    for (const MarkMessage& message : marks) {
        Contract* known = contractOf(message.symbol, Channel::Mark, emit);
        if (!known)
            continue;
        Contract& contract = *known;
        Mark& mark = emit.events().add<Mark>(contract.id, message.time);
        mark.markPrice = toDecimal(message.mark);
        if (message.index)
            mark.indexPrice = toDecimal(*message.index);
        if (message.rate) {
            Funding& funding = emit.events().add<Funding>(contract.id, message.time);
            funding.rate = toDecimal(*message.rate);
            if (message.nextFunding != kNoTime)
                funding.nextFundingTime = message.nextFunding;
        }
        contract.stream(Channel::Mark).whole(m_now);
    }
}

void BinanceDecoder::onForcedOrders(std::span<const ForcedOrderMessage> orders, Emit& emit)
{
    for (const ForcedOrderMessage& message : orders) {
        Contract* known = contractOf(message.symbol, Channel::ForcedOrder, emit);
        if (!known)
            continue;
        Contract& contract = *known;
        ForcedOrder& order =
            emit.events().add<ForcedOrder>(contract.id, message.time, BatchBuilder::room(message.status.size()));
        order.side = message.side;
        order.price = message.price;
        order.quantity = message.quantity;
        if (message.average)
            order.averagePrice = *message.average;
        if (message.filled)
            order.filled = *message.filled;
        emit.events().setText(order.status, message.status);
        contract.stream(Channel::ForcedOrder).whole(m_now);
    }
}

void BinanceDecoder::onCandles(std::span<const CandleMessage> candles, Emit& emit)
{
    for (const CandleMessage& message : candles) {
        Contract* known = contractOf(message.symbol, Channel::Candle, emit);
        if (!known)
            continue;
        Contract& contract = *known;
        Candle& candle = emit.events().add<Candle>(contract.id, message.time);
        candle.open = message.open;
        candle.high = message.high;
        candle.low = message.low;
        candle.close = message.close;
        candle.volume = message.volume;
        candle.interval = message.interval;
        candle.openTime = message.openTime;
        candle.closeTime = message.closeTime;
        candle.trades = message.trades;
        candle.closed = message.closed;
        candle.built = BuiltBy::Venue;
        contract.stream(Channel::Candle).whole(m_now);
    }
}

Result<> BinanceDecoder::onAnswered(const Control& control, Emit& emit)
{
    const Result<> read = m_answerReader.read(control.payload, m_answer);
    if (!read) {
        // Whatever it was about is asked for again.
        if (Contract* contract = m_contracts.find(m_answer.path.symbol))
            m_subscriptions.snapshotRefused(*contract, m_now);
        else if (m_answer.path.kind == RequestPath::Kind::Instruments)
            m_subscriptions.definitionsRefused(m_now);
        return read;
    }
    switch (m_answer.path.kind) {
    case RequestPath::Kind::Depth: TRY(onSnapshot(m_answer.snapshot, m_answer.path, emit)); break;
    case RequestPath::Kind::Instruments: onInstruments(m_answer.instruments, emit); break;
    case RequestPath::Kind::Other: emit.ignored("answer to an unknown request"); break;
    }
    return {};
}

void BinanceDecoder::onFailed(const Control& control, Emit& emit)
{
    constexpr int kBanned = 418;
    constexpr int kTooMany = 429;
    // A payload that is none names no request.
    if (!m_answerReader.read(control.payload, m_answer))
        m_answer.error = "no answer";
    const RequestPath& path = m_answer.path;
    Contract* contract = path.kind == RequestPath::Kind::Depth ? m_contracts.find(path.symbol) : nullptr;
    if (contract)
        m_subscriptions.snapshotRefused(*contract, m_now);
    else if (path.kind == RequestPath::Kind::Instruments)
        m_subscriptions.definitionsRefused(m_now);
    std::string reason(m_answer.request);
    if (m_answer.status != 0)
        reason.append(": status ").append(std::to_string(m_answer.status));
    reason.append(": ").append(m_answer.error);
    writeStatus(emit, contract ? contract->id : m_venue, "request",
                m_answer.status == kBanned    ? "banned"
                : m_answer.status == kTooMany ? "rate_limited"
                                              : "failed",
                reason);
}

void BinanceDecoder::onInstruments(std::span<const InstrumentMessage> instruments, Emit& emit)
{
    // A list without any is no list: the venue does not stop everything at once.
    if (instruments.empty()) {
        m_subscriptions.definitionsRefused(m_now);
        emit.ignored("empty list of instruments");
        return;
    }
    std::unordered_set<const Contract*> listed;
    for (const InstrumentMessage& message : instruments) {
        Contract* contract = m_contracts.obtain(message.symbol);
        if (!contract) {
            emit.ignored("definition of a contract too many");
            continue;
        }
        listed.insert(contract);
        define(*contract, Definition(message), emit);
    }
    for (Contract& contract : m_contracts.all()) {
        if (!contract.definition || listed.contains(&contract))
            continue;
        Definition gone = *contract.definition;
        gone.status = "REMOVED";
        define(contract, std::move(gone), emit);
    }
    m_subscriptions.definitionsCame(m_now, emit);
}

void BinanceDecoder::define(Contract& contract, Definition definition, Emit& emit)
{
    if (contract.definition == definition)
        return;
    const std::string before = contract.definition ? contract.definition->status : definition.status;
    contract.definition = std::move(definition);
    writeInstrument(contract, emit);
    if (contract.definition->status != before)
        writeStatus(emit, contract.id, "instrument", contract.definition->status, "was " + before);
}

void BinanceDecoder::writeInstrument(const Contract& contract, Emit& emit)
{
    const Definition& definition = *contract.definition;
    const SymbolParts parts = partsOf(contract.native);
    // The name says what the definition leaves out.
    const auto either = [](const std::string& said, std::string_view name) {
        return said.empty() ? name : std::string_view(said);
    };
    const std::string_view base = either(definition.base, parts.base);
    const std::string_view quote = either(definition.quote, parts.quote);
    const std::string_view settlement = either(definition.margin, quote);
    BatchBuilder& events = emit.events();
    Instrument& event = events.add<Instrument>(contract.id, kNoTime,
                                               BatchBuilder::room(base.size()) + BatchBuilder::room(quote.size()) +
                                                   BatchBuilder::room(settlement.size()) +
                                                   BatchBuilder::room(definition.status.size()));
    const bool dated = !parts.date.empty();
    event.kind = dated ? InstrumentKind::Future : InstrumentKind::Perpetual;
    event.inverse = settlement == base;
    event.multiplier = Decimal(multiplierOf(base), 0);
    events.setText(event.base, base);
    events.setText(event.quote, quote);
    events.setText(event.settlement, settlement);
    events.setText(event.status, definition.status);
    definition.increments.write(event);
    if (dated && definition.delivery != kNoTime)  // a perpetual's is in the year 2100
        event.expiry = definition.delivery;
}

Result<> BinanceDecoder::onControl(const Control& control, Emit& emit)
{
    takeTime(control.receiveTime);
    switch (control.kind) {
    case ControlKind::Started: return m_subscriptions.started(control.payload);
    case ControlKind::Wanted: TRY(m_subscriptions.wanted(control.payload, m_now, emit)); break;
    case ControlKind::Opened:
        writeStatus(emit, m_venue, "connection", "open", textIn(control.payload, "url"));
        m_subscriptions.opened(control.connection, m_now, emit);
        break;
    case ControlKind::Closed: onClosed(control, emit); break;
    case ControlKind::Answered:
        TRY(onAnswered(control, emit));
        m_subscriptions.advance(m_now, emit);
        return {};
    case ControlKind::Failed:
        onFailed(control, emit);
        m_subscriptions.advance(m_now, emit);
        return {};
    case ControlKind::Tick: m_subscriptions.advance(m_now, emit); return {};
    case ControlKind::Overflow: m_subscriptions.overflowed(control.connection, emit); break;
    default:  // nothing that this venue reacts to
        return {};
    }
    publishAll(emit);
    return {};
}

void BinanceDecoder::onClosed(const Control& control, Emit& emit)
{
    const std::string state = textIn(control.payload, "state");
    const std::string name = textIn(control.payload, "name");
    std::string reason = textIn(control.payload, "reason");
    if (!name.empty())
        reason.insert(0, name + ": ");
    writeStatus(emit, m_venue, "connection", state.empty() ? "closed"sv : state, reason);
    // After a stop on purpose the next run begins with a gap of cause `restart` from the last batch on.
    m_subscriptions.closed(control.connection, state != "stopped", emit);
}

void BinanceDecoder::publish(const Contract& contract, Emit& emit)
{
    const BookTrack& track = *contract.track;
    track.book.top(m_depth);
    m_depth.version = track.version;
    m_depth.exchangeTime = track.exchangeTime;
    m_depth.receiveTime = m_now;
    m_depth.symbol = contract.id;
    m_depth.state = contract.stream(Channel::Book).sync.state();
    m_depth.verified = track.verified;
    emit.publish(m_depth);
}

// After a control: the states of the books have changed, not their levels.
void BinanceDecoder::publishAll(Emit& emit)
{
    if (!emit.wantsDepth())
        return;
    for (const Contract& contract : m_contracts.all())
        if (contract.track)
            publish(contract, emit);
}

void BinanceDecoder::save(std::string& out) const
{
    StateWriter writer(out);
    writer.put(kStateVersion);
    writer.put(m_now);
    m_contracts.save(writer);
    m_subscriptions.save(writer);
}

Result<> BinanceDecoder::load(std::string_view bytes)
{
    StateReader reader(bytes);
    if (reader.get<std::uint8_t>() != kStateVersion)
        return fail(ErrorCode::Corrupt, "saved state of another version");
    m_now = reader.get<Nanos>();
    m_contracts.load(reader);
    m_subscriptions.load(reader);
    return reader.finish();
}

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols) { return std::make_unique<BinanceDecoder>(symbols); }

}  // namespace tickdeck::binance
