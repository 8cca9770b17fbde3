// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/kraken/simulator.h"

#include <charconv>
#include <deque>
#include <map>
#include <set>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "engine/connectors/kraken/simulator_book.h"
#include "engine/connectors/kraken/simulator_wire.h"

namespace tickdeck::kraken {

namespace {

using sim::ClientId;
using sim::Market;
using sim::MarketBook;
using sim::Outbox;

constexpr std::size_t kTradesKept = 50;     // for the snapshot of trades
constexpr int kMostRequests = 50;           // of one client in a second
constexpr Nanos kIdleLimit = 60 * kSecond;  // without a subscription the venue closes
constexpr std::size_t kDefaultDepth = 10;

// Without what would have to be escaped when it is sent back; no name of the venue holds such characters.
std::string text(const QJsonValue& value)
{
    std::string out = value.toString().toStdString();
    std::erase_if(out, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    return out;
}

std::string member(std::string_view name, std::string_view value)
{
    return '"' + std::string(name) + "\":" + std::string(value);
}

std::string inQuotes(std::string_view value) { return '"' + std::string(value) + '"'; }

class KrakenVenue final : public sim::Venue {
public:
    explicit KrakenVenue(std::vector<sim::Listing> listings) : m_listings(std::move(listings))
    {
        for (const sim::Listing& listing : m_listings)
            m_pairs.push_back({.symbol = listing.symbol()});
    }

    void opened(ClientId id, std::string_view, Nanos now, Outbox& out) override
    {
        m_clients[id].since = now;
        // Beyond 2^63, as the venue's are.
        out.send(id, {.text = statusFrame(15'113'583'034'416'118'704u + id), .channel = "status"});
    }

    void closed(ClientId id) override { m_clients.erase(id); }

    void message(ClientId id, std::string_view bytes, const Market& market, Nanos now, Outbox& out) override
    {
        Client& client = m_clients[id];
        if (++client.requests > kMostRequests) {
            out.send(id, {.text = rateLimitAnswer()});
            return;
        }
        const QJsonObject request =
            QJsonDocument::fromJson(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))).object();
        const std::string method = text(request[u"method"]);
        Receipt receipt{method, now, std::nullopt};
        if (request[u"req_id"].isDouble())
            receipt.requestId = request[u"req_id"].toInteger();
        const QJsonObject params = request[u"params"].toObject();
        if (method == "ping")
            out.send(id, {.text = pongFrame(receipt), .channel = "pong"});
        else if (method == "subscribe")
            subscribe(id, client, params, receipt, market, out);
        else if (method == "unsubscribe")
            unsubscribe(id, client, params, receipt, out);
        else
            refuse(id, receipt, method.empty() ? "Malformed request" : "Unsupported method", out);
    }

    void stepped(const sim::Step& step, const Market& market, Outbox& out) override
    {
        Pair& pair = m_pairs[step.instrument];
        const MarketBook& book = market.book(step.instrument);
        pair.time = step.time;
        tellBook(step.instrument, book, out);
        tellTrades(step, pair, out);
        tellTicker(step, book, out);
    }

    void second(Nanos now, Outbox& out) override
    {
        for (auto& [id, client] : m_clients) {
            client.requests = 0;
            if (client.subscribedOnce)
                out.send(id, {.text = std::string(heartbeatFrame()), .channel = "heartbeat"});
            else if (now - client.since > kIdleLimit)
                out.close(id, "no subscription");
        }
    }

    void spoilChecksum(std::string& frame) const override
    {
        static constexpr std::string_view kKey = R"("checksum":)";
        const std::size_t at = frame.find(kKey) + kKey.size();
        std::uint32_t sum = 0;
        const auto end = std::from_chars(frame.data() + at, frame.data() + frame.size(), sum).ptr;
        frame.replace(at, static_cast<std::size_t>(end - frame.data()) - at, std::to_string(sum ^ 1u));
    }

    std::string rateLimitAnswer() const override { return R"({"Error":"Exceeded msg rate"})"; }

private:
    struct Client {
        Nanos since = 0;
        int requests = 0;  // in this second
        bool subscribedOnce = false;
        bool instruments = false;
        std::map<std::size_t, std::size_t> books;  // pair → depth
        std::map<std::size_t, bool> tickers;       // pair → told of each change at the touch, else of trades
        std::set<std::size_t> trades;
    };
    struct Pair {
        std::string symbol;
        Nanos time = 0;                   // of its last change
        std::deque<TimedTrade> trades;    // the newest
        std::vector<BookWindow> windows;  // of the depths that anybody has asked for
        Level bid, ask;                   // as last seen
    };

    void refuse(ClientId id, const Receipt& receipt, std::string_view error, Outbox& out, std::string_view symbol = {})
    {
        out.send(id, {.text = errorFrame(receipt, error, symbol), .channel = "error"});
    }

    std::size_t find(std::string_view symbol) const
    {
        std::size_t i = 0;
        while (i < m_pairs.size() && m_pairs[i].symbol != symbol)
            ++i;
        return i;
    }

