// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/simulator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "engine/connectors/deribit/simulator_wire.h"

namespace tickdeck::deribit {

namespace {

using sim::ClientId;
using sim::Market;
using sim::MarketBook;
using sim::Outbox;

constexpr std::array<std::string_view, 2> kIntervals = {"100ms", "agg2"};
constexpr std::size_t kMostChannels = 500;  // of one request
constexpr std::int64_t kLeastHeartbeat = 10;
constexpr Nanos kTickerEvery = 100 * kMillisecond;

// Credits that requests cost; the pool refills with time.
struct Pool {
    double most;
    double cost;
    double left = most;
    Nanos at = 0;

    bool take(Nanos now)
    {
        constexpr double kPerSecond = 10'000;
        left = std::min(most, left + kPerSecond * static_cast<double>(std::max<Nanos>(now - at, 0)) / 1e9);
        at = now;
        if (left < cost)
            return false;
        left -= cost;
        return true;
    }
};

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// Best first, as two sides.
struct Quotes {
    std::vector<Level> bids;
    std::vector<Level> asks;
};

std::vector<BookEntry> entriesOf(std::span<const Level> before, std::span<const Level> now)
{
    const auto written = [](std::string_view action, const Level& level) {
        return BookEntry{action, plain(level.price, SimulatedOption::kPriceScale),
                         plain(level.quantity, SimulatedOption::kAmountScale)};
    };
    const auto at = [](std::span<const Level> levels, std::int64_t price) {
        return std::ranges::find(levels, price, &Level::price);
    };
    std::vector<BookEntry> out;
    for (const Level& level : now) {
        const auto known = at(before, level.price);
        if (known == before.end())
            out.push_back(written("new", level));
        else if (known->quantity != level.quantity)
            out.push_back(written("change", level));
    }
    for (const Level& level : before)
        if (at(now, level.price) == now.end())
            out.push_back(written("delete", {level.price, 0}));
    return out;
}

class DeribitVenue final : public sim::Venue {
public:
    DeribitVenue(const std::vector<sim::Listing>& listings, std::uint64_t seed)
    {
        for (const sim::Listing& listing : listings) {
            Perpetual& one = m_perpetuals.emplace_back(sim::Perpetual(seed, listing));
            one.wire = {listing.base + "-PERPETUAL", listing.base, lower(listing.base) + "_usd"};
        }
        m_reference = static_cast<double>(listings.front().price) / 2;
    }

    void opened(ClientId id, std::string_view, Nanos, Outbox&) override { m_clients.try_emplace(id); }

    void closed(ClientId id) override
    {
        m_clients.erase(id);
        for (auto& [channel, subscribers] : m_subscribers)
            subscribers.erase(id);
    }

    void message(ClientId id, std::string_view bytes, const Market& market, Nanos now, Outbox& out) override
    {
        Client& client = m_clients[id];
        const QJsonObject request =
            QJsonDocument::fromJson(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()))).object();
        const QString method = request[u"method"].toString();
        Receipt receipt{.timeIn = now, .id = {}};
        if (request[u"id"].isDouble())
            receipt.id = std::to_string(request[u"id"].toInteger());
        const QJsonObject params = request[u"params"].toObject();
        Pool& pool = method == u"public/subscribe" ? client.subscriptions : client.requests;
        if (!pool.take(now)) {
            answer(id, errorFrame(receipt, 10028, "too_many_requests"), out);
            return;
        }
        if (method == u"public/subscribe" || method == u"public/unsubscribe")
            subscribe(id, method == u"public/subscribe", params[u"channels"].toArray(), receipt, market, out);
        else if (method == u"public/set_heartbeat")
            setHeartbeat(id, client, params[u"interval"].toInteger(), receipt, out);
        else if (method == u"public/get_instruments")
            answer(id, resultFrame(receipt, instruments(params, market)), out);
        else if (method == u"public/test") {
            client.unanswered = false;
            answer(id, resultFrame(receipt, R"({"version":"1.2.26"})"), out);
        } else {
            answer(id, errorFrame(receipt, -32601, "Method not found"), out);
        }
    }

