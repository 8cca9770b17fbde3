// SPDX-License-Identifier: GPL-3.0-or-later
// The short way takes nothing that the long way would not, and reads it alike.

#include "engine/connectors/kraken/usual.h"

#include <gtest/gtest.h>
#include <random>

#include "engine/connectors/kraken/message.h"
#include "tests/kraken_decoder/driver.h"
#include "tests/support/damage.h"

namespace tickdeck::kraken {
namespace {

std::string padded(std::string_view frame) { return std::string(frame) + std::string(kFramePadding, '\0'); }

// The same message with a blank in front, which is never usual.
struct Read {
    MessageReader reader;
    Message message;
    bool good;
    std::string bytes;
    explicit Read(std::string_view frame) : bytes(padded(frame))
    {
        good = reader.read(std::string_view(bytes).substr(0, frame.size()), message).has_value();
    }
};

bool isUsual(std::string_view frame)
{
    const std::string bytes = padded(frame);
    Pools pools;
    wire::TimeScanner times;
    Message message;
    return readUsual(std::string_view(bytes).substr(0, frame.size()), times, pools, message);
}

bool same(const book::WireNumber& a, const book::WireNumber& b)
{
    return a.mantissa == b.mantissa && a.scale == b.scale;
}

void expectSame(const std::vector<book::WireLevel>& a, const std::vector<book::WireLevel>& b)
{
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_TRUE(same(a[i].price, b[i].price) && same(a[i].quantity, b[i].quantity));
}

void expectAlike(const std::string& frame)
{
    const Read usual(frame);
    const Read longer(" " + frame);
    ASSERT_TRUE(usual.good) << frame;
    ASSERT_TRUE(longer.good) << frame;
    EXPECT_EQ(usual.message.kind, longer.message.kind);
    EXPECT_EQ(usual.message.snapshot, longer.message.snapshot);
    ASSERT_EQ(usual.message.books.size(), longer.message.books.size());
    for (std::size_t i = 0; i < usual.message.books.size(); ++i) {
        const BookMessage& a = usual.message.books[i];
        const BookMessage& b = longer.message.books[i];
        EXPECT_EQ(a.symbol, b.symbol);
        EXPECT_EQ(a.checksum, b.checksum);
        EXPECT_EQ(a.time, b.time);
        EXPECT_EQ(a.offset + 1, b.offset);
        expectSame(a.bids, b.bids);
        expectSame(a.asks, b.asks);
    }
    ASSERT_EQ(usual.message.trades.size(), longer.message.trades.size());
    for (std::size_t i = 0; i < usual.message.trades.size(); ++i) {
        const TradeMessage& a = usual.message.trades[i];
        const TradeMessage& b = longer.message.trades[i];
        EXPECT_TRUE(a.symbol == b.symbol && same(a.price, b.price) && same(a.quantity, b.quantity) &&
                    a.tradeId == b.tradeId && a.time == b.time && a.side == b.side);
    }
    ASSERT_EQ(usual.message.tickers.size(), longer.message.tickers.size());
    for (std::size_t i = 0; i < usual.message.tickers.size(); ++i) {
        const TickerMessage& a = usual.message.tickers[i];
        const TickerMessage& b = longer.message.tickers[i];
        EXPECT_TRUE(a.symbol == b.symbol && same(a.bid, b.bid) && same(a.bidQuantity, b.bidQuantity) &&
                    same(a.ask, b.ask) && same(a.askQuantity, b.askQuantity) && a.time == b.time);
    }
}

std::vector<std::string> session() { return linesOf(std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl"); }

TEST(Usual, ReadsTheSessionAlike)
{
    int taken = 0;
    for (const std::string& frame : session()) {
        if (!isUsual(frame))
            continue;
        ++taken;
        expectAlike(frame);
    }
    EXPECT_EQ(taken, 58);  // every book, ticker and trade frame
}

// Random damage: what the short way still takes must be good on the long way, too, and mean the same.
TEST(Usual, TakesNoDamageThatTheLongWayRefuses)
{
    std::mt19937_64 random(11);
    const std::vector<std::string> frames = session();
    int taken = 0;
    for (int i = 0; i < 60'000; ++i) {
        const std::string frame = damaged(frames[random() % frames.size()], random);
        if (!isUsual(frame))
            continue;
        ++taken;
        expectAlike(frame);
        if (HasFailure())
            FAIL() << frame;
    }
    EXPECT_GT(taken, 1'000);
}

}  // namespace
}  // namespace tickdeck::kraken
