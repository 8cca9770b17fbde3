// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One port of the loopback that serves WebSockets and plain HTTP alike.

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include <QTcpServer>

#include "engine/sim/http.h"

class QTcpSocket;

namespace tickdeck::sim {

// Reads the head of each request on each connection and asks what to do with it. All in the thread that makes it.
class Door {
public:
    struct Reply {
        HttpAnswer answer;
        std::chrono::milliseconds after{0};
        bool drop = false;  // the connection is closed in place of the answer
        bool torn = false;  // it is closed in the middle of the answer's body
    };
    // Nothing for an upgrade: the connection is handed over. A request that is no upgrade always has a reply.
    using Answer = std::function<std::optional<Reply>(const HttpRequest&)>;
    // Takes the socket over, its request still unread.
    using Upgrade = std::function<void(QTcpSocket*)>;

    Door(Answer answer, Upgrade upgrade);
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    // On 127.0.0.1; 0: a free port. Exists where it is taken.
    [[nodiscard]] Result<std::uint16_t> listen(std::uint16_t port);
    // Closes every connection that has not been handed over, at once.
    void cut();

private:
    void onConnection();
    void onData(QTcpSocket* socket);
    void finish(QTcpSocket* socket, const Reply& reply, bool keepAlive);
    void leave(QTcpSocket* socket);

    Answer m_answer;
    Upgrade m_upgrade;
    QTcpServer m_tcp;
    std::map<QTcpSocket*, bool> m_open;  // true: an answer is under way
};

}  // namespace tickdeck::sim
