// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// HTTP for operators: /health /livez /readyz /metrics, all of them on both ports.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/core/result.h"
#include "engine/ops/health.h"
#include "engine/ops/metrics.h"
#include "engine/serve/settings.h"

namespace tickdeck::serve {

struct HttpLimits {
    std::size_t mostThreads = 4;  // for each port; further clients wait
    std::chrono::milliseconds readTimeout{5'000};
    std::chrono::milliseconds writeTimeout{5'000};
    std::chrono::milliseconds longestRequest{15'000};  // a connection, which is one request; then it is ended
    std::size_t mostRequestBytes = std::size_t{64} * 1024;
};

// Runs on threads of its own until it is destroyed or stopped; the rest may be called from any thread. Health, where
// it is the component `serve`, and Metrics must outlive it. /health answers 503 when a component has failed, /readyz
// until Health::ready(); both tell of each component.
class HttpServer {
public:
    // Exists: the port is taken; Refused: not permitted; Invalid: not a loopback address. All name the setting
    // ("serve.http_port").
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(const ServeSettings& settings, ops::BuildInfo build,
                                                                   Clock& clock, ops::Health& health,
                                                                   ops::Metrics& metrics, HttpLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // The ports in use, also where the settings say 0.
    [[nodiscard]] std::uint16_t httpPort() const noexcept;
    [[nodiscard]] std::uint16_t metricsPort() const noexcept;
    // Ends open connections and all threads; a client that neither reads nor writes cannot hold it up.
    void stop();

private:
    struct State;
    explicit HttpServer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::serve
