// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/simulator_surface.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tickdeck::deribit {

namespace {

constexpr double kRho = -0.3;
constexpr double kEta = 1.2;
constexpr double kGamma = 0.45;
// The variance at the money: that of the long run, and a surplus of now that fades.
constexpr double kLongVolatility = 0.56;
constexpr double kNowVolatility = 0.44;
constexpr double kFade = 4;      // a year
constexpr double kBasis = 0.05;  // of the forward over the index, a year
constexpr double kMostVolatility = 8;

static_assert(kEta * (1 - kRho) <= 2 && kGamma <= 0.5);

double normal(double x) noexcept { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
double density(double x) noexcept { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }

double atTheMoney(double years) noexcept
{
    constexpr double kLong = kLongVolatility * kLongVolatility;
    constexpr double kNow = kNowVolatility * kNowVolatility;
    return kLong * years + (kNow - kLong) * (1 - std::exp(-kFade * years)) / kFade;
}

}  // namespace

double SimulatedSurface::totalVariance(double k, double years) const noexcept
{
    const double theta = atTheMoney(years);
    const double phi = kEta / (std::pow(theta, kGamma) * std::pow(1 + theta, 1 - kGamma));
    const double x = phi * k;
    return theta / 2 * (1 + kRho * x + std::sqrt((x + kRho) * (x + kRho) + 1 - kRho * kRho));
}

double SimulatedSurface::volatility(double k, double years) const noexcept
{
    return std::sqrt(totalVariance(k, years) / years);
}

double SimulatedSurface::forward(double index, double years) noexcept { return index * std::exp(kBasis * years); }

double yearsBetween(Nanos now, Nanos expiry) noexcept
{
    constexpr double kYear = 365.0 * 86'400 * 1e9;  // nanoseconds
    return static_cast<double>(std::max(expiry - now, kSecond)) / kYear;
}

BlackPrice blackPrice(double forward, double strike, double years, double volatility, bool put) noexcept
{
    constexpr double kDays = 365;
    constexpr double kPoints = 100;
    const double deviation = volatility * std::sqrt(years);
    const double d1 = std::log(forward / strike) / deviation + deviation / 2;
    const double d2 = d1 - deviation;
    const double sign = put ? -1 : 1;
    BlackPrice out;
    out.price = sign * (forward * normal(sign * d1) - strike * normal(sign * d2));
    out.delta = sign * normal(sign * d1);
    out.gamma = density(d1) / (forward * deviation);
    out.vega = forward * density(d1) * std::sqrt(years) / kPoints;
    out.theta = -forward * density(d1) * volatility / (2 * std::sqrt(years)) / kDays;
    out.rho = sign * strike * years * normal(sign * d2) / kPoints;
    return out;
}

double blackVolatility(double price, double forward, double strike, double years, bool put) noexcept
{
    constexpr int kSteps = 50;
    double low = 1e-4;
    double high = kMostVolatility;
    if (price <= blackPrice(forward, strike, years, low, put).price ||
        price >= blackPrice(forward, strike, years, high, put).price)
        return 0;
    for (int i = 0; i < kSteps; ++i) {
        const double middle = (low + high) / 2;
        (blackPrice(forward, strike, years, middle, put).price < price ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace tickdeck::deribit
