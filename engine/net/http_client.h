// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// GETs at a venue's REST address.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.h"
#include "engine/net/host_lookup.h"
#include "engine/plugin/connector.h"

namespace tickdeck::net {

struct HttpAnswer {
    int status = 0;     // 0: none came
    std::string body;   // as the venue meant it, after decompression; bounded by Rest::largestAnswer
    std::string error;  // for people, English; empty: an answer came whole, whatever its status
    std::optional<Nanos> retryAfter;
    std::optional<double> usedWeight;  // Rest::usedWeightHeader
};

// Seconds, or a date of HTTP, which is counted from `date` (the answer's own, where it has one) or else from `now`, UTC.
[[nodiscard]] std::optional<Nanos> parseRetryAfter(std::string_view value, std::string_view date, Nanos now);

// Lives in one IoThread (created, used and destroyed there). TLS 1.2 or later, certificates verified against the system's
// roots; plain http to the loopback only. Connections are kept and used again. A redirect to another origin fails. The
// host is looked up anew when nothing was heard of it for a while. The whole of a request, its lookup included, ends
// within Rest::timeout.
class HttpClient {
public:
    HttpClient(Rest rest, HostLookup& lookup, Clock& clock);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // `done` is called once, never before get() has returned, unless the client is gone or abort() comes first.
    void get(std::string_view path, std::function<void(HttpAnswer&&)> done);
    // The connections that are open may hang: requests from now on make their own.
    void distrust();
    // Gives up all that is under way; nothing more is called for it.
    void abort();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::net
