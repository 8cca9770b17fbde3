// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The section [serve].

#include <cstdint>
#include <string>

#include "engine/core/schema.h"

namespace tickdeck::serve {

struct ServeSettings {
    std::string httpBind = "127.0.0.1";
    std::uint16_t httpPort = 8080;
    std::string metricsBind = "127.0.0.1";
    std::uint16_t metricsPort = 9090;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&ServeSettings::httpBind>("http_bind", {.help = "Loopback address of http_port"}),
            field<&ServeSettings::httpPort>(
                "http_port", {.help = "Port of health and metrics; 0: a free one", .min = 0, .max = 65'535}),
            field<&ServeSettings::metricsBind>("metrics_bind", {.help = "Loopback address of metrics_port"}),
            field<&ServeSettings::metricsPort>(
                "metrics_port", {.help = "Second port of health and metrics; 0: a free one", .min = 0, .max = 65'535}));
    }
};

}  // namespace tickdeck::serve
