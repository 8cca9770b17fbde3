// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator.h"

#include "engine/connectors/binance/simulator_ids.h"

namespace tickdeck::binance {

namespace {

using sim::ClientId;
using sim::Market;
using sim::Outbox;

class BinanceVenue final : public sim::Venue {
public:
    void opened(ClientId, std::string_view, Nanos, Outbox&) override {}
    void closed(ClientId) override {}
    void message(ClientId, std::string_view, const Market&, Nanos, Outbox&) override {}
    void stepped(const sim::Step&, const Market&, Outbox&) override {}
    void second(Nanos, Outbox&) override {}
    void spoilChecksum(std::string&) const override {}
    std::string rateLimitAnswer() const override { return "{}"; }
};

std::unique_ptr<sim::Simulator> makeSimulator(sim::SimulatorOptions options)
{
    if (options.start == 0)
        options.start = SystemClock().now();
    if (options.listings.empty())
        options.listings = simulatedListings(options.start);
    return std::make_unique<sim::Simulator>("binance", std::move(options), std::make_unique<BinanceVenue>());
}

}  // namespace

SimulatorSpec simulatorSpec()
{
    return {.name = "binance", .title = "Binance USD-M", .make = makeSimulator, .rest = true};
}

}  // namespace tickdeck::binance
