// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A server of HTTP/1.1 on the loopback that answers with whatever bytes a test wants.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QHash>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>

#include "engine/net/io_thread.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {

struct HttpReply {
    std::string bytes;  // status line, headers and body; empty: never answers
    bool close = false;
    // Sends `bytes` again and again until the client goes.
    bool endless = false;
};

inline HttpReply httpReply(int status, const std::string& body, const std::string& headers = {})
{
    return {.bytes = "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n" + headers + "\r\n" + body};
}

struct HttpSeen {
    std::vector<std::string> paths;
    std::vector<std::string> heads;
    std::vector<int> connections;  // on which each came, from 1
    int opened = 0;
    int closed = 0;
    std::uint64_t sent = 0;  // bytes of endless answers
};

// Runs in a thread of its own from construction to destruction. `answer` is called there.
class HttpServer {
public:
    using Answer = std::function<HttpReply(const std::string& path)>;
    explicit HttpServer(Answer answer) : m_answer(std::move(answer))
    {
        m_thread.run([this] {
            m_server = std::make_unique<QTcpServer>();
            QObject::connect(m_server.get(), &QTcpServer::newConnection, m_server.get(), [this] { accept(); });
            m_server->listen(QHostAddress::LocalHost);
            m_port = m_server->serverPort();
        });
    }
    ~HttpServer()
    {
        m_thread.run([this] { m_server.reset(); });
    }

    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const
    {
        return "http://" + host + ":" + std::to_string(m_port);
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    Watched<HttpSeen>& seen() { return m_seen; }

private:
    void accept()
    {
        while (QTcpSocket* socket = m_server->nextPendingConnection()) {
            int id = 0;
            m_seen.update([&](HttpSeen& seen) { id = ++seen.opened; });
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, id] { read(socket, id); });
            QObject::connect(socket, &QTcpSocket::disconnected, socket,
                             [this] { m_seen.update([](HttpSeen& seen) { ++seen.closed; }); });
        }
    }

    void read(QTcpSocket* socket, int id)
    {
        QByteArray& head = m_heads[id];
        head += socket->readAll();
        for (qsizetype end = head.indexOf("\r\n\r\n"); end >= 0; end = head.indexOf("\r\n\r\n")) {
            const std::string one = head.left(end).toStdString();
            head.remove(0, end + 4);
            const std::string path = one.substr(4, one.find(' ', 4) - 4);
            m_seen.update([&](HttpSeen& seen) {
                seen.paths.push_back(path);
                seen.heads.push_back(one);
                seen.connections.push_back(id);
            });
            const HttpReply reply = m_answer(path);
            socket->write(reply.bytes.data(), static_cast<qint64>(reply.bytes.size()));
            if (reply.endless)
                QObject::connect(socket, &QTcpSocket::bytesWritten, socket, [this, socket, reply](qint64 bytes) {
                    m_seen.update([&](HttpSeen& seen) { seen.sent += static_cast<std::uint64_t>(bytes); });
                    socket->write(QByteArray(4096, '1'));
                });
            if (reply.close)
                socket->disconnectFromHost();
        }
    }

    Answer m_answer;
    Watched<HttpSeen> m_seen;
    net::IoThread m_thread{"http-test"};
    std::unique_ptr<QTcpServer> m_server;
    QHash<int, QByteArray> m_heads;
    std::uint16_t m_port = 0;
};

}  // namespace tickdeck::test
