// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/http.h"

#include <condition_variable>
#include <filesystem>
#include <httplib.h>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "engine/core/thread.h"
#include "engine/ops/commands.h"
#include "engine/ops/port.h"

namespace tickdeck::serve {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kJson = "application/json";
constexpr const char* kNothing = R"({"error":"nothing here; try /health /livez /readyz /metrics"})";
constexpr const char* kExposition = "text/plain; version=0.0.4; charset=utf-8";

std::uint16_t portOf(const sockaddr_storage& address)
{
    if (address.ss_family == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    return address.ss_family == AF_INET6 ? ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port) : 0;
}

// Each connection that was accepted on the port, by its descriptor and the client's port.
template <class Take>
void forEachConnection(std::uint16_t port, Take take)
{
    std::error_code ignored;
    for (auto at = std::filesystem::directory_iterator("/proc/self/fd", ignored); at != std::filesystem::end(at);
         at.increment(ignored)) {
        const int descriptor = std::atoi(at->path().filename().c_str());
        sockaddr_storage own{};
        sockaddr_storage peer{};
        socklen_t ownSize = sizeof own;
        socklen_t peerSize = sizeof peer;
        if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &ownSize) == 0 && portOf(own) == port)
            take(descriptor,
                 getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peerSize) == 0 ? portOf(peer) : 0);
    }
}

// Ends the connections that were accepted on the port, so that their threads return from reading and writing.
void endConnections(std::uint16_t port)
{
    forEachConnection(port, [](int descriptor, std::uint16_t) { shutdown(descriptor, SHUT_RDWR); });
}

// One listening port with its threads.
class Port {
public:
    explicit Port(const HttpLimits& limits) : m_longest(limits.longestRequest)
    {
        m_server.new_task_queue = [count = limits.mostThreads] { return new httplib::ThreadPool(count); };
        m_server.set_read_timeout(limits.readTimeout);
        m_server.set_write_timeout(limits.writeTimeout);
        m_server.set_keep_alive_timeout(std::chrono::ceil<std::chrono::seconds>(limits.readTimeout).count());
        m_server.set_keep_alive_max_count(1);  // a connection is one request, so that its age is that of the request
        m_server.set_payload_max_length(limits.mostRequestBytes);
        m_server.set_tcp_nodelay(true);
        // The library's own choice lets two programs share a port.
        m_server.set_socket_options([](socket_t socket) {
            const int yes = 1;
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
    }
    ~Port() { stop(); }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    httplib::Server& server() { return m_server; }
    [[nodiscard]] std::uint16_t number() const { return m_number; }

    Result<> listen(const std::string& address, std::uint16_t port, const std::string& section)
    {
        const std::string setting = section + "_port";
        if (!ops::isLoopback(address))
            return fail(ErrorCode::Invalid, "serve." + section + "_bind: " + address +
                                                " is not a loopback address: others need TLS and a token, which this "
                                                "version does not offer");
        if (auto free = ops::probePort(address, port); !free)
            return std::unexpected(std::move(free).error().within("serve." + setting));
        const int bound = port == 0                              ? m_server.bind_to_any_port(address)
                          : m_server.bind_to_port(address, port) ? port
                                                                 : -1;
        if (bound <= 0)
            return fail(ErrorCode::Exists, "serve." + setting + ": port " + std::to_string(port) + " on " + address +
                                               " cannot be listened on");
        m_number = static_cast<std::uint16_t>(bound);
        m_thread = Thread("http-" + std::to_string(m_number), [this](const std::stop_token&) {
            m_server.listen_after_bind();
            const std::lock_guard lock(m_mutex);
            m_ended = true;
            m_end.notify_all();
        });
        m_watch = Thread("http-watch", [this](const std::stop_token& stopped) { watch(stopped); });
        return {};
    }

    void stop()
    {
        if (!m_thread.running())
            return;
        m_watch.requestStop();
        m_watchWait.wake();
        m_watch.join();
        bool asked = false;
        std::unique_lock lock(m_mutex);
        while (!m_end.wait_for(lock, std::chrono::milliseconds(5), [&] { return m_ended; })) {
            if (!asked && m_server.is_running()) {
                m_server.stop();
                asked = true;
            }
            if (asked)
                endConnections(m_number);
        }
        lock.unlock();
        m_thread.join();
    }

private:
    // A client that sends or reads a byte now and then never meets a timeout of the library's: it is ended by its age.
    void watch(const std::stop_token& stopped)
    {
        std::map<std::pair<int, std::uint16_t>, std::chrono::steady_clock::time_point> known;
        while (!stopped.stop_requested()) {
            m_watchWait.wait(m_longest / 4);
            const auto now = std::chrono::steady_clock::now();
            decltype(known) open;
            forEachConnection(m_number, [&](int descriptor, std::uint16_t peer) {
                if (peer == 0)
                    return;  // the listening one
                const auto before = known.find({descriptor, peer});
                const auto since = before == known.end() ? now : before->second;
                open[{descriptor, peer}] = since;
                if (now - since >= m_longest)
                    shutdown(descriptor, SHUT_RDWR);
            });
            known = std::move(open);
        }
    }

    httplib::Server m_server;
    const std::chrono::milliseconds m_longest;
    Parker m_watchWait;
    std::uint16_t m_number = 0;
    std::mutex m_mutex;
    std::condition_variable m_end;
    bool m_ended = false;
    Thread m_thread;
    Thread m_watch;
};

}  // namespace

struct HttpServer::State {
    State(const HttpLimits& limits, ops::BuildInfo theBuild, Clock& theClock, ops::Health& theHealth,
          ops::Metrics& theMetrics)
        : build(std::move(theBuild)),
          clock(&theClock),
          started(theClock.steady()),
          health(&theHealth),
          metrics(&theMetrics),
          http(limits),
          second(limits)
    {
    }

