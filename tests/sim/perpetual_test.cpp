// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdlib>

#include <gtest/gtest.h>

#include "engine/sim/perpetual.h"

namespace tickdeck::sim {
namespace {

constexpr Nanos kStart = 1'790'000'000 * kSecond;
const Listing kListing{
    .base = "BTC", .quote = "USDT", .pricePrecision = 1, .quantityPrecision = 3, .price = 769'473, .quantity = 900};

TEST(Perpetual, IsAFunctionOfSeedInstrumentAndTime)
{
    const Perpetual one(7, kListing);
    const Perpetual again(7, kListing);
    const Perpetual other(8, kListing);
    Listing ether = kListing;
    ether.base = "ETH";
    const Perpetual another(7, ether);
    const auto mark = [](const Perpetual& perpetual) {
        return perpetual.at(kStart + 17 * kSecond, 769'470, 769'475).mark;
    };
    EXPECT_EQ(mark(one), mark(again));
    EXPECT_NE(mark(one), mark(other));
    EXPECT_NE(mark(one), mark(another));
}

TEST(Perpetual, MarkAndIndexStayNearTheBookAndMove)
{
    const Perpetual perpetual(7, kListing);
    constexpr std::int64_t kMid = 769'475'000'0000;  // 76947.5 in 10^-8
    std::int64_t low = kMid;
    std::int64_t high = kMid;
    for (Nanos time = kStart; time < kStart + 3600 * kSecond; time += kSecond) {
        const auto prices = perpetual.at(time, 769'470, 769'480);
        ASSERT_LE(std::abs(prices.mark - kMid), kMid / 1000);
        ASSERT_LE(std::abs(prices.index - kMid), kMid / 1000);
        ASSERT_LE(std::abs(prices.mark - kMid), std::abs(prices.index - kMid)) << "the mark lies between both";
        low = std::min(low, prices.mark);
        high = std::max(high, prices.mark);
    }
    EXPECT_GT(high - low, kMid / 10'000);
}

TEST(Perpetual, FundingIsEveryEightHoursAndTurnsNegative)
{
    const Perpetual perpetual(7, kListing);
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (Nanos time = kStart; time < kStart + 30LL * 86'400 * kSecond; time += 1800 * kSecond) {
        const auto prices = perpetual.at(time, 769'470, 769'480);
        ASSERT_GT(prices.nextFunding, time);
        ASSERT_LE(prices.nextFunding - time, Perpetual::kFundingEvery);
        ASSERT_EQ(prices.nextFunding % Perpetual::kFundingEvery, 0);
        low = std::min(low, prices.fundingRate);
        high = std::max(high, prices.fundingRate);
    }
    EXPECT_LT(low, 0);
    EXPECT_GT(high, 10'000);
    EXPECT_LT(high, 75'000) << "0.075 %";
}

TEST(Perpetual, LiquidationsAreRareAndBeyondTheTouch)
{
    const Perpetual perpetual(7, kListing);
    int count = 0;
    int sells = 0;
    for (Nanos second = kStart; second < kStart + 36'000 * kSecond; second += kSecond) {
        const auto order = perpetual.liquidation(second, 769'470, 769'480);
        if (!order)
            continue;
        ++count;
        sells += order->side == Side::Sell;
        EXPECT_GE(order->time, second);
        EXPECT_LT(order->time, second + kSecond);
        EXPECT_GT(order->quantity, 0);
        if (order->side == Side::Sell)
            EXPECT_LT(order->limit, 769'470);
        else
            EXPECT_GT(order->limit, 769'480);
    }
    EXPECT_GT(count, 1400);
    EXPECT_LT(count, 2200);
    EXPECT_GT(sells, count / 3);
    EXPECT_LT(sells, count * 2 / 3);
}

}  // namespace
}  // namespace tickdeck::sim
