// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/decoder.h"

#include "engine/connectors/binance/answers.h"
#include "engine/connectors/binance/books.h"
#include "engine/connectors/binance/definitions.h"
#include "engine/connectors/binance/fetching.h"
#include "engine/connectors/binance/instruments.h"
#include "engine/connectors/binance/message.h"
#include "engine/connectors/binance/subscriptions.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/market_events.h"
#include "engine/wire/venue_decoder.h"

namespace tickdeck::binance {

namespace {

using wire::toDecimal;

constexpr std::uint8_t kStateVersion = 2;

class BinanceDecoder final : public wire::VenueDecoder {
public:
    explicit BinanceDecoder(SymbolTable& symbols)
        : VenueDecoder(symbols, kVenue, kStateVersion),
          m_contracts(symbols),
          m_fetching(m_contracts, venue()),
          m_subscriptions(m_contracts, m_fetching, venue()),
          m_books(m_contracts, m_subscriptions, m_fetching)
    {
    }

    [[nodiscard]] Result<> onFrame(const Frame& frame, Emit& emit) override;
    [[nodiscard]] Result<> onControl(const Control& control, Emit& emit) override;

private:
    void saveState(StateWriter& out) const override;
    void loadState(StateReader& in) override;

    [[nodiscard]] Result<> onDepth(const DepthMessage& message, Emit& emit);
    [[nodiscard]] Result<> onSnapshot(const SnapshotMessage& snapshot, const RequestPath& path, Emit& emit);
    void onQuotes(std::span<const QuoteMessage> quotes, Emit& emit);
    void onTrades(std::span<const TradeMessage> trades, Emit& emit);
    void onMarks(std::span<const MarkMessage> marks, Emit& emit);
    void onForcedOrders(std::span<const ForcedOrderMessage> orders, Emit& emit);
    void onCandles(std::span<const CandleMessage> candles, Emit& emit);
    [[nodiscard]] Result<> onAnswered(const Control& control, Emit& emit);
    void onFailed(const Control& control, Emit& emit);
    void onInstruments(std::span<const InstrumentMessage> instruments, Emit& emit);
    [[nodiscard]] Contract* contractOf(std::string_view native, Emit& emit);
    [[nodiscard]] Contract* contractOf(std::string_view native, Channel channel, Emit& emit);

