// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/decoder.h"

#include <unordered_set>

#include "engine/connectors/deribit/instruments.h"
#include "engine/connectors/deribit/message.h"
#include "engine/connectors/deribit/subscriptions.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/book_events.h"
#include "engine/wire/venue_decoder.h"

namespace tickdeck::deribit {

namespace {

constexpr std::uint8_t kStateVersion = 1;
// Levels on each side: far more than the venue's fullest books have.
constexpr std::size_t kMostDepth = 10'000;

template <class T>
void put(Nullable<T>& out, const std::optional<T>& value)
{
    if (value)
        out = *value;
}

// From percent points. Nothing for 0, which the venue says where there is no quote.
std::optional<Decimal> fraction(const std::optional<Decimal>& points)
{
    if (!points || points->isZero())
        return {};
    const Result<Decimal> out = points->times(Decimal(1, 2));
    return out ? std::optional(*out) : std::nullopt;
}

class DeribitDecoder final : public wire::VenueDecoder {
public:
    explicit DeribitDecoder(SymbolTable& symbols)
        : VenueDecoder(symbols, kVenue, kStateVersion), m_contracts(symbols), m_subscriptions(m_contracts, venue())
    {
    }

    [[nodiscard]] Result<> onFrame(const Frame& frame, Emit& emit) override;
    [[nodiscard]] Result<> onControl(const Control& control, Emit& emit) override;

private:
    void saveState(StateWriter& out) const override;
    void loadState(StateReader& in) override;
    void onTicker(const TickerMessage& message, Emit& emit);
    void writeOption(const Contract& contract, const TickerMessage& message, Emit& emit);
    void writeQuote(const Contract& contract, const TickerMessage& message, Emit& emit);
    void onQuote(const TickerMessage& message, Emit& emit);
    [[nodiscard]] Result<> onBook(const BookMessage& message, Emit& emit);
    void tellBook(const Contract& contract, const BookMessage& message, BookKind kind, Tristate verified, Emit& emit);
    void followBook(Contract& contract, Emit& emit);
    void onTrades(std::span<const TradeMessage> trades, Emit& emit);
    void onVolIndex(const VolIndexMessage& message, Emit& emit);
    void onReply(Emit& emit);
    void onInstruments(std::span<const InstrumentMessage> instruments, std::string_view currency, Emit& emit);
    void define(Contract& contract, Definition definition, Emit& emit);
    void tellState(Contract& contract, std::string_view state, Emit& emit);
    void writeInstrument(const Contract& contract, Emit& emit);
    [[nodiscard]] Contract* contractOf(std::string_view native, Channel channel, Emit& emit);

