// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a derived event says of its own reliability, and the parts of the event `iv_surface`.

#include <array>
#include <cstdint>
#include <tuple>

#include "engine/core/decimal.h"
#include "engine/core/enum_names.h"
#include "engine/core/schema.h"
#include "engine/model/relative.h"

namespace tickdeck {

// ok: nothing is known against it. degraded: usable, with reasons. suspect: do not act on it.
enum class Quality : std::uint8_t { Ok, Degraded, Suspect };
template <>
inline constexpr std::array kEnumNames<Quality> = {"ok"sv, "degraded"sv, "suspect"sv};

// Why a strike is, or is not, in a smile.
enum class PointReason : std::uint8_t {
    Used,
    Stale,     // not heard of for too long, or its data came late by as much
    OneSided,  // bid or ask alone
    Wide,      // bid and ask too far apart
    Crossed,   // bid above ask
    Empty,     // neither bid nor ask
    Rejected,  // far off the other strikes' curve, or no volatility that could be one
    Differs,   // the venue's volatility is not the one that its price gives
    Gap,       // not heard of since a gap
    Closed,    // the venue has closed the option
    Expired
};
template <>
inline constexpr std::array kEnumNames<PointReason> = {"used"sv,    "stale"sv,  "one_sided"sv, "wide"sv,
                                                       "crossed"sv, "empty"sv,  "rejected"sv,  "differs"sv,
                                                       "gap"sv,     "closed"sv, "expired"sv};

// Why a surface's slice is not ok. Those up to Expired are what its strikes near the money have (PointReason).
enum class SurfaceReason : std::uint8_t {
    Stale,
    OneSided,
    Wide,
    Crossed,
    Empty,
    Rejected,
    Differs,
    Gap,
    Closed,
    Expired,
    NoForward,    // no option says what the underlying is worth
    FewPoints,    // fewer strikes used than the least number
    NoBracket,    // no strike used on one side of the forward: no volatility at the money
    WideBracket,  // the strikes beside the forward are more than a standard deviation apart
    ShortWings,   // the 25-delta strikes lie beyond the strikes used
    NoFit,
    FitError,  // the fit's error is above its limit
    Butterfly,
    Calendar,
    ClockSkew  // the venue's clock and ours are apart
};
template <>
inline constexpr std::array kEnumNames<SurfaceReason> = {
    "stale"sv,       "one_sided"sv, "wide"sv,      "crossed"sv,    "empty"sv,      "rejected"sv,   "differs"sv,
    "gap"sv,         "closed"sv,    "expired"sv,   "no_forward"sv, "few_points"sv, "no_bracket"sv, "wide_bracket"sv,
    "short_wings"sv, "no_fit"sv,    "fit_error"sv, "butterfly"sv,  "calendar"sv,   "clock_skew"sv};

// One strike of a smile. Volatilities are annual and fractions: 0.55 is 55 %.
struct SmilePoint {
    Decimal strike;
    Decimal logMoneyness;
    Nullable<Decimal> iv;
    Decimal weight;
    PointReason reason = PointReason::Used;
    std::uint8_t reserved[7] = {};

    static constexpr auto fields()
    {
        return std::tuple(field<&SmilePoint::strike>("strike", {.unit = "quote", .help = "Strike"}),
                          field<&SmilePoint::logMoneyness>("log_moneyness", {.help = "ln(strike / forward)"}),
                          field<&SmilePoint::iv>("iv", {.help = "Middle of bid and ask volatility; 0.55 is 55 %"}),
                          field<&SmilePoint::weight>("weight", {.help = "In the fit, 0 to 1; 0 where not used"}),
                          field<&SmilePoint::reason>("reason", {.help = "used, or why not"}));
    }
};

// A raw SVI slice w(k) = a + b (rho (k - m) + sqrt((k - m)² + sigma²)) of total variance; nulls where there is no fit.
struct SurfaceFit {
    Nullable<Decimal> a;
    Nullable<Decimal> b;
    Nullable<Decimal> rho;
    Nullable<Decimal> m;
    Nullable<Decimal> sigma;
    Nullable<Decimal> error;
    Tristate butterflyOk = Tristate::Unknown;
    Tristate calendarOk = Tristate::Unknown;
    std::uint8_t reserved[6] = {};

    static constexpr auto fields()
    {
        return std::tuple(
            field<&SurfaceFit::a>("a", {.help = "Level"}), field<&SurfaceFit::b>("b", {.help = "Slope of the wings"}),
            field<&SurfaceFit::rho>("rho", {.help = "Skew, -1 to 1"}), field<&SurfaceFit::m>("m", {.help = "Centre"}),
            field<&SurfaceFit::sigma>("sigma", {.help = "Width of the bend"}),
            field<&SurfaceFit::error>("error", {.help = "Weighted root mean square of the rests, in volatility"}),
            field<&SurfaceFit::butterflyOk>("butterfly_ok",
                                            {.help = "No butterfly arbitrage: the density is not negative"}),
            field<&SurfaceFit::calendarOk>(
                "calendar_ok", {.help = "Total variance does not fall against the neighbouring expiries; null: none"}));
    }
};

}  // namespace tickdeck
