// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/iv_surface/svi.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/iv_surface/vectors.h"

namespace tickdeck::iv_surface {
namespace {

using test::number;

constexpr Svi kVogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};  // Gatheral-Jacquier, example 3.1
constexpr Svi kRepaired{0.007740912420365595, 0.06924203448893687, -0.3340364806114792, 0.04203374522958449,
                        0.11860780293247};

std::vector<SviPoint> pointsOn(const Svi& truth, double low, double high, int count)
{
    std::vector<SviPoint> points;
    for (int i = 0; i < count; ++i) {
        const double k = low + (high - low) * i / (count - 1);
        points.push_back({k, truth.variance(k), 1 / truth.variance(k)});
    }
    return points;
}

TEST(Svi, AgreesWithTheVectors)
{
    const auto vectors = test::recorded("chains/vectors/svi_ssvi.json");
    if (!vectors)
        GTEST_SKIP() << "no recordings";
    std::size_t points = 0;
    for (const auto& one : vectors->at("raw_svi")) {
        const Svi slice{number(one, "a"), number(one, "b"), number(one, "rho"), number(one, "m"), number(one, "sigma")};
        for (const auto& point : one.at("points")) {
            const double k = number(point, "k");
            EXPECT_NEAR(slice.variance(k), number(point, "w"), 1e-15);
            EXPECT_NEAR(slice.slope(k), number(point, "dw"), 1e-14);
            EXPECT_NEAR(slice.curvature(k), number(point, "d2w"), 1e-13);
            EXPECT_NEAR(slice.density(k), number(point, "g"), 1e-11 * std::max(1.0, std::abs(number(point, "g"))));
            ++points;
        }
    }
    EXPECT_GT(points, 30u);
}

// A slice of SSVI is one of raw SVI: its points are fitted without a rest, and pass both tests.
TEST(Svi, FitsTheVectorsOfSsvi)
{
    const auto vectors = test::recorded("chains/vectors/svi_ssvi.json");
    if (!vectors)
        GTEST_SKIP() << "no recordings";
    for (const auto& one : vectors->at("ssvi")) {
        std::vector<SviPoint> points;
        for (const auto& point : one.at("points"))
            points.push_back({number(point, "k"), number(point, "w"), 1});
        const auto fit = fitSvi(points);
        ASSERT_TRUE(fit);
        for (const SviPoint& point : points)
            EXPECT_NEAR(fit->variance(point.k), point.w, 1e-6);
        const double theta = number(one, "theta");
        const double phi = number(one, "phi");
        const double rho = number(one, "rho");
        EXPECT_NEAR(fit->a, theta / 2 * (1 - rho * rho), 1e-4);
        EXPECT_NEAR(fit->b, theta * phi / 2, 1e-4);
        EXPECT_NEAR(fit->rho, rho, 1e-3);
        EXPECT_EQ(freeOfButterflies(*fit, -1.5, 1.5), number(one, "cond1") < 4 && number(one, "cond2") <= 4);
    }
}

TEST(Svi, FindsTheParametersItsPointsCameFrom)
{
    for (const Svi& truth :
         {kVogt, kRepaired, Svi{0.01, 0.1, -0.9, -0.05, 0.05}, Svi{-0.0666, 0.229, 0.439, 0.193, 0.337}}) {
        const auto points = pointsOn(truth, -0.8, 0.8, 41);
        const auto fit = fitSvi(points);
        ASSERT_TRUE(fit);
        EXPECT_NEAR(fit->a, truth.a, 1e-5);
        EXPECT_NEAR(fit->b, truth.b, 1e-5);
        EXPECT_NEAR(fit->rho, truth.rho, 1e-4);
        EXPECT_NEAR(fit->m, truth.m, 1e-4);
        EXPECT_NEAR(fit->sigma, truth.sigma, 1e-4);
    }
}

// Whatever the points, the slice is one: no negative variance, wings within Lee's bound, |rho| ≤ 1.
TEST(Svi, StaysFeasibleOnAnyPoints)
{
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal;
    for (int round = 0; round < 300; ++round) {
        std::vector<SviPoint> points;
        const int count = 5 + static_cast<int>(random() % 20);
        for (int i = 0; i < count; ++i)
            points.push_back({normal(random) * 0.5, std::exp(2 * normal(random) - 3), std::exp(normal(random))});
        const auto fit = fitSvi(points);
        ASSERT_TRUE(fit);
        EXPECT_GE(fit->b, 0);
        EXPECT_LE(std::abs(fit->rho), 1);
        EXPECT_GT(fit->sigma, 0);
        EXPECT_LE(fit->b * (1 + std::abs(fit->rho)), 2 + 1e-9);
        EXPECT_GE(fit->a + fit->b * fit->sigma * std::sqrt(1 - fit->rho * fit->rho), -1e-9);
    }
}

TEST(Svi, NeedsFivePointsAndSomeWidth)
{
    EXPECT_FALSE(fitSvi({}));
    EXPECT_FALSE(fitSvi(pointsOn(kRepaired, -0.3, 0.3, 4)));
    EXPECT_TRUE(fitSvi(pointsOn(kRepaired, -0.3, 0.3, 5)));
    const std::vector<SviPoint> same(8, {0.1, 0.04, 1});
    EXPECT_FALSE(fitSvi(same));
}

TEST(Svi, TellsButterflies)
{
    EXPECT_FALSE(freeOfButterflies(kVogt, -0.5, 0.5));  // least g -0.033 at k = 0.879, beyond the points
    EXPECT_TRUE(freeOfButterflies(kRepaired, -1.5, 1.5));
    EXPECT_FALSE(freeOfButterflies({0.04, 1.5, 0.5, 0, 0.1}, -0.1, 0.1)) << "a wing steeper than 2";
    EXPECT_FALSE(freeOfButterflies({-0.1, 0.1, 0, 0, 0.1}, -0.1, 0.1)) << "negative variance";
}

TEST(Svi, TellsCalendars)
{
    Svi later = kRepaired;
    later.a += 0.001;
    EXPECT_TRUE(freeOfCalendars(kRepaired, later, -1, 1));
    EXPECT_FALSE(freeOfCalendars(later, kRepaired, -1, 1));
    later.rho = 0.4;  // crosses on one side only
    EXPECT_FALSE(freeOfCalendars(kRepaired, later, -1, 1));
    EXPECT_TRUE(freeOfCalendars(kRepaired, later, 0.2, 1));
}

TEST(Svi, FindsTheStrikeOfADelta)
{
    const double d1 = 0.6744897501960817;
    const auto call = kRepaired.moneynessAt(-d1, -3, 3);
    const auto put = kRepaired.moneynessAt(d1, -3, 3);
    ASSERT_TRUE(call && put);
    for (const auto& [k, delta] : {std::pair(*call, -d1), std::pair(*put, d1)}) {
        const double root = std::sqrt(kRepaired.variance(k));
        EXPECT_NEAR(-k / root + root / 2, delta, 1e-12);
    }
    EXPECT_GT(*call, 0);
    EXPECT_LT(*put, 0);
    EXPECT_FALSE(kRepaired.moneynessAt(-d1, -0.01, 0.01)) << "lies beyond";
}

}  // namespace
}  // namespace tickdeck::iv_surface
