// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Sections with a field of every kind, as the engine's own would be.

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "engine/config/common.h"
#include "engine/config/settings.h"

namespace tickdeck::config::testing {

enum class Colour : std::uint8_t { Red, Green };

}  // namespace tickdeck::config::testing

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<config::testing::Colour> = {"red"sv, "green"sv};
}  // namespace tickdeck

namespace tickdeck::config::testing {

struct ServeLike {
    std::string bind = "127.0.0.1";
    std::uint16_t httpPort = 8080;
    std::uint16_t metricsPort = 9090;
    double ratio = 0.5;
    Colour colour = Colour::Green;
    std::chrono::milliseconds timeout{250};

    static constexpr auto fields()
    {
        return std::tuple(field<&ServeLike::bind>("bind", {.help = "Address"}),
                          field<&ServeLike::httpPort>("http_port", {.help = "Port", .environment = "RAVEN_PORT"}),
                          field<&ServeLike::metricsPort>("metrics_port", {.help = "Other port", .min = 1024}),
                          field<&ServeLike::ratio>("ratio", {.help = "A | share", .min = 0, .max = 1}),
                          field<&ServeLike::colour>("colour", {.help = "Which"}),
                          field<&ServeLike::timeout>("timeout_ms", {.unit = "ms", .help = "How long", .max = 60'000}));
    }
};

struct ConnectorLike {
    std::vector<std::string> symbols = {"BTC/USD"};
    std::int64_t bookDepth = 10;
    Secret token;

    static constexpr auto fields()
    {
        return std::tuple(field<&ConnectorLike::symbols>("symbols", {.help = "Instruments"}),
                          field<&ConnectorLike::bookDepth>("book_depth", {.help = "Levels", .allowed = "10 25 100"}),
                          field<&ConnectorLike::token>("token", {.help = "Key", .environment = "ALPHA_TOKEN"}));
    }
};

struct SinkLike {
    std::string password;
    static constexpr auto fields()
    {
        return std::tuple(field<&SinkLike::password>("password", {.help = "Password", .secret = true}));
    }
};

struct PipelineLike {
    static constexpr auto fields() { return std::tuple(); }
};

inline constexpr std::array<std::string_view, 3> kEventTypes = {"trade", "quote", "book"};

inline std::vector<SectionSpec> specs()
{
    return {describe<ServeLike>("serve", "What is served"),
            connectorSection(describe<ConnectorLike>("connectors.alpha", "A venue")),
            readerSection(describe<PipelineLike>("pipelines.candles", "Candles"), kEventTypes),
            readerSection(describe<SinkLike>("sinks.store", "A store"), kEventTypes)};
}

}  // namespace tickdeck::config::testing
