// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/simulator_chain.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>

#include "engine/sim/noise.h"

namespace tickdeck::deribit {

namespace {

using Days = std::chrono::sys_days;
using std::chrono::days;

constexpr Nanos kDay = 86'400 * kSecond;
constexpr Nanos kHourOfExpiry = 8 * 3600 * kSecond;

std::uint64_t hashOf(std::string_view text) noexcept
{
    std::uint64_t hash = 0;
    for (const char c : text)
        hash = sim::mix(hash ^ static_cast<unsigned char>(c));
    return hash;
}

Nanos expiryOn(Days day) { return day.time_since_epoch().count() * kDay + kHourOfExpiry; }

struct Series {
    std::string period;
    double width = 0;  // of the strikes on each side of the reference, as a part of it
    std::int64_t step = 0;
};

// Which strikes a day has depends on that day alone.
std::map<Nanos, Series> seriesAt(Nanos now)
{
    using namespace std::chrono;
    const Days first{days((now - kHourOfExpiry) / kDay + 1)};  // the next expiry
    std::map<Nanos, Series> out;
    const auto seriesOf = [](Days day) -> Series {
        const year_month_day date(day);
        if (Days(date.year() / date.month() / Friday[last]) == day)
            return {"month", 0.6, 4000};
        if (weekday(day) == Friday)
            return {"week", 0.25, 2000};
        return {"day", 0.1, 1000};
    };
    for (int i = 0; i < 2; ++i)
        out.emplace(expiryOn(first + days(i)), seriesOf(first + days(i)));
    Days friday = first;
    while (weekday(friday) != Friday)
        friday += days(1);
    for (int i = 0; i < 3; ++i)
        out.emplace(expiryOn(friday + days(7 * i)), seriesOf(friday + days(7 * i)));
    year_month month = year_month_day(first).year() / year_month_day(first).month();
    for (int found = 0; found < 4; month += months(1)) {
        const Days end(month / Friday[last]);
        if (end < first)
            continue;
        out.emplace(expiryOn(end), seriesOf(end));
        ++found;
    }
    return out;
}

}  // namespace

std::string nameOfDay(Nanos expiry)
{
    static constexpr std::array kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                           "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    const std::chrono::year_month_day date(Days(days(expiry / kDay)));
    return std::to_string(static_cast<unsigned>(date.day())) + kMonths[static_cast<unsigned>(date.month()) - 1] +
           std::to_string(static_cast<int>(date.year()) % 100);
}

std::vector<SimulatedOption> optionsAt(Nanos now, const std::string& base, double reference)
{
    std::vector<SimulatedOption> out;
    for (const auto& [expiry, series] : seriesAt(now)) {
        const auto rounded = [&](double price) {
            return static_cast<std::int64_t>(std::llround(price / static_cast<double>(series.step))) * series.step;
        };
        const std::int64_t highest = rounded(reference * (1 + series.width));
        for (std::int64_t strike = rounded(reference * (1 - series.width)); strike <= highest; strike += series.step) {
            for (const bool put : {false, true}) {
                std::string name = base + "-" + nameOfDay(expiry) + "-" + std::to_string(strike) + (put ? "-P" : "-C");
                out.push_back({std::move(name), base, expiry, strike, put, series.period});
            }
        }
    }
    return out;
}

OptionState stateOf(const SimulatedOption& option, double index, Nanos now)
{
    constexpr double kCents = 100;
    constexpr double kTick = 1e-4;
    constexpr double kHalfSpread = 0.6;  // points of volatility, and a tick
    constexpr std::size_t kLevels = 3;
    const double years = yearsBetween(now, option.expiry);
    const auto strike = static_cast<double>(option.strike);
    OptionState out;
    out.forward = std::round(SimulatedSurface::forward(index, years) * kCents) / kCents;
    out.markVolatility = SimulatedSurface().volatility(std::log(strike / out.forward), years);
    out.mark = blackPrice(out.forward, strike, years, out.markVolatility, option.put);
    out.markPrice = out.mark.price / out.forward;

    const double half = (out.mark.vega * kHalfSpread / out.forward) / kTick;
    const double middle = out.markPrice / kTick;
    // To the next tick outwards.
    const auto onGrid = [](double price, bool up) {
        const double unit = price > SimulatedOption::kCoarseAbove ? SimulatedOption::kCoarse : 1;
        return static_cast<std::int64_t>((up ? std::ceil(price / unit) : std::floor(price / unit)) * unit);
    };
    const std::uint64_t noise = sim::mix(hashOf(option.name) ^ sim::mix(static_cast<std::uint64_t>(now / kSecond)));
    std::int64_t bid = onGrid(middle - half, false);
    std::int64_t ask = std::max<std::int64_t>(onGrid(middle + half, true), 1);
    for (std::size_t i = 0; i < kLevels; ++i) {
        const auto amount = static_cast<std::int64_t>((noise >> (8 * i)) % 300) + 5;
        if (bid > 0)
            out.bids.push_back({bid, amount});
        out.asks.push_back({ask, amount + 20});
        bid = onGrid(static_cast<double>(bid) - 1, false);
        ask = onGrid(static_cast<double>(ask) + 1, true);
    }
    const auto volatilityOf = [&](const std::vector<Level>& side) {
        return side.empty() ? 0
                            : blackVolatility(static_cast<double>(side.front().price) * kTick * out.forward,
                                              out.forward, strike, years, option.put);
    };
    out.bidVolatility = volatilityOf(out.bids);
    out.askVolatility = volatilityOf(out.asks);
    return out;
}

}  // namespace tickdeck::deribit
