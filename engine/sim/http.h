// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The little of HTTP/1.1 that a simulated venue speaks: GET requests, and upgrades to a WebSocket.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/result.h"

namespace tickdeck::sim {

struct HttpRequest {
    std::string path;                          // "/fapi/v1/depth"
    std::map<std::string, std::string> query;  // decoded; of a name given twice the last
    bool upgrade = false;                      // to a WebSocket
    bool keepAlive = true;
    bool stale = false;  // a fault: the venue answers with what held some seconds ago
};

struct HttpAnswer {
    static constexpr std::size_t kLargestBody = 16u << 20;  // bytes; a larger one becomes a 500

    int status = 200;
    std::string body;
    std::string type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;  // besides content type, length and connection
};

// The request line and headers up to the empty line. Malformed; Unsupported for another method than GET.
[[nodiscard]] Result<HttpRequest> parseRequest(std::string_view head);
// "/a/b?x=1&y=%2F" as path and query.
void parseTarget(std::string_view target, HttpRequest& request);
// What goes over the socket.
[[nodiscard]] std::string wireText(const HttpAnswer& answer, bool keepAlive);

}  // namespace tickdeck::sim
