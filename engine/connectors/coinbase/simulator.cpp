// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/simulator.h"

#include <algorithm>
#include <deque>
#include <map>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "engine/connectors/coinbase/simulator_wire.h"

namespace tickdeck::coinbase {

namespace {

using sim::ClientId;
using sim::Market;
using sim::MarketBook;
using sim::Outbox;

constexpr std::size_t kTradesKept = 100;  // for the snapshot of trades
constexpr int kMostRequests = 8;          // of one client in a second
constexpr int kSilentLimit = 5;           // seconds without a subscription, then the venue closes
constexpr int kQuietLimit = 90;           // seconds without a message to send, then it closes, too
constexpr Nanos kBatch = 50 * kMillisecond;
constexpr Nanos kSendTime = 483;  // between the market's step and the message; less than a step's microsecond
constexpr std::uint64_t kFirstHeartbeat = 139'651;
constexpr std::string_view kProducts = "/api/v3/brokerage/market/products";
constexpr std::string_view kCoin = "BTC-USDC";  // the alias

std::string text(const QJsonValue& value) { return value.toString().toStdString(); }

class CoinbaseVenue final : public sim::Venue {
public:
    explicit CoinbaseVenue(std::vector<sim::Listing> listings) : m_listings(std::move(listings))
    {
        for (const sim::Listing& listing : m_listings)
            m_products.push_back({.id = productId(listing)});
    }

    void opened(ClientId id, std::string_view, Nanos, Outbox&) override { m_clients[id] = {}; }
    void closed(ClientId id) override { m_clients.erase(id); }

    void message(ClientId id, std::string_view bytes, const Market& market, Nanos now, Outbox& out) override
    {
        Client& client = m_clients[id];
        if (++client.requests > kMostRequests) {
            out.send(id, {.text = rateLimitAnswer(), .channel = "error"});
            return;
        }
        const QJsonObject request =
            QJsonDocument::fromJson(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))).object();
        const std::string type = text(request[u"type"]);
        const std::string channel = text(request[u"channel"]);
        const bool subscribe = type == "subscribe";
        if (!subscribe && type != "unsubscribe")
            return refuse(id, "failure to subscribe", out);
        if (channel != "heartbeats" && channel != "level2" && channel != "market_trades" && channel != "ticker")
            return refuse(id, "authentication failure", out);
        client.subscribedOnce = client.subscribedOnce || subscribe;
        if (channel == "heartbeats") {
            client.active[channel].clear();
            if (subscribe)
                client.active[channel] = {channel};
        }
        for (const QJsonValue value : request[u"product_ids"].toArray()) {
            const std::string name = text(value);
            const std::size_t product = find(name);
            // What it does not know is left out without a word.
            if (product == m_products.size() || channel == "heartbeats")
                continue;
            std::vector<std::string>& names = client.active[channel];
            const auto known = std::ranges::find(names, name);
            if (subscribe && known == names.end()) {
                // The snapshot comes ahead of the answer.
                names.push_back(name);
                sendSnapshot(id, channel, product, market, out);
            } else if (!subscribe && known != names.end()) {
                names.erase(known);
            }
        }
        send(id, "subscriptions", {}, subscriptionsEvent(client.active), now, out);
    }

    void stepped(const sim::Step& step, const Market& market, Outbox& out) override
    {
        Product& product = m_products[step.instrument];
        const MarketBook& book = market.book(step.instrument);
        product.time = step.time;
        for (const sim::LevelChange& change : step.changes)
            note(product, change);
        if (!step.trades.empty()) {
            std::vector<TimedTrade> trades;
            for (const sim::MarketTrade& trade : step.trades)
                trades.push_back({trade, step.time});
            product.trades.insert(product.trades.end(), trades.begin(), trades.end());
            while (product.trades.size() > kTradesKept)
                product.trades.pop_front();
            tell("market_trades", step.instrument, tradesEvent(m_listings[step.instrument], false, trades), out);
            tell("ticker", step.instrument, tickerEvent(book, false), out);
        }
        if (step.time - product.told >= kBatch)
            flush(step.instrument, step.time, out);
    }

    void caughtUp(Nanos now, const Market&, Outbox& out) override
    {
        for (std::size_t i = 0; i < m_products.size(); ++i)
            if (!m_products[i].pending.empty() && now - m_products[i].told >= kBatch)
                flush(i, now, out);
    }

    void second(Nanos now, Outbox& out) override
    {
        if (m_started == 0)
            m_started = now;
        ++m_heartbeats;
        for (auto& [id, client] : m_clients) {
            client.requests = 0;
            ++client.seconds;
            ++client.quiet;
            const auto beats = client.active.find("heartbeats");
            if (beats != client.active.end() && !beats->second.empty())
                send(id, "heartbeats", {}, heartbeatEvent(now, now - m_started, m_heartbeats), now, out);
            if (!client.subscribedOnce && client.seconds > kSilentLimit)
                out.close(id, "no subscription");
            else if (client.quiet > kQuietLimit)
                out.close(id, "idle");
        }
    }

    sim::HttpAnswer get(const sim::HttpRequest& request, const Market&, Nanos) override
    {
        if (request.path != kProducts)
            return {.status = 404, .body = R"({"error":"NOT_FOUND"})", .headers = {}};
        std::vector<ListedProduct> list;
        const std::size_t dollar = find(kCoin);
        for (std::size_t i = 0; i < m_products.size(); ++i)
            list.push_back({m_products[i].id, &m_listings[i], {}, i == dollar ? std::string(kCoin) : std::string()});
        if (dollar < m_products.size())
            list.push_back({std::string(kCoin), &m_listings[dollar], m_products[dollar].id, {}});
        return {.status = 200, .body = productsBody(list), .headers = {}};
    }

