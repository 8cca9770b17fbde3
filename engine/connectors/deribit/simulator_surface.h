// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The volatility surface that the simulated options are priced from, free of arbitrage and known to tests. Maths in double.
//
// Sources: J. Gatheral and A. Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14 (2014), for the
// surface; F. Black, "The pricing of commodity contracts" (1976), for prices.

#include "engine/core/time.h"

namespace tickdeck::deribit {

// SSVI with a power law: w(k) = θ/2 (1 + ρφk + sqrt((φk + ρ)² + 1 - ρ²)), φ = η / (θ^γ (1 + θ)^(1 - γ)), θ the variance at
// the money, which rises with time. η(1 + |ρ|) ≤ 2 and γ ≤ 1/2 keep it free of butterflies and calendars.
class SimulatedSurface {
public:
    // Of an option that expires in so many years, at log-moneyness k = ln(strike / forward).
    [[nodiscard]] double totalVariance(double k, double years) const noexcept;
    [[nodiscard]] double volatility(double k, double years) const noexcept;
    // Of the underlying for that expiry, while the index stands at `index`.
    [[nodiscard]] static double forward(double index, double years) noexcept;
};

// A year has 365 days. Not below a second.
[[nodiscard]] double yearsBetween(Nanos now, Nanos expiry) noexcept;

// Undiscounted, in the forward's currency.
struct BlackPrice {
    double price = 0;
    double delta = 0;
    double gamma = 0;
    double vega = 0;   // for a point of volatility
    double theta = 0;  // for a day
    double rho = 0;    // for a point of interest
};
[[nodiscard]] BlackPrice blackPrice(double forward, double strike, double years, double volatility, bool put) noexcept;
// The volatility that has this price; 0 where none does.
[[nodiscard]] double blackVolatility(double price, double forward, double strike, double years, bool put) noexcept;

}  // namespace tickdeck::deribit
