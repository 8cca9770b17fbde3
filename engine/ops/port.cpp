// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/port.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace tickdeck::ops {

namespace {

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

std::optional<Endpoint> numeric(const std::string& address, std::uint16_t port)
{
    Endpoint out;
    const std::string text = address == "localhost" ? "127.0.0.1" : address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        out.size = sizeof(sockaddr_in);
        return out;
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        out.size = sizeof(sockaddr_in6);
        return out;
    }
    return std::nullopt;
}

}  // namespace

Result<> probePort(const std::string& address, std::uint16_t port)
{
    const auto endpoint = numeric(address, port);
    if (!endpoint)
        return fail(ErrorCode::Invalid, address + " is not a numeric address");
    const int descriptor = socket(endpoint->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return fail(ErrorCode::Io, std::generic_category().message(errno));
    const int yes = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = bind(descriptor, reinterpret_cast<const sockaddr*>(&endpoint->storage), endpoint->size) == 0 &&
                       listen(descriptor, 1) == 0;
    const int problem = bound ? 0 : errno;
    close(descriptor);
    if (bound)
        return {};
    const std::string where = "port " + std::to_string(port) + " on " + address;
    if (problem == EADDRINUSE)
        return fail(ErrorCode::Exists, where + " is taken by another program");
    if (problem == EACCES)
        return fail(ErrorCode::Refused, where + " is not permitted to this user");
    return fail(ErrorCode::Io, where + ": " + std::generic_category().message(problem));
}

bool isLoopback(const std::string& address)
{
    const auto endpoint = numeric(address, 0);
    if (!endpoint)
        return false;
    if (endpoint->storage.ss_family == AF_INET)
        return ntohl(reinterpret_cast<const sockaddr_in*>(&endpoint->storage)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&endpoint->storage)->sin6_addr);
}

}  // namespace tickdeck::ops
