// SPDX-License-Identifier: GPL-3.0-or-later
// The surface that options are priced from has no arbitrage, and prices and volatilities belong together.

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "engine/connectors/deribit/simulator_chain.h"

namespace tickdeck::deribit {
namespace {

constexpr Nanos kNow = 1'795'262'400 * kSecond;  // 2026-11-21 12:00 UTC

TEST(DeribitSurface, HasNoArbitrage)
{
    const SimulatedSurface surface;
    for (double years = 0.001; years < 2; years *= 1.3) {
        for (double k = -1.5; k <= 1.5; k += 0.01) {
            const double w = surface.totalVariance(k, years);
            // No calendar: the total variance rises with time.
            EXPECT_GT(surface.totalVariance(k, years * 1.3), w) << k << " " << years;
            // No butterfly: Gatheral's g is the density's sign.
            constexpr double kStep = 1e-4;
            const double up = surface.totalVariance(k + kStep, years);
            const double down = surface.totalVariance(k - kStep, years);
            const double slope = (up - down) / (2 * kStep);
            const double curve = (up - 2 * w + down) / (kStep * kStep);
            const double root = 1 - k * slope / (2 * w);
            EXPECT_GT(root * root - slope * slope / 4 * (1 / w + 0.25) + curve / 2, -1e-6) << k << " " << years;
        }
    }
}

TEST(DeribitSurface, PricesAgreeWithTheVenues)
{
    // A recorded row: BTC-9JUN20-9875-P at 2020-06-07 23:59:59.413, mark_iv 62.89, mark_price 0.02210436.
    const double years = yearsBetween(1'591'574'399'413 * kMillisecond, 1'591'689'600 * kSecond);
    const BlackPrice put = blackPrice(9756.36, 9875, years, 0.6289, true);
    EXPECT_NEAR(put.price / 9756.36, 0.02210436, 1e-5);
    EXPECT_NEAR(put.delta, -0.61752, 1e-4);
    EXPECT_NEAR(put.gamma, 0.00103, 1e-5);
    EXPECT_NEAR(put.vega, 2.24964, 1e-3);
    EXPECT_NEAR(put.theta, -53.05655, 0.05);
    EXPECT_NEAR(put.rho, -0.22796, 1e-3);
    EXPECT_NEAR(blackVolatility(put.price, 9756.36, 9875, years, true), 0.6289, 1e-9);
    EXPECT_EQ(blackVolatility(9875 - 9756.36 - 1, 9756.36, 9875, years, true), 0);
}

TEST(DeribitChain, ListsChangeAtEightOClockAlone)
{
    const std::vector<SimulatedOption> now = optionsAt(kNow, "BTC", 77'000);
    EXPECT_GT(now.size(), 200u);
    std::set<std::string> names;
    std::set<Nanos> expiries;
    for (const SimulatedOption& option : now) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_GT(option.expiry, kNow);
        EXPECT_EQ(option.expiry % (86'400 * kSecond), 8 * 3600 * kSecond);
        expiries.insert(option.expiry);
    }
    EXPECT_GE(expiries.size(), 7u);
    const Nanos eight = 1'795'334'400 * kSecond;  // 2026-11-22 08:00 UTC
    const auto namesAt = [](Nanos time) {
        std::set<std::string> out;
        for (const SimulatedOption& option : optionsAt(time, "BTC", 77'000))
            out.insert(option.name);
        return out;
    };
    EXPECT_EQ(namesAt(eight - 1), names);
    const std::set<std::string> later = namesAt(eight);
    EXPECT_NE(later, names);
    // What has not expired is listed on.
    for (const SimulatedOption& option : now) {
        EXPECT_EQ(later.contains(option.name), option.expiry > eight) << option.name;
    }
}

TEST(DeribitChain, QuotesStandAroundTheMarkOnTheVenuesTicks)
{
    for (const SimulatedOption& option : optionsAt(kNow, "BTC", 77'000)) {
        const OptionState state = stateOf(option, 77'000, kNow);
        const double years = yearsBetween(kNow, option.expiry);
        EXPECT_NEAR(state.markVolatility,
                    SimulatedSurface().volatility(std::log(static_cast<double>(option.strike) / state.forward), years),
                    1e-12);
        ASSERT_FALSE(state.asks.empty());
        EXPECT_GE(static_cast<double>(state.asks.front().price) * 1e-4, state.markPrice) << option.name;
        if (!state.bids.empty()) {
            EXPECT_LE(static_cast<double>(state.bids.front().price) * 1e-4, state.markPrice) << option.name;
        }
        for (const auto& side : {state.bids, state.asks})
            for (const Level& level : side) {
                EXPECT_GT(level.price, 0);
                EXPECT_TRUE(level.price <= 50 || level.price % 5 == 0) << level.price;
            }
        if (state.bidVolatility > 0 && state.askVolatility > 0) {
            EXPECT_LT(state.bidVolatility, state.askVolatility);
        }
    }
}

}  // namespace
}  // namespace tickdeck::deribit
