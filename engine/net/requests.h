// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a lane's decoder asks of the venue over REST: in order, within the venue's budget, a few at a time.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/net/http_client.h"
#include "engine/net/rate_budget.h"

namespace tickdeck::net {

struct RequestOptions {
    std::size_t mostWaiting = 4096;
    std::size_t mostInFlight = 4;
};

// Called in the lane's thread; none may destroy the requests. Each request that was added is told once, by one of the two,
// unless it is dropped.
struct RequestHandlers {
    // A status of 2xx with a body that is one JSON value.
    std::function<void(std::string_view path, int status, std::string_view body)> answered;
    // Anything else; status 0: no answer came, or only a part.
    std::function<void(std::string_view path, int status, std::string_view error)> failed;
};

struct RequestCounters {
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    double weight = 0;  // of all that were sent
};

// Lives in one IoThread. A request that finds the queue full fails at once; one that met a ban fails, those behind it
// wait for the ban's end.
class Requests {
public:
    Requests(const Rest& rest, RequestOptions options, HostLookup& lookup, RateBudget& budget, Clock& clock,
             RequestHandlers handlers);
    ~Requests();
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    void add(std::string path, double weight);
    // All that wait or are under way fail with this reason.
    void failAll(std::string_view reason);
    // While held none is sent; answers to those under way still come.
    void hold(bool on);
    // As HttpClient::distrust().
    void distrust();
    // Drops all without a word, and takes no more.
    void stop();
    [[nodiscard]] RequestCounters counters() const noexcept;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

// Whether the bytes are one JSON value and nothing else. An error page in HTML and an answer that was cut are not.
[[nodiscard]] bool isJson(std::string_view bytes);
// The beginning of what came in place of JSON, for people: one line, printable, at most 200 bytes.
[[nodiscard]] std::string excerpt(std::string_view bytes);

}  // namespace tickdeck::net
