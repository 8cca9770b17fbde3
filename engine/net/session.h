// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One WebSocket connection that is kept up: connects, watches, backs off, connects again.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/net/backoff.h"
#include "engine/net/host_lookup.h"
#include "engine/net/rate_budget.h"
#include "engine/plugin/connector.h"

namespace tickdeck::net {

enum class SessionState : std::uint8_t {
    Stopped,     // not started, or stopped
    Connecting,  // looking up, connecting, shaking hands
    Open,
    BackingOff,   // lost or not reached; tries again
    NoNetwork,    // the host's name or a route to it was not found; tries again
    Refused,      // the venue said no (HTTP 401, 403, 451); tries again, rarely
    RateLimited,  // HTTP 418, 429 or 503, or a ban; tries again at its end, or rarely
    Held,         // waits until the lane has caught up
};

}  // namespace tickdeck::net

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<net::SessionState> = {
    "stopped"sv, "connecting"sv, "open"sv, "backing_off"sv, "no_network"sv, "refused"sv, "rate_limited"sv, "held"sv};
}  // namespace tickdeck

namespace tickdeck::net {

struct SessionStatus {
    SessionState state = SessionState::Stopped;
    std::string reason;       // for people, English; empty when open
    Nanos since = 0;          // UTC
    Nanos retryAt = kNoTime;  // UTC, when the next attempt begins
};

struct SessionOptions {
    BackoffPolicy backoff;
    BackoffPolicy refused{.first = 30 * kSecond, .cap = 600 * kSecond, .floor = 15 * kSecond};
    Nanos handshakeTimeout = 10 * kSecond;        // from the name lookup to the venue's answer
    Nanos stableAfter = 10 * kSecond;             // open for so long: the back-off begins anew
    std::size_t mostQueued = 4096;                // outbound messages that wait for the rate budget
    std::uint64_t seed = std::random_device{}();  // of the jitter
};

// What a session shares with others; all outlive it.
struct SessionContext {
    Clock& clock;
    HostLookup& lookup;
    RateBudget& budget;
};

// Called in the session's thread. None may destroy the session.
struct SessionHandlers {
    std::function<void()> opened;
    // The bytes hold during the call; stamped when they were read.
    std::function<void(std::string_view bytes, Nanos receiveTime)> frame;
    // A connection that was open is gone. No frame follows until opened().
    std::function<void(std::string_view reason)> closed;
    std::function<void(const SessionStatus&)> status;
};

// Lives in one IoThread (created, used and destroyed there); send() and the rest are called there only. Certificates are
// always verified against the system's roots, with SNI. Inbound frames cannot be paused: who cannot take them closes.
// Attempts to connect go through the venue's budget, each looks the host up anew. Ahead of the end of Endpoint::life a
// second connection is opened; once it is, the first one is closed: closed() and opened() follow one another at once.
class Session {
public:
    Session(Endpoint endpoint, SessionOptions options, SessionContext context, SessionHandlers handlers);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start();
    // Closes politely and stays closed; closed() is called if it was open.
    void stop(std::string_view reason);
    // Closes at once and connects anew after a back-off.
    void reconnect(std::string_view reason);
    // While held, no attempt to connect begins.
    void hold(bool on);

    // Queues a message; it leaves when the rate budget allows. Disconnected: not open, the message is dropped. Full: the
    // queue is, the message is dropped, and the venue would be told too little: reconnect; but while a ban holds back all
    // messages there is nothing to do, as it would refuse the next connection. `urgent`: it leaves at once, ahead of all
    // that waits.
    [[nodiscard]] Result<> send(std::string message, bool urgent = false);
    // The venue's own sign of life: feeds the watchdog, which reconnects after Endpoint::livenessTimeout without one. The
    // answer to a ping (Endpoint::pingEvery) does, too.
    void alive();

    [[nodiscard]] const SessionStatus& status() const noexcept;
    [[nodiscard]] const Endpoint& endpoint() const noexcept;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::net