    void subscribe(ClientId id, Client& client, const QJsonObject& params, const Receipt& receipt, const Market& market,
                   Outbox& out)
    {
        const std::string channel = text(params[u"channel"]);
        const bool snapshot = params[u"snapshot"].toBool(channel != "trade");
        const auto depth = static_cast<std::size_t>(params[u"depth"].toInteger(kDefaultDepth));
        if (channel == "instrument") {
            subscribeInstruments(id, client, snapshot, receipt, out);
            return;
        }
        if (channel != "book" && channel != "ticker" && channel != "trade") {
            refuse(id, receipt, "Channel not supported", out);
            return;
        }
        if (channel == "book" && std::ranges::find(kBookDepths, depth) == kBookDepths.end()) {
            refuse(id, receipt, "Subscription depth not supported", out);
            return;
        }
        for (const QJsonValue value : params[u"symbol"].toArray()) {
            const std::string symbol = text(value);
            const std::size_t pair = find(symbol);
            if (pair == m_pairs.size()) {
                refuse(id, receipt, "Currency pair not supported " + symbol, out, symbol);
                continue;
            }
            bool added = false;
            std::string result = member("channel", inQuotes(channel));
            if (channel == "book") {
                added = client.books.emplace(pair, depth).second;
                result += ',' + member("depth", std::to_string(depth));
            } else if (channel == "ticker") {
                const bool bbo = text(params[u"event_trigger"]) == "bbo";
                added = client.tickers.emplace(pair, bbo).second;
                result += ',' + member("event_trigger", bbo ? R"("bbo")" : R"("trades")");
            } else {
                added = client.trades.insert(pair).second;
            }
            if (!added) {
                refuse(id, receipt, "Already subscribed", out, symbol);
                continue;
            }
            client.subscribedOnce = true;
            result += ',' + member("snapshot", snapshot ? "true" : "false") + ',' + member("symbol", inQuotes(symbol));
            out.send(id, {.text = ackFrame(receipt, result), .channel = "ack", .symbol = m_pairs[pair].symbol});
            if (snapshot)
                sendSnapshot(id, channel, pair, depth, market, out);
            if (channel == "book")
                window(pair, depth, market.book(pair));
        }
    }

    void subscribeInstruments(ClientId id, Client& client, bool snapshot, const Receipt& receipt, Outbox& out)
    {
        if (std::exchange(client.instruments, true)) {
            refuse(id, receipt, "Already subscribed", out);
            return;
        }
        client.subscribedOnce = true;
        const std::string result = member("channel", R"("instrument")") + ',' +
                                   member("snapshot", snapshot ? "true" : "false") + ',' +
                                   member("warnings", R"(["tick_size is deprecated, use price_increment"])");
        out.send(id, {.text = ackFrame(receipt, result), .channel = "ack"});
        if (snapshot)
            out.send(id, {.text = instrumentFrame(m_listings), .channel = "instrument"});
    }

    void sendSnapshot(ClientId id, const std::string& channel, std::size_t pair, std::size_t depth,
                      const Market& market, Outbox& out)
    {
        const MarketBook& book = market.book(pair);
        const std::string_view symbol = m_pairs[pair].symbol;
        const Nanos time = m_pairs[pair].time == 0 ? market.options().start : m_pairs[pair].time;
        if (channel == "book") {
            const BookWindow view(book, depth);
            out.send(id, {.text = bookFrame(true, book, view.view(book, Side::Buy), view.view(book, Side::Sell), time),
                          .channel = "book",
                          .symbol = symbol,
                          .hasChecksum = true});
        } else if (channel == "ticker") {
            out.send(id, {.text = tickerFrame(true, book, time), .channel = "ticker", .symbol = symbol});
        } else {
            const std::deque<TimedTrade>& kept = m_pairs[pair].trades;
            const std::vector<TimedTrade> trades(kept.begin(), kept.end());
            out.send(id, {.text = tradeFrame(true, m_listings[pair], trades), .channel = "trade", .symbol = symbol});
        }
    }

    void unsubscribe(ClientId id, Client& client, const QJsonObject& params, const Receipt& receipt, Outbox& out)
    {
        const std::string channel = text(params[u"channel"]);
        const auto depth = static_cast<std::size_t>(params[u"depth"].toInteger(kDefaultDepth));
        // The venue answers to what it does not find as if it had been asked to subscribe.
        const Receipt notFound{"subscribe", receipt.timeIn, receipt.requestId};
        if (channel == "instrument") {
            if (std::exchange(client.instruments, false))
                out.send(id, {.text = ackFrame(receipt, member("channel", R"("instrument")")), .channel = "ack"});
            else
                refuse(id, notFound, "Subscription Not Found", out);
            return;
        }
        for (const QJsonValue value : params[u"symbol"].toArray()) {
            const std::string symbol = text(value);
            const std::size_t pair = find(symbol);
            std::string result = member("channel", inQuotes(channel)) + ',';
            bool removed = false;
            if (channel == "book") {
                const auto found = client.books.find(pair);
                removed = found != client.books.end() && found->second == depth;
                if (removed)
                    client.books.erase(found);
                result += member("depth", std::to_string(depth)) + ',';
            } else if (channel == "ticker") {
                removed = client.tickers.erase(pair) != 0;
            } else if (channel == "trade") {
                removed = client.trades.erase(pair) != 0;
            }
            if (removed)
                out.send(id, {.text = ackFrame(receipt, result + member("symbol", inQuotes(symbol))),
                              .channel = "ack",
                              .symbol = m_pairs[pair].symbol});
            else
                refuse(id, notFound, "Subscription Not Found", out, symbol);
        }
    }