    ops::BuildInfo build;
    Clock* clock;
    Nanos started;
    ops::Health* health;
    ops::Metrics* metrics;
    Port http;
    Port second;
    ops::Component* component = nullptr;
    std::size_t collector = 0;  // of Metrics; 0: none

    [[nodiscard]] std::int64_t uptimeSeconds() const { return (clock->steady() - started) / kSecond; }

    // One series for each component and state, 1 for the one that it is in.
    void collectHealth() const
    {
        for (const ops::ComponentHealth& one : health->snapshot())
            for (const std::string_view state : kEnumNames<ops::State>)
                metrics
                    ->gauge("tickdeck_component_state", "1 for the state that the component is in",
                            {{"component", one.name},
                             {"kind", std::string(enumName(one.kind))},
                             {"state", std::string(state)}})
                    .set(state == enumName(one.state) ? 1 : 0);
        metrics->gauge("tickdeck_ready", "1 when /readyz answers 200").set(health->ready() ? 1 : 0);
    }

    void route(httplib::Server& server)
    {
        server.Get("/livez", [this](const httplib::Request&, httplib::Response& answer) {
            answer.set_content(Json{{"status", "alive"}, {"uptime_seconds", uptimeSeconds()}}.dump(), kJson);
        });
        server.Get("/readyz", [this](const httplib::Request&, httplib::Response& answer) {
            const Json body = Json::parse(ops::healthJson(*health));
            answer.status = body["ready"].get<bool>() ? 200 : 503;
            answer.set_content(body.dump(), kJson);
        });
        server.Get("/health", [this](const httplib::Request&, httplib::Response& answer) {
            Json body{{"version", build.version}, {"commit", build.commit}, {"uptime_seconds", uptimeSeconds()}};
            body.update(Json::parse(ops::healthJson(*health)));
            answer.status = body["status"] == "failed" ? 503 : 200;
            answer.set_content(body.dump(), kJson);
        });
        server.Get("/metrics", [this](const httplib::Request&, httplib::Response& answer) {
            answer.set_content(metrics->text(), kExposition);
        });
        server.set_error_handler([](const httplib::Request&, httplib::Response& answer) {
            if (answer.body.empty())
                answer.set_content(kNothing, kJson);
        });
        server.set_exception_handler(
            [](const httplib::Request&, httplib::Response& answer, const std::exception_ptr&) { answer.status = 500; });
    }
};

HttpServer::HttpServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServeSettings& settings, ops::BuildInfo build, Clock& clock,
                                                      ops::Health& health, ops::Metrics& metrics, HttpLimits limits)
{
    auto state = std::make_unique<State>(limits, std::move(build), clock, health, metrics);
    state->route(state->http.server());
    state->route(state->second.server());
    TRY(state->http.listen(settings.httpBind, settings.httpPort, "http"));
    TRY(state->second.listen(settings.metricsBind, settings.metricsPort, "metrics"));
    state->component = &health.add("serve", ops::ComponentKind::Serve);
    state->component->set(ops::State::Starting);
    state->component->set(ops::State::Ok);
    state->collector = metrics.onScrape([running = state.get()] { running->collectHealth(); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::uint16_t HttpServer::httpPort() const noexcept { return m_state->http.number(); }

std::uint16_t HttpServer::metricsPort() const noexcept { return m_state->second.number(); }

void HttpServer::stop()
{
    m_state->http.stop();
    m_state->second.stop();
    m_state->metrics->release(m_state->collector);
    m_state->component->set(ops::State::Stopped);
}

}  // namespace tickdeck::serve