    void stepped(const sim::Step& step, const Market& market, Outbox& out) override
    {
        Perpetual& perpetual = m_perpetuals[step.instrument];
        const MarketBook& book = market.book(step.instrument);
        perpetual.time = step.time;
        m_now = step.time;
        tellBook(step, perpetual, book, out);
        if (!step.trades.empty())
            each("trades", perpetual.wire.name, out, [&](std::string_view channel) {
                return tradesFrame(channel, perpetual.wire, step.trades, step.time);
            });
        if (step.time - perpetual.told >= kTickerEvery || perpetual.told == 0) {
            perpetual.told = step.time;
            each("ticker", perpetual.wire.name, out,
                 [&](std::string_view channel) { return ticker(perpetual, book, channel); });
        }
        if (step.time / kSecond != m_second) {
            m_second = step.time / kSecond;
            tellOptions(market, out);
            tellIndices(out);
        }
    }

    void second(Nanos now, Outbox& out) override
    {
        for (auto& [id, client] : m_clients) {
            if (client.heartbeat == 0 || now - client.beatAt < client.heartbeat)
                continue;
            if (client.unanswered) {
                out.close(id, "no answer to a test request");
                continue;
            }
            client.beatAt = now;
            client.unanswered = true;
            for (const bool test : {false, true})
                out.send(id, {.text = std::string(heartbeatFrame(test)), .channel = "heartbeat"});
        }
        std::erase_if(m_delisted, [&](const auto& entry) { return entry.second <= now; });
    }

    void disturb(const sim::Fault& fault, const Market&, Nanos now, Outbox&) override
    {
        if (fault.kind == sim::FaultKind::Delist)
            m_delisted[fault.target] = now + static_cast<Nanos>(fault.seconds * 1e9);
    }

    void spoilChecksum(std::string&) const override {}  // it has none
    std::string rateLimitAnswer() const override { return errorFrame({}, 10028, "too_many_requests"); }

private:
    struct Client {
        Pool requests{.most = 50'000, .cost = 500};
        Pool subscriptions{.most = 30'000, .cost = 3'000};
        Nanos heartbeat = 0;  // between two; 0: none
        Nanos beatAt = 0;
        bool unanswered = false;
    };
    struct Perpetual {
        explicit Perpetual(sim::Perpetual prices_) : prices(prices_) {}
        SimulatedPerpetual wire;
        sim::Perpetual prices;
        Nanos time = 0;  // of its last step
        Nanos told = 0;  // of its last ticker
        std::map<std::int64_t, std::int64_t> bids;
        std::map<std::int64_t, std::int64_t> asks;
        std::uint64_t change = 0;  // of the last message; 0: nobody has asked for its book
    };
    struct OptionBook {
        Quotes quotes;
        std::uint64_t change = 0;
    };

    void answer(ClientId id, std::string text, Outbox& out)
    {
        out.send(id, {.text = std::move(text), .channel = "answer"});
    }

    // A name that faults aim at, for as long as the venue lives.
    std::string_view kept(std::string_view name) { return *m_names.emplace(name).first; }

    // To all who follow this instrument, by whatever interval.
    template <class Text>
    void each(std::string_view kind, std::string_view name, Outbox& out, Text&& text)
    {
        if (m_delisted.contains(std::string(name)))
            return;
        for (const std::string_view interval : kIntervals) {
            std::string channel(kind);
            channel.append(".").append(name).append(".").append(interval);
            const auto found = m_subscribers.find(channel);
            if (found == m_subscribers.end() || found->second.empty())
                continue;
            const std::string frame = text(std::string_view(channel));
            if (frame.empty())
                continue;
            for (const ClientId id : found->second)
                out.send(id, {.text = frame, .channel = kept(kind), .symbol = kept(name)});
        }
    }

    Perpetual* perpetual(std::string_view name)
    {
        const auto found =
            std::ranges::find_if(m_perpetuals, [&](const Perpetual& one) { return one.wire.name == name; });
        return found == m_perpetuals.end() ? nullptr : &*found;
    }

    Nanos timeOf(const Market& market) const { return m_now == 0 ? market.options().start : m_now; }

