// SPDX-License-Identifier: GPL-3.0-or-later
// Events as JSON: the keys of the design in their order, exact numbers, any bytes escaped.

#include "engine/model/format.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>

#include "engine/core/utf8.h"

namespace tickdeck {
namespace {

class Format : public testing::Test {
protected:
    std::string json(Seq first = 7)
    {
        batch = builder.finish();
        batch.number(first);
        std::string out;
        for (const EventView event : batch)
            appendJson(out, event, batch.header(), symbols, {"e1"});
        return out;
    }

    SymbolTable symbols;
    BufferPool pool;
    BatchBuilder builder{pool};
    Batch batch;
    SymbolId id = symbols.intern("kraken", "BTC-USD", "BTC/USD");
};

TEST_F(Format, Trade)
{
    builder.begin("x").receiveTime = 12;
    Trade& trade = builder.add<Trade>(id, 34, BatchBuilder::room(2));
    trade.price = Decimal::parse("1.50").value();
    trade.quantity = Decimal::parse("0.00000001").value();
    trade.side = Side::Sell;
    builder.setText(trade.tradeId, "42");
    EXPECT_EQ(json(),
              R"({"seq":7,"origin":"e1-7","type":"trade","venue":"kraken","symbol":"BTC-USD","native":"BTC/USD",)"
              R"("exchange_time":34,"receive_time":12,"price":"1.50","quantity":"0.00000001","side":"sell",)"
              R"("trade_id":"42","backfilled":false})");
}

TEST_F(Format, NullsAreWritten)
{
    builder.begin("x").receiveTime = kNoTime;
    Quote& quote = builder.add<Quote>(id, kNoTime);
    quote.askPrice = Decimal::parse("-3").value();
    EXPECT_EQ(json(),
              R"({"seq":7,"origin":"e1-7","type":"quote","venue":"kraken","symbol":"BTC-USD","native":"BTC/USD",)"
              R"("exchange_time":null,"receive_time":null,"bid_price":null,"bid_quantity":null,"ask_price":"-3",)"
              R"("ask_quantity":null})");
}

TEST_F(Format, Book)
{
    builder.begin("x");
    const std::vector<Level> bids = {{15, 250}, {14, 0}};
    Book& book = builder.add<Book>(id, 1, BatchBuilder::room(bids.size() * sizeof(Level)));
    book.kind = BookKind::Snapshot;
    book.bids.priceScale = book.asks.priceScale = 1;
    book.bids.quantityScale = book.asks.quantityScale = 2;
    book.version = 18'446'744'073'709'551'615u;
    book.verified = Tristate::No;
    builder.setList(book.bids.list, std::span<const Level>(bids));
    EXPECT_EQ(json(),
              R"({"seq":7,"origin":"e1-7","type":"book","venue":"kraken","symbol":"BTC-USD","native":"BTC/USD",)"
              R"("exchange_time":1,"receive_time":0,"kind":"snapshot","bids":[["1.5","2.50"],["1.4","0.00"]],)"
              R"("asks":[],"venue_seq":null,"version":18446744073709551615,"verified":false})");
}

TEST_F(Format, ADerivedEventNamesItsCause)
{
    BatchHeader& header = builder.begin({});
    header.kind = BatchKind::Derived;
    header.lane = symbols.intern("tickdeck", "", "candles");
    header.causeSeq = 90;
    header.receiveTime = 5;
    builder.add<Status>(id, kNoTime);
    builder.add<Status>(id, kNoTime);
    builder.setCause(88, 90);
    const std::string text = json(100);
    const auto second = nlohmann::json::parse(text.substr(text.find("}{") + 1));
    EXPECT_EQ(second["seq"], 101);
    EXPECT_EQ(second["origin"], "candles/e1-90/1");
    EXPECT_EQ(second["cause"], (nlohmann::json{88, 90}));
    EXPECT_NE(text.find(R"("receive_time":5,"cause":[0,0],"subject":"")"), std::string::npos) << text;
}

TEST_F(Format, EveryTypeIsAnObjectWithItsFieldsInOrder)
{
    builder.begin("x");
    [&]<class... E>(std::tuple<E...>*) {
        (static_cast<void>(builder.add<E>(id, 1)), ...);
    }(static_cast<EventTypes*>(nullptr));
    batch = builder.finish();
    batch.number(1);
    std::size_t types = 0;
    for (const EventView event : batch) {
        std::string text;
        appendJson(text, event, batch.header(), symbols, {"e1"});
        const auto parsed = nlohmann::ordered_json::parse(text);
        std::vector<std::string> keys;
        for (const auto& item : parsed.items())
            keys.push_back(item.key());
        std::vector<std::string> expected = {"seq",    "origin", "type",          "venue",
                                             "symbol", "native", "exchange_time", "receive_time"};
        [&]<class... E>(std::tuple<E...>*) {
            (static_cast<void>(event.as<E>() &&
                               (forEachField<E>([&](const auto& f) { expected.emplace_back(f.name); }), true)),
             ...);
        }(static_cast<EventTypes*>(nullptr));
        EXPECT_EQ(keys, expected);
        ++types;
    }
    EXPECT_EQ(types, kEventTypeCount);
}

TEST(FormatText, Escapes)
{
    const auto escaped = [](std::string_view text) {
        std::string out;
        appendJsonString(out, text);
        return out;
    };
    EXPECT_EQ(escaped(""), R"("")");
    EXPECT_EQ(escaped("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(escaped(std::string_view("\n\r\t\0\x1f\x7f", 6)), R"("\n\r\t\u0000\u001f\u007f")");
    EXPECT_EQ(escaped("€ 😀 ä"), "\"€ 😀 ä\"");
    // Cut, overlong, a surrogate, beyond the last plane, stray bytes: one U+FFFD for each byte that begins nothing.
    EXPECT_EQ(escaped("a\xe2\x82"), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
    EXPECT_EQ(escaped("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
    EXPECT_EQ(escaped("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    EXPECT_EQ(escaped("\xff\x80z"), "\"\xef\xbf\xbd\xef\xbf\xbdz\"");
}

// Whatever the bytes, the string is JSON, and well-formed text comes back as it was.
TEST(FormatText, AnyBytes)
{
    std::mt19937_64 random(3);
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 12, '\0');
        for (char& c : text)
            c = random() % 2 ? static_cast<char>(random() % 256) : "aé\xf0\x9f\"\\"[random() % 7];
        std::string out;
        appendJsonString(out, text);
        const auto parsed = nlohmann::json::parse(out, nullptr, false);
        ASSERT_TRUE(parsed.is_string());
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t length = utf8Character(std::string_view(text).substr(at));
            if (length == 0)
                break;
            at += length;
        }
        if (at == text.size()) {
            ASSERT_EQ(parsed.get<std::string>(), text);
        } else
            ASSERT_NE(parsed.get<std::string>().find("\xef\xbf\xbd"), std::string::npos);
    }
}

}  // namespace
}  // namespace tickdeck
