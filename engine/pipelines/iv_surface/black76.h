// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Black's 1976 formula for options on a forward, undiscounted, and its inverse. Maths in double.
//
// Sources: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976); P. Jäckel, "Let's Be Rational",
// Wilmott (2015), for the branches, the first guess and the third-order Householder steps of the inverse; W. J. Cody,
// "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969).

#include <cstdint>
#include <expected>

namespace tickdeck::iv_surface {

enum class Payoff : std::uint8_t { Call, Put };

// Why a price has no implied volatility.
enum class PriceFault : std::uint8_t {
    Input,      // forward, strike or price is not a finite positive number
    Intrinsic,  // at or below what exercising at the forward gives
    Limit       // at or above what the option can ever be worth
};

// The undiscounted price for the total volatility s = sigma sqrt(T) ≥ 0, in the unit of forward and strike (both above 0).
// Relative accuracy far out of the money: a few 1e-13.
[[nodiscard]] double blackPrice(Payoff payoff, double forward, double strike, double totalVolatility) noexcept;

// The price's derivative by the total volatility.
[[nodiscard]] double blackVega(double forward, double strike, double totalVolatility) noexcept;

// The total volatility s = sigma sqrt(T) that gives this undiscounted price, as accurate as the price's own rounding lets
// it be: 1e-13 relative or better for an option out of the money. Of one in the money only the time value counts.
[[nodiscard]] std::expected<double, PriceFault> impliedTotalVolatility(Payoff payoff, double forward, double strike,
                                                                       double price) noexcept;

// The standard normal distribution function and its inverse (the latter to 1e-8 relative).
[[nodiscard]] double normalCdf(double z) noexcept;
[[nodiscard]] double inverseNormalCdf(double probability) noexcept;

}  // namespace tickdeck::iv_surface
