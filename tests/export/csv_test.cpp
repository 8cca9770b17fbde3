// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/csv.h"

#include <gtest/gtest.h>

namespace tickdeck::test {
namespace {

class CsvTest : public ::testing::Test {
protected:
    CsvTest() : builder(pool) { builder.begin({}).receiveTime = 1'700'000'000'000'000'000; }

    std::string line()
    {
        Batch batch = builder.finish();
        batch.number(42);
        std::string out;
        appendCsv(out, *batch.begin(), batch.header(), symbols, "0123456789ab-42");
        return out;
    }

    BufferPool pool;
    SymbolTable symbols;
    BatchBuilder builder;
    SymbolId btc = symbols.intern("kraken", "BTC-USD", "BTC/USD");
};

TEST_F(CsvTest, TradeWithItsHeader)
{
    Trade& trade = builder.add<Trade>(btc, 1'699'999'999'000'000'001, 64);
    trade.price = *Decimal::parse("64000.10");
    trade.quantity = *Decimal::parse("0.00000001");
    trade.side = Side::Sell;
    builder.setText(trade.tradeId, "77");
    EXPECT_EQ(line(), "42,0123456789ab-42,trade,kraken,BTC-USD,BTC/USD,1699999999000000001,1700000000000000000,,"
                      "64000.10,0.00000001,sell,77,false\n");
    std::string header;
    appendCsvHeader(header, EventType::Trade);
    EXPECT_EQ(header,
              "seq,origin,type,venue,symbol,native,exchange_time,receive_time,cause,price,quantity,side,trade_id,"
              "backfilled\n");
}

TEST_F(CsvTest, NullsAreEmptyAndListsAreOneCell)
{
    Book& book = builder.add<Book>(btc, kNoTime, 256);
    book.bids.priceScale = 1;
    book.bids.quantityScale = 8;
    const Level levels[] = {{640001, 150000000}, {640000, 0}};
    builder.setList(book.bids.list, std::span<const Level>(levels));
    book.version = 3;
    EXPECT_EQ(line(), "42,0123456789ab-42,book,kraken,BTC-USD,BTC/USD,,1700000000000000000,,update,"
                      "\"[[\"\"64000.1\"\",\"\"1.50000000\"\"],[\"\"64000.0\"\",\"\"0.00000000\"\"]]\",[],,3,\n");
}

TEST_F(CsvTest, TheCauseOfADerivedEventIsOneCell)
{
    builder.add<Candle>(btc, kNoTime).close = Decimal(-15, 1);
    builder.setCause(7, 9);
    const std::string text = line();
    EXPECT_NE(text.find(",\"[7,9]\","), std::string::npos) << text;
    // A negative number is a number, not a formula.
    EXPECT_NE(text.find(",-1.5,"), std::string::npos) << text;
}

TEST_F(CsvTest, AGapsOwnCauseKeepsItsColumn)
{
    std::string header;
    appendCsvHeader(header, EventType::Gap);
    EXPECT_NE(header.find(",cause_seq,"), std::string::npos);
    EXPECT_EQ(header.find(",cause,"), header.rfind(",cause,"));
}

TEST_F(CsvTest, TextThatASpreadsheetWouldRunIsGuarded)
{
    const std::pair<const char*, const char*> cases[] = {
        {"=1+1", "'=1+1"},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"},
        {"\rx", "\"'\rx\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"plain", "plain"},
        {"a=b", "a=b"},
        {" =1", " =1"},
        {"two\nlines", "\"two\nlines\""},
        {"", ""},
    };
    for (const auto& [text, cell] : cases) {
        builder.begin({}).receiveTime = kNoTime;
        Status& status = builder.add<Status>(0, kNoTime, 256);
        builder.setText(status.reason, text);
        EXPECT_EQ(line(), std::string("42,0123456789ab-42,status,,,,,,,,,") + cell + "\n") << text;
    }
}

TEST_F(CsvTest, NamesAreGuardedToo)
{
    Status& status = builder.add<Status>(symbols.intern("=v", "@s", "-n"), kNoTime, 64);
    builder.setText(status.reason, "r");
    EXPECT_NE(line().find(",'=v,'@s,'-n,"), std::string::npos);
}

}  // namespace
}  // namespace tickdeck::test