    // Of the coin whose options there are, in dollars.
    double index(const Market& market)
    {
        constexpr double kUnit = 2e8;
        return static_cast<double>(pricesOf(m_perpetuals.front(), market.book(0), timeOf(market)).index) / kUnit;
    }

    static sim::Perpetual::Prices pricesOf(const Perpetual& perpetual, const MarketBook& book, Nanos time)
    {
        return perpetual.prices.at(time, book.bids().front().price, book.asks().front().price);
    }

    std::string ticker(const Perpetual& perpetual, const MarketBook& book, std::string_view channel)
    {
        return perpetualTickerFrame(channel, perpetual.wire, book, pricesOf(perpetual, book, perpetual.time),
                                    perpetual.time);
    }

    const std::vector<SimulatedOption>& options(Nanos now)
    {
        constexpr Nanos kDay = 86'400 * kSecond;
        constexpr Nanos kHourOfExpiry = 8 * 3600 * kSecond;
        const Nanos day = (now - kHourOfExpiry) / kDay;
        if (std::exchange(m_day, day) != day)
            m_options = optionsAt(now, m_perpetuals.front().wire.base, m_reference);
        return m_options;
    }

    std::string instruments(const QJsonObject& params, const Market& market)
    {
        const std::string currency = params[u"currency"].toString().toStdString();
        const std::string kind = params[u"kind"].toString().toStdString();
        std::string out = "[";
        std::uint64_t number = 638'361;
        const auto add = [&](const std::string& name, const std::string& entry) {
            if (!m_delisted.contains(name))
                out.append(out.size() > 1 ? "," : "").append(entry);
        };
        for (const Perpetual& one : m_perpetuals)
            if ((currency == one.wire.base || currency == "any") && kind != "option")
                add(one.wire.name, perpetualEntry(one.wire, number++));
        if ((currency == m_perpetuals.front().wire.base || currency == "any") && kind != "future")
            for (const SimulatedOption& option : options(timeOf(market)))
                add(option.name, optionEntry(option, number++));
        return out + "]";
    }

    void setHeartbeat(ClientId id, Client& client, std::int64_t interval, const Receipt& receipt, Outbox& out)
    {
        if (interval < kLeastHeartbeat) {
            answer(
                id,
                errorFrame(receipt, -32602, "Invalid params", R"({"reason":"value must be >= 10","param":"interval"})"),
                out);
            return;
        }
        client.heartbeat = interval * kSecond;
        client.beatAt = receipt.timeIn;
        client.unanswered = false;
        answer(id, resultFrame(receipt, R"("ok")"), out);
    }

    void subscribe(ClientId id, bool on, const QJsonArray& channels, const Receipt& receipt, const Market& market,
                   Outbox& out)
    {
        std::vector<std::string> accepted;
        if (static_cast<std::size_t>(channels.size()) > kMostChannels) {
            answer(id, errorFrame(receipt, -32602, "Invalid params"), out);
            return;
        }
        for (const QJsonValue value : channels) {
            std::string channel = value.toString().toStdString();
            if (channel.ends_with(".raw")) {
                answer(id, errorFrame(receipt, 13778, "raw_subscriptions_not_available_for_unauthorized"), out);
                return;
            }
            if (on ? exists(channel, market) : m_subscribers.contains(channel) && m_subscribers[channel].contains(id))
                accepted.push_back(std::move(channel));
        }
        answer(id, resultFrame(receipt, listOf(accepted)), out);
        for (const std::string& channel : accepted) {
            if (!on)
                m_subscribers[channel].erase(id);
            else if (m_subscribers[channel].insert(id).second)
                sendFirst(id, channel, market, out);
        }
    }

    // What stands between a channel's first and last point; empty where there are not two.
    static std::string_view nameIn(std::string_view channel)
    {
        const std::size_t first = channel.find('.');
        const std::size_t last = channel.rfind('.');
        return first == last ? std::string_view() : channel.substr(first + 1, last - first - 1);
    }

    const SimulatedOption* option(std::string_view name, const Market& market)
    {
        const auto& listed = options(timeOf(market));
        const auto found = std::ranges::find(listed, name, &SimulatedOption::name);
        return found == listed.end() ? nullptr : &*found;
    }