    BookWindow& window(std::size_t pair, std::size_t depth, const MarketBook& book)
    {
        std::vector<BookWindow>& windows = m_pairs[pair].windows;
        const auto found = std::ranges::find(windows, depth, &BookWindow::depth);
        return found != windows.end() ? *found : windows.emplace_back(book, depth);
    }

    void tellBook(std::size_t pair, const MarketBook& book, Outbox& out)
    {
        for (BookWindow& window : m_pairs[pair].windows) {
            const BookWindow::Update update = window.advance(book);
            if (update.empty())
                continue;
            std::string frame;
            for (const auto& [id, client] : m_clients) {
                const auto found = client.books.find(pair);
                if (found == client.books.end() || found->second != window.depth())
                    continue;
                if (frame.empty())
                    frame = bookFrame(false, book, update.bids, update.asks, m_pairs[pair].time);
                out.send(id, {.text = frame, .channel = "book", .symbol = m_pairs[pair].symbol, .hasChecksum = true});
            }
        }
    }

    void tellTrades(const sim::Step& step, Pair& pair, Outbox& out)
    {
        if (step.trades.empty())
            return;
        std::vector<TimedTrade> trades;
        for (const sim::MarketTrade& trade : step.trades)
            trades.push_back({trade, step.time});
        pair.trades.insert(pair.trades.end(), trades.begin(), trades.end());
        while (pair.trades.size() > kTradesKept)
            pair.trades.pop_front();
        for (const auto& [id, client] : m_clients)
            if (client.trades.contains(step.instrument))
                out.send(id, {.text = tradeFrame(false, m_listings[step.instrument], trades),
                              .channel = "trade",
                              .symbol = pair.symbol});
    }

    void tellTicker(const sim::Step& step, const MarketBook& book, Outbox& out)
    {
        Pair& pair = m_pairs[step.instrument];
        const Level bid = std::exchange(pair.bid, book.bids().front());
        const Level ask = std::exchange(pair.ask, book.asks().front());
        const bool touched = bid != pair.bid || ask != pair.ask;
        for (const auto& [id, client] : m_clients) {
            const auto found = client.tickers.find(step.instrument);
            if (found != client.tickers.end() && (found->second ? touched : !step.trades.empty()))
                out.send(id, {.text = tickerFrame(false, book, step.time), .channel = "ticker", .symbol = pair.symbol});
        }
    }

    std::vector<sim::Listing> m_listings;
    std::vector<Pair> m_pairs;  // as m_listings
    std::map<ClientId, Client> m_clients;
};

std::unique_ptr<sim::Simulator> makeSimulator(sim::SimulatorOptions options)
{
    if (options.listings.empty())
        options.listings = simulatedListings();
    auto venue = std::make_unique<KrakenVenue>(options.listings);
    return std::make_unique<sim::Simulator>("kraken", std::move(options), std::move(venue));
}

}  // namespace

std::vector<sim::Listing> simulatedListings()
{
    constexpr std::int64_t kUnit = 100'000'000;  // lots of one at eight digits
    const auto listing = [](const char* base, const char* quote, int precision, std::int64_t price,
                            std::int64_t quantity, std::int64_t spacing, double weight) {
        return sim::Listing{base, quote, precision, 8, price, quantity, spacing, weight};
    };
    return {
        listing("BTC", "USD", 1, 771'200, kUnit / 2, 6, 4),
        listing("ETH", "USD", 2, 188'155, 5 * kUnit, 4, 3),
        listing("SOL", "USD", 2, 14'235, 60 * kUnit, 2, 2),
        listing("XRP", "USD", 5, 210'345, 4'000 * kUnit, 8, 2),
        listing("ADA", "USD", 6, 512'345, 9'000 * kUnit, 12, 1),
        listing("DOGE", "USD", 7, 1'834'567, 20'000 * kUnit, 40, 1),
        listing("LTC", "USD", 2, 8'812, 30 * kUnit, 1, 1),
        listing("DOT", "USD", 4, 41'234, 900 * kUnit, 3, 1),
        listing("BTC", "EUR", 1, 658'740, kUnit / 4, 8, 1),
        listing("ETH", "BTC", 5, 2'440, 6 * kUnit, 1, 1),
        listing("USDT", "USD", 5, 99'985, 40'000 * kUnit, 1, 1),
        listing("MINA", "GBP", 4, 286, 5'000 * kUnit, 1, 1),
    };
}

SimulatorSpec simulatorSpec() { return {.name = "kraken", .title = "Kraken", .make = makeSimulator}; }

}  // namespace tickdeck::kraken
