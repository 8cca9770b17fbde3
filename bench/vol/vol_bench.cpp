// SPDX-License-Identifier: GPL-3.0-or-later
// Black-76 and its inverse for one option, and the re-fit of a whole chain of 800.

#include <algorithm>
#include <cmath>
#include <random>

#include "bench/common/compare.h"
#include "engine/pipelines/iv_surface/black76.h"
#include "engine/pipelines/iv_surface/svi.h"

namespace tickdeck::bench {
namespace {

using namespace iv_surface;

struct Quoted {
    Payoff payoff;
    double strike;
    double total;
    double price;
};

constexpr double kForward = 100;

std::vector<Quoted> options(std::size_t count)
{
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<Quoted> out;
    while (out.size() < count) {
        const double strike = kForward * std::exp(uniform(random) - 0.5);
        const double total = (0.1 + 1.2 * uniform(random)) * std::sqrt(0.01 + 1.99 * uniform(random));
        const Payoff payoff = strike > kForward ? Payoff::Call : Payoff::Put;
        const double price = blackPrice(payoff, kForward, strike, total);
        if (price > 1e-12 * kForward)
            out.push_back({payoff, strike, total, price});
    }
    return out;
}

void volatility()
{
    const std::vector<Quoted> chain = options(200'000);
    Compare compare;
    const auto implied = compare.add("implied volatility, out of the money, T 0.01-2", chain.size(), [&] {
        double sum = 0;
        for (const Quoted& one : chain)
            sum += impliedTotalVolatility(one.payoff, kForward, one.strike, one.price).value_or(0);
        keep(sum);
    });
    compare.add("Black-76 price", chain.size(), [&] {
        double sum = 0;
        for (const Quoted& one : chain)
            sum += blackPrice(one.payoff, kForward, one.strike, one.total);
        keep(sum);
    });
    compare.run();
    compare.goal("implied volatility of one option", implied, 250);
    double worst = 0;
    for (const Quoted& one : chain)
        worst = std::max(
            worst,
            std::abs(impliedTotalVolatility(one.payoff, kForward, one.strike, one.price).value_or(0) / one.total - 1));
    std::printf("  worst relative error %.1e (goal 1e-12%s)\n", worst, worst <= 1e-12 ? "" : ": MISSED");
}

// 800 options on 12 expiries with noise, both tests of each slice included.
void surface()
{
    std::mt19937_64 random(2);
    std::normal_distribution<double> noise(0, 0.004);
    std::vector<std::vector<SviPoint>> expiries(12);
    for (std::size_t i = 0; i < expiries.size(); ++i) {
        const double years = 0.005 * std::pow(1.6, static_cast<double>(i));
        const double root = std::sqrt(years);
        for (std::size_t j = 0; j < 67 - (i < 4 ? 1 : 0); ++j) {
            const double k = (static_cast<double>(j) / 33 - 1) * 1.5 * root;
            const double volatility = 0.55 - 0.1 * k / root + 0.06 * k * k / years + noise(random);
            const double w = volatility * volatility * years;
            expiries[i].push_back({k, w, 1 / (4 * w * years)});
        }
    }
    std::size_t count = 0;
    for (const auto& points : expiries)
        count += points.size();
    Compare compare;
    const auto whole = compare.add("surface of " + std::to_string(count) + " options, fit and tests", 20, [&] {
        for (int i = 0; i < 20; ++i) {
            std::vector<Svi> fits;
            int good = 0;
            for (const auto& points : expiries) {
                fits.push_back(fitSvi(points).value());
                const double low = points.front().k;
                const double high = points.back().k;
                good += freeOfButterflies(fits.back(), low, high);
                good += fits.size() > 1 && freeOfCalendars(fits[fits.size() - 2], fits.back(), low, high);
            }
            keep(good);
        }
    });
    compare.run();
    compare.goal("whole surface re-fitted", whole, 10e6);
}

}  // namespace
}  // namespace tickdeck::bench

int main()
{
    tickdeck::bench::volatility();
    tickdeck::bench::surface();
}