    bool exists(std::string_view channel, const Market& market)
    {
        static constexpr std::string_view kVolatility = "deribit_volatility_index.";
        if (channel.starts_with(kVolatility))
            return channel.substr(kVolatility.size()) == m_perpetuals.front().wire.index;
        const std::string_view kind = channel.substr(0, channel.find('.'));
        const std::string_view interval = channel.substr(channel.rfind('.') + 1);
        const std::string name(nameIn(channel));
        return (kind == "ticker" || kind == "book" || kind == "trades") &&
               std::ranges::find(kIntervals, interval) != kIntervals.end() && !m_delisted.contains(name) &&
               (perpetual(name) || option(name, market));
    }

    void sendFirst(ClientId id, const std::string& channel, const Market& market, Outbox& out)
    {
        const std::string name(nameIn(channel));
        const std::string_view kind = std::string_view(channel).substr(0, channel.find('.'));
        const Nanos now = timeOf(market);
        std::string text;
        if (Perpetual* one = perpetual(name); one) {
            const MarketBook& book = market.book(static_cast<std::size_t>(one - m_perpetuals.data()));
            if (one->time == 0)
                one->time = now;
            if (kind == "ticker")
                text = ticker(*one, book, channel);
            else if (kind == "book")
                text = snapshot(*one, book, channel);
        } else if (const SimulatedOption* found = option(name, market); found) {
            if (kind == "ticker")
                text = optionTickerFrame(channel, *found, stateOf(*found, index(market), now), index(market), now);
            else if (kind == "book")
                text = snapshot(*found, stateOf(*found, index(market), now), channel, now);
        } else {
            text = volIndexFrame(channel, m_perpetuals.front().wire.index, volIndex(), now);
        }
        if (!text.empty())
            out.send(id, {.text = std::move(text), .channel = kept(kind), .symbol = kept(name)});
    }

    static BookEntry entry(std::string_view action, std::int64_t price, std::int64_t amount)
    {
        return {action, plain(Int128{price} * SimulatedPerpetual::kHalves, 1),
                plain(Int128{amount} * SimulatedPerpetual::kTens, 0)};
    }

    std::string snapshot(Perpetual& perpetual, const MarketBook& book, std::string_view channel)
    {
        if (perpetual.change == 0) {
            for (const Level& level : book.bids())
                perpetual.bids[level.price] = level.quantity;
            for (const Level& level : book.asks())
                perpetual.asks[level.price] = level.quantity;
        }
        perpetual.change = kFirstChange + book.version();
        std::vector<BookEntry> bids;
        std::vector<BookEntry> asks;
        for (const Level& level : book.bids())
            bids.push_back(entry("new", level.price, level.quantity));
        for (const Level& level : book.asks())
            asks.push_back(entry("new", level.price, level.quantity));
        return bookFrame(channel, perpetual.wire.name, bids, asks, perpetual.change, {}, perpetual.time);
    }

    std::string snapshot(const SimulatedOption& option, const OptionState& state, std::string_view channel, Nanos now)
    {
        OptionBook& book = m_books[option.name];
        if (book.change == 0) {
            book.change = kFirstChange;
            book.quotes = {state.bids, state.asks};
        }
        return bookFrame(channel, option.name, entriesOf({}, book.quotes.bids), entriesOf({}, book.quotes.asks),
                         book.change, {}, now);
    }

    void tellBook(const sim::Step& step, Perpetual& perpetual, const MarketBook& book, Outbox& out)
    {
        if (perpetual.change == 0 || step.changes.empty())
            return;
        std::vector<BookEntry> bids;
        std::vector<BookEntry> asks;
        for (const sim::LevelChange& change : step.changes) {
            auto& side = change.side == Side::Buy ? perpetual.bids : perpetual.asks;
            auto& entries = change.side == Side::Buy ? bids : asks;
            const auto& [price, quantity] = change.level;
            if (quantity == 0 && side.erase(price) > 0)
                entries.push_back(entry("delete", price, 0));
            else if (quantity != 0)
                entries.push_back(
                    entry(side.insert_or_assign(price, quantity).second ? "new" : "change", price, quantity));
        }
        if (bids.empty() && asks.empty())
            return;
        const std::uint64_t previous = std::exchange(perpetual.change, kFirstChange + book.version());
        each("book", perpetual.wire.name, out, [&](std::string_view channel) {
            return bookFrame(channel, perpetual.wire.name, bids, asks, perpetual.change, previous, step.time);
        });
    }