    void spoilChecksum(std::string&) const override {}  // it has none
    std::string rateLimitAnswer() const override { return errorText("rate limit exceeded"); }

private:
    struct Client {
        int requests = 0;  // in this second
        int seconds = 0;   // since it connected
        int quiet = 0;     // seconds since anything was sent
        bool subscribedOnce = false;
        std::uint64_t number = 0;  // of the next message
        ActiveList active;         // names as they were asked for
    };
    struct Product {
        std::string id;
        Nanos time = 0;                         // of its last change
        Nanos told = 0;                         // when changes of its book were last sent
        std::vector<sim::LevelChange> pending;  // since then
        std::deque<TimedTrade> trades;          // the newest
    };

    // m_products.size() where it is not listed.
    std::size_t find(std::string_view name) const
    {
        if (name == kCoin)
            name.remove_suffix(1);
        return static_cast<std::size_t>(std::ranges::find(m_products, name, &Product::id) - m_products.begin());
    }

    static void refuse(ClientId id, std::string_view message, Outbox& out)
    {
        out.send(id, {.text = errorText(message), .channel = "error"});
    }

    void send(ClientId id, std::string_view channel, std::string_view symbol, std::string_view events, Nanos time,
              Outbox& out)
    {
        Client& client = m_clients[id];
        client.quiet = 0;
        const std::string_view aim = channel == "level2" ? "book" : channel == "market_trades" ? "trade" : channel;
        out.send(id, {.text = messageText(channel == "level2" ? "l2_data" : channel, time, client.number++, events),
                      .channel = aim,
                      .symbol = symbol});
    }

    // To all who have subscribed.
    void tell(std::string_view channel, std::size_t product, const std::string& event, Outbox& out)
    {
        for (const auto& [id, client] : m_clients) {
            const auto active = client.active.find(std::string(channel));
            if (active != client.active.end() &&
                std::ranges::any_of(active->second, [&](const std::string& name) { return find(name) == product; }))
                send(id, channel, m_products[product].id, event, m_products[product].time + kSendTime, out);
        }
    }

    // The last word on a level counts.
    static void note(Product& product, const sim::LevelChange& change)
    {
        std::erase_if(product.pending, [&](const sim::LevelChange& earlier) {
            return earlier.side == change.side && earlier.level.price == change.level.price;
        });
        product.pending.push_back(change);
    }

    void flush(std::size_t index, Nanos now, Outbox& out)
    {
        Product& product = m_products[index];
        product.told = now;
        if (!product.pending.empty())
            tell("level2", index, bookEvent(m_listings[index], false, product.pending, product.time), out);
        product.pending.clear();
    }

    void sendSnapshot(ClientId id, const std::string& channel, std::size_t index, const Market& market, Outbox& out)
    {
        Product& product = m_products[index];
        const MarketBook& book = market.book(index);
        const Nanos time = product.time == 0 ? market.options().start : product.time;
        std::string event;
        if (channel == "level2") {
            std::vector<sim::LevelChange> levels;
            for (const Side side : {Side::Buy, Side::Sell})
                for (const Level& level : book.levels(side))
                    levels.push_back({side, level});
            event = bookEvent(m_listings[index], true, levels, time);
        } else if (channel == "ticker") {
            event = tickerEvent(book, true);
        } else {
            event = tradesEvent(m_listings[index], true, std::vector(product.trades.begin(), product.trades.end()));
        }
        send(id, channel, product.id, event, time + kSendTime, out);
    }

    std::vector<sim::Listing> m_listings;
    std::vector<Product> m_products;  // as m_listings
    std::map<ClientId, Client> m_clients;
    Nanos m_started = 0;
    std::uint64_t m_heartbeats = kFirstHeartbeat;
};

std::unique_ptr<sim::Simulator> makeSimulator(sim::SimulatorOptions options)
{
    if (options.listings.empty())
        options.listings = simulatedListings();
    auto venue = std::make_unique<CoinbaseVenue>(options.listings);
    return std::make_unique<sim::Simulator>("coinbase", std::move(options), std::move(venue));
}

}  // namespace

std::string productId(const sim::Listing& listing) { return listing.base + '-' + listing.quote; }

std::vector<sim::Listing> simulatedListings()
{
    constexpr std::int64_t kUnit = 100'000'000;  // lots of one at eight digits
    const auto listing = [](const char* base, const char* quote, int precision, std::int64_t price,
                            std::int64_t quantity, std::int64_t spacing, double weight) {
        return sim::Listing{base, quote, precision, 8, price, quantity, spacing, weight};
    };
    return {
        listing("BTC", "USD", 2, 7'712'034, kUnit / 2, 60, 4),
        listing("ETH", "USD", 2, 188'149, 5 * kUnit, 4, 3),
        listing("SOL", "USD", 2, 14'231, 60 * kUnit, 2, 2),
        listing("XRP", "USD", 4, 21'034, 4'000 * kUnit, 1, 2),
        listing("DOGE", "USD", 5, 18'345, 20'000 * kUnit, 1, 1),
        listing("ETH", "BTC", 5, 2'440, 6 * kUnit, 1, 1),
        listing("USDT", "USD", 5, 99'985, 40'000 * kUnit, 1, 1),
        listing("BTC", "PERP-INTX", 1, 771'195, 2 * kUnit, 6, 2),
    };
}

SimulatorSpec simulatorSpec() { return {.name = "coinbase", .title = "Coinbase", .make = makeSimulator, .rest = true}; }

}  // namespace tickdeck::coinbase