    Contracts m_contracts;
    Fetching m_fetching;
    Subscriptions m_subscriptions;
    Books m_books;
    MessageReader m_reader;
    Message m_message;
    AnswerReader m_answerReader;
    Answer m_answer;
};

// The contract that market data is about; without a definition it is told once, when none is to be waited for. Null, and
// counted, where it is none of ours.
Contract* BinanceDecoder::contractOf(std::string_view native, Emit& emit)
{
    Contract* contract = m_subscriptions.contractOf(native);
    if (!contract) {
        emit.ignored("market data of an unknown contract");
        m_fetching.unknownContract(now());
    } else if (!contract->definition && !contract->told && m_fetching.definitionsKnown()) {
        contract->told = true;
        m_fetching.unknownContract(now());
        tellUndefined(contract->native, contract->id, emit);
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

Result<> BinanceDecoder::onFrame(const Frame& frame, Emit& emit)
{
    takeTime(frame.receiveTime);
    TRY(m_reader.read(frame.bytes, m_message, &m_books));
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
        m_subscriptions.reply(frame.connection, m_message.reply, now(), emit);
        if (!m_message.reply.refused)
            emit.ignored(m_message.name);
        break;
    case MessageKind::Ignored: emit.ignored(m_message.name); break;
    }
    m_subscriptions.seen(frame.connection, now());
    return {};
}

Result<> BinanceDecoder::onDepth(const DepthMessage& message, Emit& emit)
{
    Contract* contract = contractOf(message.symbol, emit);
    if (!contract)
        return {};
    if (!m_subscriptions.takes(contract->stream(Channel::Book))) {
        emit.ignored("depth of a book that is not wanted");
        return {};
    }
    return m_books.change(*contract, message, now(), emit);
}

Result<> BinanceDecoder::onSnapshot(const SnapshotMessage& snapshot, const RequestPath& path, Emit& emit)
{
    const std::string_view native = path.symbol.empty() ? snapshot.symbol : std::string_view(path.symbol);
    if (native.empty())
        return fail(ErrorCode::Malformed, "a snapshot of no symbol", Remedy::None, 0);
    Contract* contract = contractOf(native, emit);
    if (!contract)
        return {};
    if (!m_subscriptions.takes(contract->stream(Channel::Book))) {
        m_fetching.snapshotCame(*contract);
        emit.ignored("snapshot of a book that is not wanted");
        return {};
    }
    if (!m_subscriptions.takesSnapshot(*contract)) {
        m_fetching.snapshotCame(*contract);
        emit.ignored("snapshot of an earlier subscription");
        return {};
    }
    return m_books.snapshot(*contract, snapshot, now(), emit);
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
        stream.whole(now());
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
            m_subscriptions.missed(contract, Channel::Trade, now(), emit);
        constexpr std::size_t kMostDigits = 20;
        Trade& trade = emit.events().add<Trade>(contract.id, message.time, BatchBuilder::room(kMostDigits));
        trade.price = toDecimal(message.price);
        trade.quantity = toDecimal(message.quantity);
        trade.side = message.side;
        emit.events().setText(trade.tradeId, std::to_string(message.tradeId));
        stream.whole(now());
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
        contract.stream(Channel::Mark).whole(now());
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
        contract.stream(Channel::ForcedOrder).whole(now());
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
        contract.stream(Channel::Candle).whole(now());
    }
}

Result<> BinanceDecoder::onAnswered(const Control& control, Emit& emit)
{
    const Result<> read = m_answerReader.read(control.payload, m_answer);
    if (!read) {
        // Whatever it was about is asked for again.
        if (Contract* contract = m_contracts.find(m_answer.path.symbol))
            m_fetching.snapshotRefused(*contract, now());
        else if (m_answer.path.kind == RequestPath::Kind::Instruments)
            m_fetching.definitionsRefused(now());
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
        m_fetching.snapshotRefused(*contract, now());
    else if (path.kind == RequestPath::Kind::Instruments)
        m_fetching.definitionsRefused(now());
    std::string reason(m_answer.request);
    if (m_answer.status != 0)
        reason.append(": status ").append(std::to_string(m_answer.status));
    reason.append(": ").append(m_answer.error);
    writeStatus(emit, contract ? contract->id : venue(), "request",
                m_answer.status == kBanned    ? "banned"
                : m_answer.status == kTooMany ? "rate_limited"
                                              : "failed",
                reason);
}

void BinanceDecoder::onInstruments(std::span<const InstrumentMessage> instruments, Emit& emit)
{
    if (define(instruments, m_contracts, emit))
        m_fetching.definitionsCame(now(), emit);
    else
        m_fetching.definitionsRefused(now());
}

Result<> BinanceDecoder::onControl(const Control& control, Emit& emit)
{
    takeTime(control.receiveTime);
    switch (control.kind) {
    case ControlKind::Started: return m_subscriptions.started(control.payload);
    case ControlKind::Wanted: TRY(m_subscriptions.wanted(control.payload, now(), emit)); break;
    case ControlKind::Opened:
        tellOpened(control, emit);
        m_subscriptions.opened(control.connection, now(), emit);
        break;
    case ControlKind::Closed: m_subscriptions.closed(control.connection, tellClosed(control, true, emit), emit); break;
    case ControlKind::Answered:
        TRY(onAnswered(control, emit));
        m_subscriptions.advance(now(), emit);
        return {};
    case ControlKind::Failed:
        onFailed(control, emit);
        m_subscriptions.advance(now(), emit);
        return {};
    case ControlKind::Tick: m_subscriptions.advance(now(), emit); return {};
    case ControlKind::Overflow: m_subscriptions.overflowed(control.connection, emit); break;
    default:  // nothing that this venue reacts to
        return {};
    }
    m_books.publishAll(now(), emit);
    return {};
}

void BinanceDecoder::saveState(StateWriter& out) const
{
    m_contracts.save(out);
    m_fetching.save(out);
    m_subscriptions.save(out);
}

void BinanceDecoder::loadState(StateReader& in)
{
    m_contracts.load(in);
    m_fetching.load(in);
    m_subscriptions.load(in);
}

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols) { return std::make_unique<BinanceDecoder>(symbols); }

}  // namespace tickdeck::binance