    bool followed(const std::string& name) const
    {
        for (const char* kind : {"ticker.", "book."})
            for (const std::string_view interval : kIntervals) {
                const auto found = m_subscribers.find(kind + name + "." + std::string(interval));
                if (found != m_subscribers.end() && !found->second.empty())
                    return true;
            }
        return false;
    }

    // Once a second, each on its own: the venue's own pace in quiet times.
    void tellOptions(const Market& market, Outbox& out)
    {
        const double spot = index(market);
        for (const SimulatedOption& option : options(m_now)) {
            if (!followed(option.name))
                continue;
            const OptionState state = stateOf(option, spot, m_now);
            each("ticker", option.name, out,
                 [&](std::string_view channel) { return optionTickerFrame(channel, option, state, spot, m_now); });
            const auto book = m_books.find(option.name);
            if (book == m_books.end())
                continue;
            const std::vector<BookEntry> bids = entriesOf(book->second.quotes.bids, state.bids);
            const std::vector<BookEntry> asks = entriesOf(book->second.quotes.asks, state.asks);
            book->second.quotes = {state.bids, state.asks};
            if (bids.empty() && asks.empty())
                continue;
            const std::uint64_t previous = book->second.change++;
            each("book", option.name, out, [&](std::string_view channel) {
                return bookFrame(channel, option.name, bids, asks, book->second.change, previous, m_now);
            });
        }
    }

    // What the surface has for thirty days, at the money.
    static double volIndex()
    {
        constexpr double kThirtyDays = 30.0 / 365;
        constexpr double kPercent = 100;
        return kPercent * SimulatedSurface().volatility(0, kThirtyDays);
    }

    void tellIndices(Outbox& out)
    {
        const std::string& index = m_perpetuals.front().wire.index;
        const std::string channel = "deribit_volatility_index." + index;
        const auto found = m_subscribers.find(channel);
        if (found == m_subscribers.end())
            return;
        for (const ClientId id : found->second)
            out.send(id, {.text = volIndexFrame(channel, index, volIndex(), m_now),
                          .channel = kept("deribit_volatility_index"),
                          .symbol = kept(index)});
    }

    std::vector<Perpetual> m_perpetuals;  // in the order of the market's listings
    double m_reference = 0;               // in dollars, around which strikes lie
    std::vector<SimulatedOption> m_options;
    Nanos m_day = -1;    // of m_options
    Nanos m_now = 0;     // of the market's last step
    Nanos m_second = 0;  // of the last tickers of options
    std::map<std::string, OptionBook> m_books;
    std::map<ClientId, Client> m_clients;
    std::map<std::string, std::set<ClientId>> m_subscribers;  // by channel
    std::map<std::string, Nanos> m_delisted;                  // until when
    std::set<std::string, std::less<>> m_names;
};

std::unique_ptr<sim::Simulator> makeSimulator(sim::SimulatorOptions options)
{
    if (options.listings.empty())
        options.listings = simulatedListings();
    auto venue = std::make_unique<DeribitVenue>(options.listings, options.seed);
    return std::make_unique<sim::Simulator>("deribit", std::move(options), std::move(venue));
}

}  // namespace

std::vector<sim::Listing> simulatedListings()
{
    return {
        {.base = "BTC",
         .quote = "USD",
         .pricePrecision = 0,
         .quantityPrecision = 0,
         .price = 154'240,
         .quantity = 1'500,
         .spacing = 2,
         .weight = 3},
        {.base = "ETH",
         .quote = "USD",
         .pricePrecision = 0,
         .quantityPrecision = 0,
         .price = 9'200,
         .quantity = 800,
         .spacing = 1,
         .weight = 1},
    };
}

SimulatorSpec simulatorSpec() { return {.name = "deribit", .title = "Deribit", .make = makeSimulator}; }

}  // namespace tickdeck::deribit
