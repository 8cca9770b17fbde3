// SPDX-License-Identifier: GPL-3.0-or-later

// The contracts that the simulated venue lists.

#include "engine/connectors/binance/simulator.h"

namespace tickdeck::binance {

namespace {

using namespace std::chrono;

// The last Friday of the first quarter that ends at least a month after `start`: "261225".
std::string quarterlyDate(Nanos start)
{
    const auto soonest = floor<days>(sys_time<nanoseconds>(nanoseconds(start))) + days(30);
    const year_month_day from{soonest};
    year_month end{from.year(), month((static_cast<unsigned>(from.month()) - 1) / 3 * 3 + 3)};
    if (sys_days(end / Friday[last]) < soonest)
        end += months(3);
    const year_month_day day{sys_days(end / Friday[last])};
    const auto two = [](unsigned number) { return std::string(number < 10 ? "0" : "") + std::to_string(number); };
    return two(static_cast<unsigned>(static_cast<int>(day.year()) % 100)) + two(static_cast<unsigned>(day.month())) +
           two(static_cast<unsigned>(day.day()));
}

}  // namespace

std::string venueName(const sim::Listing& listing) { return listing.base + listing.quote; }

std::vector<sim::Listing> simulatedListings(Nanos start)
{
    const auto listing = [](const char* base, const std::string& quote, int price, int quantity, std::int64_t begin,
                            std::int64_t typical, std::int64_t spacing, double weight) {
        return sim::Listing{base, quote, price, quantity, begin, typical, spacing, weight};
    };
    return {
        listing("BTC", "USDT", 1, 3, 769'473, 900, 1, 4),
        listing("ETH", "USDT", 2, 3, 188'155, 12'000, 1, 3),
        listing("SOL", "USDT", 3, 2, 142'350, 9'000, 10, 2),
        listing("XRP", "USDT", 4, 1, 21'034, 60'000, 1, 2),
        listing("DOGE", "USDT", 5, 0, 18'346, 40'000, 1, 1),
        listing("SUSHI", "USDT", 3, 0, 7'612, 1'500, 1, 1),
        listing("AKRO", "USDT", 5, 0, 1'731, 200'000, 1, 1),
        listing("1000PEPE", "USDT", 7, 0, 91'735, 500'000, 20, 1),
        listing("BTC", "USDC", 1, 3, 769'350, 300, 2, 1),
        listing("BTC", "USDT_" + quarterlyDate(start), 1, 3, 776'120, 200, 5, 1),
    };
}

}  // namespace tickdeck::binance
