// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/decoder.h"

#include <algorithm>

#include "engine/connectors/coinbase/message_count.h"
#include "engine/connectors/coinbase/names.h"
#include "engine/connectors/coinbase/subscriptions.h"
#include "engine/plugin/status_event.h"
#include "engine/wire/control_payload.h"
#include "engine/wire/listing.h"
#include "engine/wire/market_events.h"

namespace tickdeck::coinbase {

namespace {

using wire::textIn;

constexpr std::uint8_t kStateVersion = 1;
// Levels that a recording's book keeps on each side, as nobody says how many.
constexpr std::size_t kMostDepth = 100'000;

bool better(const book::WireNumber& a, const book::WireNumber& b) noexcept
{
    return wire::toDecimal(a) > wire::toDecimal(b);
}

// A snapshot's side from its best level on, each price once (the last of equals), without those of no quantity; a few more
// than are kept, so that it shows that there were more.
void order(std::vector<book::WireLevel>& levels, bool bids, std::size_t depth)
{
    const auto before = [bids](const book::WireLevel& a, const book::WireLevel& b) {
        return bids ? better(a.price, b.price) : better(b.price, a.price);
    };
    if (!std::ranges::is_sorted(levels, before))
        std::ranges::stable_sort(levels, before);
    std::size_t count = 0;
    for (std::size_t i = 0; i < levels.size(); ++i)
        if ((i + 1 == levels.size() || before(levels[i], levels[i + 1])) && levels[i].quantity.mantissa != 0)
            levels[count++] = levels[i];
    levels.resize(std::min(count, depth + 1));
}

class CoinbaseDecoder final : public Decoder {
public:
    explicit CoinbaseDecoder(SymbolTable& symbols)
        : m_symbols(&symbols),
          m_venue(symbols.intern(kVenue, {}, {})),
          m_products(symbols),
          m_subscriptions(m_products, m_venue)
    {
    }

    [[nodiscard]] Result<> onFrame(const Frame& frame, Emit& emit) override;
    [[nodiscard]] Result<> onControl(const Control& control, Emit& emit) override;
    void save(std::string& out) const override;
    [[nodiscard]] Result<> load(std::string_view bytes) override;

private:
    void takeNumber(std::uint64_t number, Emit& emit);
    [[nodiscard]] Result<> tryBooks(Emit& emit);
    [[nodiscard]] Result<> convert(const BookMessage& message, BookTrack& track);
    [[nodiscard]] Result<> onBooks(Emit& emit);
    void applyBook(const BookMessage& message, Product& product, Emit& emit);
    void followBook(Product& product, bool snapshot, Emit& emit);
    void onTrades(Emit& emit);
    void onTrade(const TradeMessage& message, Product& product, Emit& emit);
    void onTickers(Emit& emit);
    [[nodiscard]] Result<> onAnswered(const Control& control, Emit& emit);
    void onFailed(const Control& control, Emit& emit);
    void onProducts(Emit& emit);
    void writeInstrument(const Product& product, Emit& emit);
    void onClosed(const Control& control, Emit& emit);
    void dropBooks(bool suspect);
    void publish(const Product& product, Emit& emit);
    void publishAll(Emit& emit);
    [[nodiscard]] Product* productOf(std::string_view native, Channel channel, Emit& emit);
    [[nodiscard]] std::size_t depth() const noexcept
    {
        return m_subscriptions.depth() ? m_subscriptions.depth() : kMostDepth;
    }
    void takeTime(Nanos time) noexcept
    {
        if (time != kNoTime)
            m_now = time;
    }

