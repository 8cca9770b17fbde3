// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one venue allows us: requests by weight, attempts to connect, and nothing at all while it has banned us.

#include <mutex>
#include <optional>
#include <string>

#include "engine/net/backoff.h"
#include "engine/net/token_bucket.h"
#include "engine/plugin/connector.h"

namespace tickdeck::net {

struct BudgetStatus {
    Nanos bannedUntil = kNoTime;  // UTC; kNoTime: not banned
    std::string reason;           // "banned by the venue until 12:34:56Z (HTTP 418)"; empty: not banned
    double usedFraction = 0;      // of the weight that may be spent at once, or that the venue counted in its window
    std::size_t waiting = 0;      // requests that wait their turn
    std::uint64_t bans = 0;       // that have begun
};

// For how long a venue is left alone that refused us without saying how long.
struct BanPolicy {
    BackoffPolicy tooMany{.first = 30 * kSecond, .cap = 600 * kSecond, .floor = 10 * kSecond};    // HTTP 429
    BackoffPolicy banned{.first = 240 * kSecond, .cap = 3600 * kSecond, .floor = 120 * kSecond};  // HTTP 418
    Nanos longest = 604'800 * kSecond;  // a week: what the venue says is believed up to this
};

// Shared by all connections and requests to one venue, and kept when they are made anew, so that a ban outlives them.
// Any thread; nothing waits. A wait of 0 means: now, and it is spent; any other: ask again then. Ends of bans are counted
// on the steady clock, so that a stepped wall clock neither lengthens nor shortens one.
class RateBudget {
public:
    RateBudget(const Rest& rest, const ConnectLimits& connects, Clock& clock, BanPolicy bans = {},
               std::uint64_t seed = std::random_device{}());

    // A request of this weight.
    [[nodiscard]] Nanos requestWait(double weight);
    // An attempt to connect; connectEnded() must follow when it has succeeded or failed.
    [[nodiscard]] Nanos connectWait();
    void connectEnded();
    // A message on a connection that is open: goes on while requests alone are banned (HTTP 429). Spends nothing.
    [[nodiscard]] Nanos sendWait();

    // The venue's own count of the weight that was used in its present window.
    void counted(double used);
    // The venue refused with this HTTP status; `retryAfter` as it said. How long it is to be left alone now, over REST
    // and sockets; nothing: this is no ban. 429 and 418 always are one, 403 and 503 when they say how long.
    std::optional<Nanos> refused(int status, std::optional<Nanos> retryAfter);
    // The venue answered a request or a handshake: the next ban begins with the shortest wait again.
    void answered();
    void setWaiting(std::size_t requests);

    [[nodiscard]] BudgetStatus status();

private:
    [[nodiscard]] Nanos banLeft(Nanos now) const noexcept { return std::max<Nanos>(0, m_banEnd - now); }

    Clock& m_clock;
    BanPolicy m_policy;
    std::size_t m_connectsAtOnce;
    Nanos m_spread;
    double m_windowLimit;
    Nanos m_window;

    std::mutex m_mutex;
    TokenBucket m_weight;
    TokenBucket m_connects;
    Backoff m_tooMany;
    Backoff m_banned;
    std::mt19937_64 m_random;
    std::size_t m_connecting = 0;
    std::size_t m_waiting = 0;
    std::uint64_t m_bans = 0;
    double m_counted = 0;  // by the venue, until m_windowEnd
    // Steady.
    Nanos m_windowEnd = 0;
    Nanos m_pausedUntil = 0;  // the venue's window is used up
    Nanos m_nextConnect = 0;
    Nanos m_banEnd = 0;
    int m_banStatus = 0;
};

}  // namespace tickdeck::net
