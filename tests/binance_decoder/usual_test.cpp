// SPDX-License-Identifier: GPL-3.0-or-later
// The short way takes nothing that the long way would not, and reads it alike.

#include "engine/connectors/binance/usual.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <random>

#include "engine/connectors/binance/message.h"
#include "tests/binance_decoder/driver.h"
#include "tests/support/damage.h"

namespace tickdeck::binance {
namespace {

std::string padded(std::string_view frame) { return std::string(frame) + std::string(kFramePadding, '\0'); }

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
    Message message;
    return readUsual(std::string_view(bytes).substr(0, frame.size()), pools, message);
}

bool same(const book::WireNumber& a, const book::WireNumber& b)
{
    return a.mantissa == b.mantissa && a.scale == b.scale;
}
bool same(const std::optional<book::WireNumber>& a, const std::optional<book::WireNumber>& b)
{
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
bool same(const std::vector<book::WireLevel>& a, const std::vector<book::WireLevel>& b)
{
    return std::ranges::equal(a, b, [](const book::WireLevel& x, const book::WireLevel& y) {
        return same(x.price, y.price) && same(x.quantity, y.quantity);
    });
}
bool same(const DepthMessage& a, const DepthMessage& b)
{
    return a.symbol == b.symbol && a.ids == b.ids && a.time == b.time && a.partial == b.partial &&
           a.offset + 1 == b.offset && same(a.bids, b.bids) && same(a.asks, b.asks);
}
bool same(const QuoteMessage& a, const QuoteMessage& b)
{
    return a.symbol == b.symbol && same(a.bid, b.bid) && same(a.bidQuantity, b.bidQuantity) && same(a.ask, b.ask) &&
           same(a.askQuantity, b.askQuantity) && a.updateId == b.updateId && a.time == b.time;
}
bool same(const TradeMessage& a, const TradeMessage& b)
{
    return a.symbol == b.symbol && same(a.price, b.price) && same(a.quantity, b.quantity) && a.tradeId == b.tradeId &&
           a.time == b.time && a.side == b.side && a.aggregate == b.aggregate;
}
bool same(const MarkMessage& a, const MarkMessage& b)
{
    return a.symbol == b.symbol && same(a.mark, b.mark) && same(a.index, b.index) && same(a.rate, b.rate) &&
           a.nextFunding == b.nextFunding && a.time == b.time;
}
template <class T>
bool same(std::span<T> a, std::span<T> b)
{
    return std::ranges::equal(a, b, [](const T& x, const T& y) { return same(x, y); });
}

void expectAlike(const std::string& frame)
{
    const Read usual(frame);
    const Read longer(" " + frame);  // a blank in front is never usual
    ASSERT_TRUE(usual.good) << frame;
    ASSERT_TRUE(longer.good) << frame;
    EXPECT_EQ(usual.message.kind, longer.message.kind) << frame;
    EXPECT_EQ(usual.message.name, longer.message.name) << frame;
    EXPECT_TRUE(same(usual.message.depths, longer.message.depths)) << frame;
    EXPECT_TRUE(same(usual.message.quotes, longer.message.quotes)) << frame;
    EXPECT_TRUE(same(usual.message.trades, longer.message.trades)) << frame;
    EXPECT_TRUE(same(usual.message.marks, longer.message.marks)) << frame;
}

std::vector<std::string> session() { return linesOf(std::string(TICKDECK_TEST_DATA) + "/binance_session.jsonl"); }

TEST(Usual, ReadsTheSessionAlike)
{
    int taken = 0;
    for (const std::string& frame : session()) {
        if (!isUsual(frame))
            continue;
        ++taken;
        expectAlike(frame);
        // Without the wrapper it is the same message.
        const std::size_t data = frame.find("\"data\":");
        if (data != std::string::npos) {
            const std::string bare = frame.substr(data + 7, frame.size() - data - 8);
            EXPECT_TRUE(isUsual(bare)) << bare;
            expectAlike(bare);
        }
    }
    EXPECT_EQ(taken, 40);  // every change, quote, trade and mark
}

TEST(Usual, ReadsTheRecordingsAlike)
{
    const std::string folder = std::string(TICKDECK_RECORDINGS) + "/exchanges/binance_usdm";
    if (!std::filesystem::exists(folder))
        GTEST_SKIP() << folder << " is missing";
    int taken = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".jsonl")
            continue;
        for (const std::string& frame : linesOf(entry.path())) {
            if (!isUsual(frame))
                continue;
            ++taken;
            expectAlike(frame);
        }
    }
    EXPECT_GT(taken, 1'800);
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
}  // namespace tickdeck::binance