    SymbolTable* m_symbols;
    SymbolId m_venue;
    Products m_products;
    Subscriptions m_subscriptions;
    MessageCount m_count;
    Nanos m_now = 0;  // of the input
    MessageReader m_reader;
    Message m_message;
    std::vector<Product*> m_books;  // whose m_message.books are; null: of nobody
    ProductReader m_productReader;
    Answer m_answer;
    book::OrderBook::Converted m_levels;
    Depth m_depth;
};

// The product that a stream's data is about; without a definition it is told once, when none is to be waited for. Null, and
// counted, where it is none of ours or not wanted: the venue still tells what it was asked to end.
Product* CoinbaseDecoder::productOf(std::string_view native, Channel channel, Emit& emit)
{
    Product* product = m_subscriptions.productOf(native, channel, m_now, emit);
    if (!product) {
        emit.ignored("market data of an unknown product");
        return nullptr;
    }
    if (!m_subscriptions.takes(product->stream(channel))) {
        emit.ignored(std::string(enumName(channel)) + " that is not wanted");
        return nullptr;
    }
    if (!product->definition && !product->told && m_subscriptions.definitions().known()) {
        product->told = true;
        m_subscriptions.definitions().unknown(m_now);
        emit.notice("coinbase: no definition of " + product->native + "; taken from its name as " +
                    m_symbols->name(product->id).symbol + ", digits as sent");
    }
    return product;
}

Result<> CoinbaseDecoder::onFrame(const Frame& frame, Emit& emit)
{
    takeTime(frame.receiveTime);
    TRY(m_reader.read(frame.bytes, m_message));
    if (m_message.kind == MessageKind::Error) {
        m_subscriptions.refused(m_message.error, m_now, emit);
        m_subscriptions.seen(m_now);
        return {};
    }
    if (m_count.judge(m_message.number) == MessageCount::Verdict::Seen) {
        m_count.note(MessageCount::Verdict::Seen, m_message.number);
        emit.ignored("message seen before");
        return {};
    }
    // A message that cannot be taken is one that is missing: its number is not taken either.
    TRY(tryBooks(emit));
    takeNumber(m_message.number, emit);
    switch (m_message.kind) {
    case MessageKind::Book: TRY(onBooks(emit)); break;
    case MessageKind::Trade: onTrades(emit); break;
    case MessageKind::Ticker: onTickers(emit); break;
    case MessageKind::Heartbeat:
        emit.alive(frame.connection);
        emit.ignored(m_message.name);
        break;
    case MessageKind::Subscriptions:
        m_subscriptions.active(m_message.active, m_now, emit);
        emit.ignored(m_message.name);
        break;
    case MessageKind::Error:
    case MessageKind::Ignored: emit.ignored(m_message.name); break;
    }
    m_subscriptions.seen(m_now);
    return {};
}

void CoinbaseDecoder::takeNumber(std::uint64_t number, Emit& emit)
{
    const MessageCount::Verdict verdict = m_count.judge(number);
    m_count.note(verdict, number);
    if (verdict == MessageCount::Verdict::Anew)
        dropBooks(false);
    if (verdict != MessageCount::Verdict::Missed)
        return;
    dropBooks(true);
    m_subscriptions.missed(GapCause::Sequence, m_now, emit);
    publishAll(emit);
}

// Without a snapshot no book of the connection can be gone on with.
void CoinbaseDecoder::dropBooks(bool suspect)
{
    for (Product& product : m_products.all())
        if (product.track) {
            product.track->based = false;
            product.track->suspect = suspect;
        }
}

Result<> CoinbaseDecoder::convert(const BookMessage& message, BookTrack& track)
{
    Result<> converted = track.book.convert(message.bids, message.asks, m_levels);
    if (!converted)
        converted.error().offset = message.offset;
    return converted;
}

// Finds the books of the message and tries all of it before anything is applied, so that a bad event leaves no book half
// changed. A second conversion cannot fail: the scales are as fine as any event needs by then.
Result<> CoinbaseDecoder::tryBooks(Emit& emit)
{
    m_books.clear();
    for (BookMessage& message : m_message.books) {
        Product* product = productOf(message.symbol, Channel::Book, emit);
        m_books.push_back(product);
        if (!product)
            continue;
        if (message.snapshot) {
            order(message.bids, true, depth());
            order(message.asks, false, depth());
        }
        BookTrack& track = product->ensureTrack();
        // Where the definition's digits do not fit the book, it goes on with those that were sent.
        if (product->definition)
            static_cast<void>(product->definition->increments.setPrecision(track.book));
        TRY(convert(message, track));
    }
    return {};
}

Result<> CoinbaseDecoder::onBooks(Emit& emit)
{
    for (std::size_t i = 0; i < m_books.size(); ++i) {
        const BookMessage& message = m_message.books[i];
        if (!m_books[i])
            continue;
        Product& product = *m_books[i];
        if (m_books.size() > 1)
            TRY(convert(message, *product.track));
        applyBook(message, product, emit);
        followBook(product, message.snapshot, emit);
        if (emit.wantsDepth())
            publish(product, emit);
    }
    return {};
}

void CoinbaseDecoder::applyBook(const BookMessage& message, Product& product, Emit& emit)
{
    BookTrack& track = *product.track;
    if (message.snapshot) {
        track.book.clear();
        track.horizon.clear();
        track.based = true;
        track.suspect = false;
    }
    wire::BookChange change{.kind = message.snapshot ? BookKind::Snapshot : BookKind::Update,
                            .time = message.time,
                            .venueSeq = static_cast<std::int64_t>(m_message.number)};
    change.verified = track.based ? Tristate::Yes : track.suspect ? Tristate::No : Tristate::Unknown;
    track.suspect = false;
    if (track.based) {
        track.book.apply(m_levels);
        track.horizon.trim(track.book, depth());
    }
    if (message.snapshot) {
        m_levels.bids.resize(track.book.bids().size());
        m_levels.asks.resize(track.book.asks().size());
    }
    track.write(emit.events(), product.id, change, m_levels);
}

// What the book's new state means for its stream.
void CoinbaseDecoder::followBook(Product& product, bool snapshot, Emit& emit)
{
    const BookTrack& track = *product.track;
    Stream& stream = product.stream(Channel::Book);
    if (snapshot)
        m_subscriptions.synced(product, Channel::Book, m_now, GapRecovery::Snapshot, emit);
    if (!stream.sync.live())
        return;
    if (stream.sync.crossedTooLong(track.book.crossed(), m_now)) {
        m_subscriptions.broke(product, Channel::Book, GapCause::Crossed, m_now, emit);
        return;
    }
    stream.wholeAt = m_now;
    // The stream pauses while it is asked for anew.
    if (track.horizon.near(track.book, depth()))
        m_subscriptions.broke(product, Channel::Book, GapCause::Restart, m_now, emit);
}

void CoinbaseDecoder::onTrades(Emit& emit)
{
    const std::span<const TradeMessage> trades = m_message.trades;
    for (std::size_t i = 0; i < trades.size();) {
        const TradeMessage& first = trades[i];
        // Those of one product and kind, the oldest first.
        std::size_t end = i;
        while (end < trades.size() && trades[end].symbol == first.symbol && trades[end].snapshot == first.snapshot)
            ++end;
        const std::span<const TradeMessage> run = trades.subspan(i, end - i);
        i = end;
        Product* product = productOf(first.symbol, Channel::Trade, emit);
        if (!product)
            continue;
        // A snapshot fills a gap when it reaches back to what was seen.
        const bool reachesBack =
            first.snapshot &&
            product->trades.reachedBy(std::ranges::min_element(run, {}, &TradeMessage::tradeId)->tradeId);
        const bool history = first.snapshot && !product->trades.any();
        for (const TradeMessage& trade : run) {
            const bool late = first.snapshot && product->trades.forgotten(trade.tradeId);
            const bool twice = late || product->trades.note(trade.tradeId) == book::TradesSeen::Verdict::Twice;
            if (history)
                emit.ignored("trade before the subscription");
            else if (twice)
                emit.ignored("trade seen before");
            else
                onTrade(trade, *product, emit);
        }
        Stream& stream = product->stream(Channel::Trade);
        if (!stream.sync.live() || stream.gap.isOpen())
            m_subscriptions.synced(*product, Channel::Trade, m_now,
                                   reachesBack ? GapRecovery::Backfill : GapRecovery::None, emit);
        stream.wholeAt = m_now;
    }
}

void CoinbaseDecoder::onTrade(const TradeMessage& message, Product& product, Emit& emit)
{
    constexpr std::size_t kMostDigits = 20;
    Trade& trade = emit.events().add<Trade>(product.id, message.time, BatchBuilder::room(kMostDigits));
    trade.price = wire::toDecimal(message.price);
    trade.quantity = wire::toDecimal(message.quantity);
    trade.side = message.maker == Side::Buy ? Side::Sell : Side::Buy;  // the aggressor took the other one
    trade.backfilled = message.snapshot;
    emit.events().setText(trade.tradeId, std::to_string(message.tradeId));
}

void CoinbaseDecoder::onTickers(Emit& emit)
{
    for (const TickerMessage& message : m_message.tickers) {
        Product* product = productOf(message.symbol, Channel::Ticker, emit);
        if (!product)
            continue;
        if (!message.quoted) {
            emit.ignored("ticker without best prices");
            continue;
        }
        wire::writeQuote(emit.events(), product->id, message);
        Stream& stream = product->stream(Channel::Ticker);
        if (!stream.sync.live())
            m_subscriptions.synced(*product, Channel::Ticker, m_now, GapRecovery::Snapshot, emit);
        stream.wholeAt = m_now;
    }
}

Result<> CoinbaseDecoder::onAnswered(const Control& control, Emit& emit)
{
    const Result<> read = m_productReader.read(control.payload, m_answer);
    if (!m_answer.products) {
        if (read)
            emit.ignored("answer to an unknown request");
        return read;
    }
    // A list without any is no list: the venue does not end everything at once.
    if (!read || m_answer.list.empty()) {
        m_subscriptions.definitions().refused(m_now);
        if (read)
            emit.ignored("empty list of products");
        return read;
    }
    onProducts(emit);
    return {};
}

void CoinbaseDecoder::onFailed(const Control& control, Emit& emit)
{
    constexpr int kTooMany = 429;
    // A payload that is none names no request.
    if (!m_productReader.read(control.payload, m_answer))
        m_answer.head.error = "no answer";
    if (m_answer.products)
        m_subscriptions.definitions().refused(m_now);
    std::string reason(m_answer.head.request);
    if (m_answer.head.status != 0)
        reason.append(": status ").append(std::to_string(m_answer.head.status));
    reason.append(": ").append(m_answer.head.error);
    writeStatus(emit, m_venue, "request", m_answer.head.status == kTooMany ? "rate_limited" : "failed", reason);
}

void CoinbaseDecoder::onProducts(Emit& emit)
{
    const std::span<const ProductMessage> list = m_answer.list;
    wire::takeListing(m_products, list, emit, [&](const Product& product) { writeInstrument(product, emit); });
    for (const ProductMessage& message : list) {
        Product* product = message.alias.empty() ? nullptr : m_products.find(message.symbol);
        Product* canonical = product ? m_products.obtain(message.alias) : nullptr;
        if (canonical)
            m_subscriptions.redirect(*product, *canonical, m_now, emit);
    }
    m_subscriptions.definitions().came(m_now, emit.events());
}

void CoinbaseDecoder::writeInstrument(const Product& product, Emit& emit)
{
    const Definition& definition = *product.definition;
    const ProductParts parts = partsOf(product.native);
    // The name says what the definition leaves out.
    const std::string_view base = definition.base.empty() ? parts.base : std::string_view(definition.base);
    const std::string_view quote = definition.quote.empty() ? parts.quote : std::string_view(definition.quote);
    BatchBuilder& events = emit.events();
    Instrument& event = events.add<Instrument>(product.id, kNoTime,
                                               BatchBuilder::room(base.size()) + 2 * BatchBuilder::room(quote.size()) +
                                                   BatchBuilder::room(definition.status.size()));
    event.kind = parts.kind;
    events.setText(event.base, base);
    events.setText(event.quote, quote);
    events.setText(event.settlement, quote);
    events.setText(event.status, definition.status);
    definition.increments.write(event);
    if (definition.contractSize)
        event.multiplier = *definition.contractSize;
    if (definition.expiry != kNoTime && parts.kind == InstrumentKind::Future)
        event.expiry = definition.expiry;
}

Result<> CoinbaseDecoder::onControl(const Control& control, Emit& emit)
{
    takeTime(control.receiveTime);
    switch (control.kind) {
    case ControlKind::Started: return m_subscriptions.started(control.payload);
    case ControlKind::Wanted: TRY(m_subscriptions.wanted(control.payload, m_now, emit)); break;
    case ControlKind::Opened:
        writeStatus(emit, m_venue, "connection", "open", textIn(control.payload, "url"));
        m_count.opened();
        dropBooks(false);
        m_subscriptions.opened(control.connection, m_now, emit);
        break;
    case ControlKind::Closed: onClosed(control, emit); break;
    case ControlKind::Answered: {
        const Result<> answered = onAnswered(control, emit);
        m_subscriptions.advance(m_now, emit);
        return answered;
    }
    case ControlKind::Failed:
        onFailed(control, emit);
        m_subscriptions.advance(m_now, emit);
        return {};
    case ControlKind::Tick: m_subscriptions.advance(m_now, emit); return {};
    case ControlKind::Overflow:
        dropBooks(true);
        m_subscriptions.missed(GapCause::Overflow, m_now, emit);
        break;
    default:  // nothing that this venue reacts to
        return {};
    }
    publishAll(emit);
    return {};
}

void CoinbaseDecoder::onClosed(const Control& control, Emit& emit)
{
    const std::string state = textIn(control.payload, "state");
    writeStatus(emit, m_venue, "connection", state.empty() ? "closed"sv : state, textIn(control.payload, "reason"));
    // After a stop on purpose the next run begins with a gap of cause `restart` from the last batch on.
    if (m_subscriptions.closed(control.connection, state != "stopped", emit))
        dropBooks(false);
}

void CoinbaseDecoder::publish(const Product& product, Emit& emit)
{
    product.track->publish(product.id, product.stream(Channel::Book).sync.state(), m_now, m_depth, emit);
}

// The states of the books have changed, not their levels.
void CoinbaseDecoder::publishAll(Emit& emit)
{
    if (!emit.wantsDepth())
        return;
    for (const Product& product : m_products.all())
        if (product.track)
            publish(product, emit);
}

void CoinbaseDecoder::save(std::string& out) const
{
    StateWriter writer(out);
    writer.put(kStateVersion);
    writer.put(m_now);
    m_count.save(writer);
    m_products.save(writer);
    m_subscriptions.save(writer);
}

Result<> CoinbaseDecoder::load(std::string_view bytes)
{
    StateReader reader(bytes);
    if (reader.get<std::uint8_t>() != kStateVersion)
        return fail(ErrorCode::Corrupt, "saved state of another version");
    m_now = reader.get<Nanos>();
    m_count.load(reader);
    m_products.load(reader);
    m_subscriptions.load(reader);
    return reader.finish();
}

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable& symbols) { return std::make_unique<CoinbaseDecoder>(symbols); }

}  // namespace tickdeck::coinbase
