// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/iv_surface/black76.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/pipelines/iv_surface/erfcx.h"

namespace tickdeck::iv_surface {

namespace {

constexpr double kSqrt2 = std::numbers::sqrt2;
constexpr double kInvSqrtTwoPi = 0.39894228040143267794;
constexpr double kSqrtTwoPi = 2.50662827463100050242;
constexpr double kInvSqrtPi = std::numbers::inv_sqrtpi;
constexpr double kSqrt3 = std::numbers::sqrt3;
constexpr double kSmallHalf =
    0.02;  // below this s/2 the two terms of a price cancel too far: a series takes their difference

// One option in Jäckel's normalised terms: an out-of-the-money call with x = ln(F/K) ≤ 0, priced in units of sqrt(F K).
struct Normal {
    double x = 0;      // ≤ 0
    double limit = 1;  // e^(x/2), what it is worth for s → ∞
};

// A price and what else falls out of computing it. h = x/s, t = s/2.
struct Value {
    double price = 0;  // b
    double rest = 0;   // limit - b; computed on its own only for s ≥ sqrt(2|x|), else 0
    double slope = 0;  // b' = db/ds
};

// The difference f(m - d) - f(m + d) of f = erfcx for 0 ≤ d ≤ kSmallHalf / sqrt(2), from the Taylor series at m ≥ 0. The
// derivatives follow from f' = 2 m f - 2/sqrt(pi). For large m they lose digits, by as much as the price's relative
// change per relative change of s, about h², makes harmless.
double erfcxDifference(double m, double d) noexcept
{
    double before = erfcx(m);                      // f^(n-1) / (n-1)!
    double now = 2 * m * before - 2 * kInvSqrtPi;  // f^(n) / n!
    double power = d;
    double sum = now * power;
    const double square = d * d;
    for (int n = 2; n <= 7; ++n) {
        const double next = 2 * (m * now + before) / n;
        before = now;
        now = next;
        if (n % 2 == 1) {
            power *= square;
            sum += now * power;
        }
    }
    return -2 * sum;
}

Value valueAt(const Normal& option, double s) noexcept
{
    const double h = option.x / s;
    const double t = s / 2;
    const double scale = std::exp(-(h * h + t * t) / 2);
    Value out;
    out.slope = kInvSqrtTwoPi * scale;
    if (t < kSmallHalf) {
        out.price = scale / 2 * erfcxDifference(-h / kSqrt2, t / kSqrt2);
        out.rest = option.limit - out.price;
    } else if (h + t <= 0) {
        out.price = scale / 2 * (erfcx(-(h + t) / kSqrt2) - erfcx((t - h) / kSqrt2));
    } else {
        out.rest = scale / 2 * (erfcx((h + t) / kSqrt2) + erfcx((t - h) / kSqrt2));
        out.price = option.limit - out.rest;
    }
    return out;
}

// Delbourgo and Gregory's rational cubic through two points with given slopes; `r` > -1 is its shape.
double rationalCubic(double at, double x0, double x1, double y0, double y1, double d0, double d1, double r) noexcept
{
    const double h = x1 - x0;
    const double t = (at - x0) / h;
    const double u = 1 - t;
    return (y1 * t * t * t + (r * y1 - h * d1) * t * t * u + (r * y0 + h * d0) * t * u * u + y0 * u * u * u) /
           (1 + (r - 3) * t * u);
}

// The shape with which the second derivative at one end is `second`, kept within what gives a sane curve.
double shapeFor(double numerator, double denominator) noexcept
{
    const double r = numerator / denominator;
    return std::isfinite(r) ? std::clamp(r, -0.9, 1e6) : 3;
}
double shapeRight(double x0, double x1, double y0, double y1, double d0, double d1, double second) noexcept
{
    const double h = x1 - x0;
    return shapeFor(h * second / 2 + (d1 - d0), d1 - (y1 - y0) / h);
}
double shapeLeft(double x0, double x1, double y0, double y1, double d0, double d1, double second) noexcept
{
    const double h = x1 - x0;
    return shapeFor(h * second / 2 + (d1 - d0), (y1 - y0) / h - d0);
}

enum class Branch : std::uint8_t { Low, Middle, High };
struct Guess {
    double s = 0;
    Branch branch = Branch::Middle;
};

// The price tends to zero like f^... of s → 0: f = (2 pi |x| / sqrt 27) Phi(-|x| / (sqrt 3 s))^3 straightens it.
Guess guessLow(const Normal& option, double price, double s, const Value& value) noexcept
{
    const double factor = 2 * std::numbers::pi * -option.x / (3 * kSqrt3);
    const double z = option.x / (kSqrt3 * s);
    const double scaled = erfcx(-z / kSqrt2);
    const double phi = scaled / 2 * std::exp(-z * z / 2);
    const double f = factor * phi * phi * phi;
    const double square = z * z;
    const double slope = 2 * std::numbers::pi * square * phi * phi * std::exp(square + s * s / 8);
    const double ratio = std::sqrt(2 / std::numbers::pi) / scaled;  // density over distribution at z
    const double second = slope * (-2 / s - 2 * ratio * z / s - 2 * square / s + s / 4) / value.slope;
    double at =
        rationalCubic(price, 0, value.price, 0, f, 1, slope, shapeRight(0, value.price, 0, f, 1, slope, second));
    if (!(at > 0)) {
        const double part = price / value.price;
        at = (f * part + value.price * (1 - part)) * part;
    }
    return {option.x / (kSqrt3 * inverseNormalCdf(std::cbrt(at / factor))), Branch::Low};
}

// For s → ∞ the price tends to its limit like Phi(-s/2).
Guess guessHigh(const Normal& option, double price, double s, const Value& value) noexcept
{
    const double h = option.x / s;
    const double f = normalCdf(-s / 2);
    const double slope = -std::exp(h * h / 2) / 2;
    const double second = -slope * h * h / s / value.slope;
    double at = rationalCubic(price, value.price, option.limit, f, 0, slope, -0.5,
                              shapeLeft(value.price, option.limit, f, 0, slope, -0.5, second));
    if (!(at > 0)) {
        const double width = option.limit - value.price;
        const double part = (price - value.price) / width;
        at = (f * (1 - part) + width * part / 2) * (1 - part);
    }
    return {-2 * inverseNormalCdf(at), Branch::High};
}

Guess firstGuess(const Normal& option, double price) noexcept
{
    const double centre = std::sqrt(-2 * option.x);  // the point of inflexion of the price in s
    if (centre < 1e-150)
        return {-2 * inverseNormalCdf((1 - price) / 2), Branch::Middle};  // at the money: b = 2 Phi(s/2) - 1
    const Value middle{option.limit / 2 * (1 - erfcx(centre / kSqrt2)), 0, kInvSqrtTwoPi * option.limit};  // h = -t
    if (price < middle.price) {
        const double s = centre - middle.price / middle.slope;
        const Value low = valueAt(option, s);
        if (price < low.price)
            return guessLow(option, price, s, low);
        return {rationalCubic(price, low.price, middle.price, s, centre, 1 / low.slope, 1 / middle.slope,
                              shapeRight(low.price, middle.price, s, centre, 1 / low.slope, 1 / middle.slope, 0)),
                Branch::Middle};
    }
    const double s = centre + (option.limit - middle.price) / middle.slope;
    const Value high = valueAt(option, s);
    if (price > high.price)
        return guessHigh(option, price, s, high);
    return {rationalCubic(price, middle.price, high.price, centre, s, 1 / middle.slope, 1 / high.slope,
                          shapeLeft(middle.price, high.price, centre, s, 1 / middle.slope, 1 / high.slope, 0)),
            Branch::Middle};
}

// Householder's third-order step of the branch's objective: 1/ln b where the price is tiny, b, or ln(limit - b).
double step(const Normal& option, double price, double lnPrice, double s, Branch branch) noexcept
{
    const Value value = valueAt(option, s);
    const double h = option.x / s;
    const double bend = h * h / s - s / 4;                            // b''/b'
    const double twist = bend * bend - 3 * (h / s) * (h / s) - 0.25;  // b'''/b'
    double newton = 0;
    double second = bend;
    double third = twist;
    if (branch == Branch::Low) {
        const double lnValue = std::log(value.price);
        const double slope = value.slope / value.price;
        newton = (lnPrice - lnValue) * lnValue / lnPrice / slope;
        second = bend - slope * (1 + 2 / lnValue);
        third =
            twist + 2 * slope * slope * (1 + 3 / lnValue * (1 + 1 / lnValue)) - 3 * bend * slope * (1 + 2 / lnValue);
    } else if (branch == Branch::High) {
        const double slope = value.slope / value.rest;
        newton = std::log(value.rest / (option.limit - price)) / slope;
        second = bend + slope;
        third = twist + slope * (2 * slope + 3 * bend);
    } else {
        newton = (price - value.price) / value.slope;
    }
    const double out = newton * (1 + second * newton / 2) / (1 + newton * (second + third * newton / 6));
    return out < -s / 2 ? -s / 2 : out;
}

// ln(F/K), also exact to the last digits where the two are close.
double logMoneyness(double forward, double strike) noexcept
{
    const double difference = forward - strike;
    return std::abs(difference) < 0.25 * strike ? std::log1p(difference / strike) : std::log(forward / strike);
}

}  // namespace

double blackPrice(Payoff payoff, double forward, double strike, double totalVolatility) noexcept
{
    const double intrinsic = std::max(payoff == Payoff::Call ? forward - strike : strike - forward, 0.0);
    if (!(totalVolatility > 0))
        return intrinsic;
    const Normal option{-std::abs(logMoneyness(forward, strike)),
                        std::sqrt(std::min(forward / strike, strike / forward))};
    return intrinsic + std::sqrt(forward) * std::sqrt(strike) * valueAt(option, totalVolatility).price;
}

double blackVega(double forward, double strike, double totalVolatility) noexcept
{
    if (!(totalVolatility > 0))
        return 0;
    const double h = logMoneyness(forward, strike) / totalVolatility;
    const double t = totalVolatility / 2;
    return std::sqrt(forward) * std::sqrt(strike) * kInvSqrtTwoPi * std::exp(-(h * h + t * t) / 2);
}

std::expected<double, PriceFault> impliedTotalVolatility(Payoff payoff, double forward, double strike,
                                                         double price) noexcept
{
    constexpr double kLargest = 1e300;
    if (!(forward > 0) || !(strike > 0) || !(price >= 0) || forward > kLargest || strike > kLargest || price > kLargest)
        return std::unexpected(PriceFault::Input);
    const double intrinsic = std::max(payoff == Payoff::Call ? forward - strike : strike - forward, 0.0);
    const double timeValue = price - intrinsic;
    if (timeValue <= 0)
        return std::unexpected(PriceFault::Intrinsic);
    if (timeValue >= std::min(forward, strike))
        return std::unexpected(PriceFault::Limit);
    const Normal option{-std::abs(logMoneyness(forward, strike)),
                        std::sqrt(std::min(forward / strike, strike / forward))};
    const double normal = timeValue / (std::sqrt(forward) * std::sqrt(strike));
    if (normal >= option.limit)
        return std::unexpected(PriceFault::Limit);
    if (normal < 1e-300)
        return std::unexpected(PriceFault::Intrinsic);  // closer to it than a double can tell

    const Guess guess = firstGuess(option, normal);
    double s = guess.s > 0 && std::isfinite(guess.s) ? guess.s : std::sqrt(-2 * option.x) + kSqrtTwoPi * normal;
    const double lnNormal = guess.branch == Branch::Low ? std::log(normal) : 0;
    // A step's error is of the order of its fourth power, so that what is left after a small one is rounding.
    constexpr double kLast = 1e-4;
    for (int i = 0; i < 12; ++i) {
        const double change = step(option, normal, lnNormal, s, guess.branch);
        if (!std::isfinite(change))
            break;
        s += change;
        if (std::abs(change) <= kLast * s)
            break;
    }
    return s;
}

double normalCdf(double z) noexcept
{
    const double tail = erfcx(std::abs(z) / kSqrt2) / 2 * std::exp(-z * z / 2);
    return z < 0 ? tail : 1 - tail;
}

// P. J. Acklam's rational approximation (relative error 1.15e-9).
double inverseNormalCdf(double probability) noexcept
{
    if (!(probability > 0) || probability >= 1)
        return probability <= 0 ? -HUGE_VAL : HUGE_VAL;
    constexpr double kTail = 0.02425;
    if (probability < kTail || probability > 1 - kTail) {
        const double q = std::sqrt(-2 * std::log(std::min(probability, 1 - probability)));
        const double z = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q -
                            2.549732539343734e+00) *
                               q +
                           4.374664141464968e+00) *
                              q +
                          2.938163982698783e+00) /
                         ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q +
                           3.754408661907416e+00) *
                              q +
                          1);
        return probability < 0.5 ? z : -z;
    }
    const double q = probability - 0.5;
    const double r = q * q;
    return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
              1.383577518672690e+02) *
                 r -
             3.066479806614716e+01) *
                r +
            2.506628277459239e+00) *
           q /
           (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
              6.680131188771972e+01) *
                 r -
             1.328068155288572e+01) *
                r +
            1);
}

}  // namespace tickdeck::iv_surface