    Contracts m_contracts;
    Subscriptions m_subscriptions;
    MessageReader m_reader;
    Message m_message;
    book::OrderBook::Converted m_levels;
    wire::Depths m_depths;
};

// The instrument that a stream's data is about; without a definition it is told once. Null, and counted, for a combo, whose
// trades are told of its legs as well, and where it is none of ours or not wanted.
Contract* DeribitDecoder::contractOf(std::string_view native, Channel channel, Emit& emit)
{
    Contract* contract = m_subscriptions.contractOf(native);
    if (!contract) {
        emit.ignored("market data of an unknown instrument");
        return nullptr;
    }
    if (contract->parts.kind == Kind::Combo ||
        (contract->parts.kind == Kind::Index) != (channel == Channel::VolIndex)) {
        emit.ignored("combo");
        return nullptr;
    }
    if (!m_subscriptions.takes(*contract, channel)) {
        emit.ignored(std::string(enumName(channel)) + " that is not wanted");
        return nullptr;
    }
    if (channel != Channel::VolIndex && !contract->definition && !contract->told &&
        m_subscriptions.definitionsKnown()) {
        contract->told = true;
        tellUndefined(contract->native, contract->id, emit);
    }
    return contract;
}

Result<> DeribitDecoder::onFrame(const Frame& frame, Emit& emit)
{
    takeTime(frame.receiveTime);
    TRY(m_reader.read(frame.bytes, m_message));
    switch (m_message.kind) {
    case MessageKind::Ticker: onTicker(m_message.ticker, emit); break;
    case MessageKind::Quote: onQuote(m_message.ticker, emit); break;
    case MessageKind::Book: TRY(onBook(m_message.book, emit)); break;
    case MessageKind::Trade: onTrades(m_message.trades, emit); break;
    case MessageKind::VolIndex: onVolIndex(m_message.volIndex, emit); break;
    case MessageKind::Heartbeat:
        emit.alive(frame.connection);
        emit.ignored(m_message.name);
        if (m_message.testRequest)
            m_subscriptions.answerTest(frame.connection, emit);
        break;
    case MessageKind::Reply: onReply(emit); break;
    case MessageKind::Ignored: emit.ignored(m_message.name); break;
    }
    m_subscriptions.seen(now());
    return {};
}

void DeribitDecoder::onTicker(const TickerMessage& message, Emit& emit)
{
    Contract* contract = contractOf(message.instrument, Channel::Ticker, emit);
    if (!contract)
        return;
    if (!message.state.empty())
        tellState(*contract, message.state, emit);
    if (contract->parts.kind == Kind::Option) {
        writeOption(*contract, message, emit);
    } else {
        writeQuote(*contract, message, emit);
        if (message.mark) {
            Mark& mark = emit.events().add<Mark>(contract->id, message.time);
            mark.markPrice = *message.mark;
            put(mark.indexPrice, message.index);
        }
        if (message.funding)  // is paid all the time
            emit.events().add<Funding>(contract->id, message.time).rate = *message.funding;
    }
    Stream& stream = contract->stream(Channel::Ticker);
    if (!stream.sync.live())
        m_subscriptions.synced(*contract, Channel::Ticker, now(), GapRecovery::Snapshot, emit);
    stream.whole(now());
}

void DeribitDecoder::writeOption(const Contract& contract, const TickerMessage& message, Emit& emit)
{
    Option& option =
        emit.events().add<Option>(contract.id, message.time, BatchBuilder::room(message.underlying.size()));
    emit.events().setText(option.underlying, message.underlying);
    option.expiry = contract.parts.expiry;
    option.strike = contract.parts.strike;
    option.right = contract.parts.put ? OptionRight::Put : OptionRight::Call;
    put(option.bidPrice, message.bidPrice);
    put(option.askPrice, message.askPrice);
    put(option.markPrice, message.mark);
    // Without a quote the venue says 0, or its highest.
    if (message.bidPrice)
        put(option.bidIv, fraction(message.bidIv));
    if (message.askPrice)
        put(option.askIv, fraction(message.askIv));
    put(option.markIv, fraction(message.markIv));
    put(option.underlyingPrice, message.underlyingPrice);
    put(option.openInterest, message.openInterest);
    put(option.delta, message.delta);
    put(option.gamma, message.gamma);
    put(option.vega, message.vega);
    put(option.theta, message.theta);
    put(option.rho, message.rho);
}

void DeribitDecoder::writeQuote(const Contract& contract, const TickerMessage& message, Emit& emit)
{
    Quote& quote = emit.events().add<Quote>(contract.id, message.time);
    put(quote.bidPrice, message.bidPrice);
    put(quote.bidQuantity, message.bidAmount);
    put(quote.askPrice, message.askPrice);
    put(quote.askQuantity, message.askAmount);
}

void DeribitDecoder::onQuote(const TickerMessage& message, Emit& emit)
{
    if (const Contract* contract = contractOf(message.instrument, Channel::Ticker, emit); contract)
        writeQuote(*contract, message, emit);
}

Result<> DeribitDecoder::onBook(const BookMessage& message, Emit& emit)
{
    using Verdict = book::ChainSync::Verdict;
    Contract* const contract = contractOf(message.instrument, Channel::Book, emit);
    if (!contract)
        return {};
    if (!m_subscriptions.takesForm(message.form)) {
        emit.ignored("book of another interval");
        return {};
    }
    BookTrack& track = contract->ensureTrack(message.form);
    if (Result<> converted = track.book.convert(message.bids, message.asks, m_levels); !converted) {
        converted.error().offset = message.offset;
        return converted;
    }
    // A change without any before it is all that a new book has.
    const bool first = !message.snapshot && message.previous == 0 && !track.chain.joined();
    if (message.snapshot || first) {
        track.chain.lost();
        static_cast<void>(track.chain.snapshot(message.changeId));
        track.book.clear();
        track.book.setDepth(kMostDepth);
        track.book.apply(m_levels);
        tellBook(*contract, message, BookKind::Snapshot, Tristate::Unknown, emit);
        m_subscriptions.synced(*contract, Channel::Book, now(), GapRecovery::Snapshot, emit);
        followBook(*contract, emit);
        return {};
    }
    if (!message.previous)
        return fail(ErrorCode::Malformed, "a change without the number of the one before it", Remedy::None,
                    message.offset);
    const bool wanted = contract->stream(Channel::Book).wanted;
    const Verdict verdict = track.chain.take({message.changeId, message.changeId, *message.previous});
    switch (verdict) {
    case Verdict::Next:
        track.book.apply(m_levels);
        tellBook(*contract, message, BookKind::Update, Tristate::Yes, emit);
        followBook(*contract, emit);
        return {};
    case Verdict::Old: emit.ignored("change seen before"); return {};
    case Verdict::Kept:
    case Verdict::Broken: break;
    }
    // What it changes is not known any more.
    if (wanted)
        emit.ignored("change without its snapshot");
    else
        tellBook(*contract, message, BookKind::Update, verdict == Verdict::Broken ? Tristate::No : Tristate::Unknown,
                 emit);
    if (verdict == Verdict::Broken) {
        m_subscriptions.broke(*contract, GapCause::Sequence, now(), emit);
        m_depths.publish(*contract, now(), emit);
    }
    return {};
}

void DeribitDecoder::tellBook(const Contract& contract, const BookMessage& message, BookKind kind, Tristate verified,
                              Emit& emit)
{
    BookTrack& track = *contract.track;
    track.verified = verified;
    track.exchangeTime = message.time;
    wire::writeBook(emit.events(), contract.id, kind, track.book, m_levels, message.changeId, track);
}

// What the book's new state means for its stream.
void DeribitDecoder::followBook(Contract& contract, Emit& emit)
{
    BookTrack& track = *contract.track;
    Stream& stream = contract.stream(Channel::Book);
    if (stream.sync.live() && stream.sync.crossedTooLong(track.book.crossed(), now())) {
        track.chain.dropSnapshot();
        m_subscriptions.broke(contract, GapCause::Crossed, now(), emit);
    }
    stream.whole(now());
    m_depths.publish(contract, now(), emit);
}

void DeribitDecoder::onTrades(std::span<const TradeMessage> trades, Emit& emit)
{
    using Verdict = book::TradesSeen::Verdict;
    for (const TradeMessage& message : trades) {
        Contract* const contract = contractOf(message.instrument, Channel::Trade, emit);
        if (!contract)
            continue;
        const Verdict verdict = contract->trades.note(message.sequence);
        if (verdict == Verdict::Twice) {
            emit.ignored("trade seen before");
            continue;
        }
        Stream& stream = contract->stream(Channel::Trade);
        // What a connection's gap has told of already is not told again.
        const bool resumed = std::exchange(contract->resumed, false);
        if (verdict == Verdict::Jump && !resumed)
            m_subscriptions.missed(*contract, Channel::Trade, now(), emit);
        Trade& trade = emit.events().add<Trade>(contract->id, message.time, BatchBuilder::room(message.tradeId.size()));
        trade.price = message.price;
        trade.quantity = message.amount;
        trade.side = message.side;
        emit.events().setText(trade.tradeId, message.tradeId);
        stream.whole(now());
    }
}

void DeribitDecoder::onVolIndex(const VolIndexMessage& message, Emit& emit)
{
    Contract* contract = contractOf(message.index, Channel::VolIndex, emit);
    if (!contract)
        return;
    emit.events().add<VolIndex>(contract->id, message.time).value = message.value;
    contract->stream(Channel::VolIndex).whole(now());
}

void DeribitDecoder::onReply(Emit& emit)
{
    const std::string currency(m_subscriptions.listAsked(m_message.reply));
    if (!m_message.instruments.empty()) {
        onInstruments(m_message.instruments, currency, emit);
        return;
    }
    // A list without any is no list: the venue does not stop everything at once.
    if (!currency.empty() && !m_message.reply.failed)
        m_subscriptions.listRefused(currency, now());
    m_subscriptions.reply(m_message.reply, now(), emit);
    if (!m_message.reply.failed)
        emit.ignored(m_message.name);
}

// `currency`: whose whole list this is; empty: nobody asked for it.
void DeribitDecoder::onInstruments(std::span<const InstrumentMessage> instruments, std::string_view currency,
                                   Emit& emit)
{
    std::unordered_set<const Contract*> listed;
    std::size_t combos = 0;
    for (const InstrumentMessage& message : instruments) {
        Definition definition(message);
        if (definition.kind == Kind::Combo) {
            ++combos;
            continue;
        }
        Contract* contract = m_contracts.obtain(message.instrument);
        if (!contract) {
            emit.ignored("instrument beyond the most that are kept");
            continue;
        }
        contract->list = currency;
        listed.insert(contract);
        define(*contract, std::move(definition), emit);
    }
    if (combos > 0)
        emit.ignored("combos in a list of instruments");
    if (currency.empty())
        return;
    for (Contract& contract : m_contracts.all()) {
        if (!contract.definition || contract.list != currency || listed.contains(&contract))
            continue;
        Definition gone = *contract.definition;
        gone.state = gone.expiry != kNoTime && gone.expiry <= now() ? "expired" : "removed";
        define(contract, std::move(gone), emit);
    }
    m_subscriptions.listed(currency, now(), emit);
}

void DeribitDecoder::define(Contract& contract, Definition definition, Emit& emit)
{
    if (contract.definition == definition)
        return;
    contract.definition = std::move(definition);
    contract.parts = contract.definition->parts();
    for (Stream& stream : contract.streams)
        stream.denied = false;
    writeInstrument(contract, emit);
    if (!contract.definition->state.empty())
        tellState(contract, contract.definition->state, emit);
}

void DeribitDecoder::tellState(Contract& contract, std::string_view state, Emit& emit)
{
    if (contract.state == state)
        return;
    if (!contract.state.empty())
        writeStatus(emit, contract.id, "instrument", state, "was " + contract.state);
    contract.state = state;
}

void DeribitDecoder::writeInstrument(const Contract& contract, Emit& emit)
{
    const Definition& definition = *contract.definition;
    BatchBuilder& events = emit.events();
    Instrument& event = events.add<Instrument>(
        contract.id, kNoTime,
        BatchBuilder::room(definition.base.size()) + BatchBuilder::room(definition.quote.size()) +
            BatchBuilder::room(definition.settlement.size()) + BatchBuilder::room(definition.state.size()));
    switch (definition.kind) {
    case Kind::Spot: event.kind = InstrumentKind::Spot; break;
    case Kind::Perpetual: event.kind = InstrumentKind::Perpetual; break;
    case Kind::Future: event.kind = InstrumentKind::Future; break;
    default: event.kind = InstrumentKind::Option; break;
    }
    event.inverse = definition.inverse;
    events.setText(event.base, definition.base);
    events.setText(event.quote, definition.quote);
    events.setText(event.settlement, definition.settlement);
    events.setText(event.status, definition.state);
    definition.increments.write(event);
    put(event.strike, definition.strike);
    // An inverse future's contract is worth so many dollars, not so many coins.
    if (!definition.inverse || definition.kind == Kind::Option)
        put(event.multiplier, definition.contractSize);
    if (definition.expiry != kNoTime)
        event.expiry = definition.expiry;
}

Result<> DeribitDecoder::onControl(const Control& control, Emit& emit)
{
    takeTime(control.receiveTime);
    switch (control.kind) {
    case ControlKind::Started: return m_subscriptions.started(control.payload);
    case ControlKind::Wanted: TRY(m_subscriptions.wanted(control.payload, now(), emit)); break;
    case ControlKind::Opened:
        tellOpened(control, emit);
        m_subscriptions.opened(control.connection, now(), emit);
        break;
    case ControlKind::Closed: m_subscriptions.closed(control.connection, tellClosed(control, false, emit), emit); break;
    case ControlKind::Answered:  // in a recording: nothing is asked for over REST
        TRY(m_reader.readAnswer(control.payload, m_message));
        onReply(emit);
        return {};
    case ControlKind::Tick: m_subscriptions.advance(now(), emit); return {};
    case ControlKind::Overflow: m_subscriptions.overflowed(control.connection, now(), emit); break;
    default:  // nothing that this venue reacts to
        return {};
    }
    m_depths.publishAll(m_contracts, now(), emit);
    return {};
}

void DeribitDecoder::saveState(StateWriter& out) const
{
    m_contracts.save(out);
    m_subscriptions.save(out);
}

void DeribitDecoder::loadState(StateReader& in)
{
    m_contracts.load(in);
    m_subscriptions.load(in);
}

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols) { return std::make_unique<DeribitDecoder>(symbols); }

}  // namespace tickdeck::deribit
