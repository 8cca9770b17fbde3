// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A server of HTTP/1.1 and of WebSocket handshakes on the loopback that answers with whatever bytes a test wants.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QCryptographicHash>
#include <QHash>
#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <gtest/gtest.h>

#include "engine/core/time.h"
#include "engine/net/io_thread.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {

struct HttpReply {
    std::string bytes;  // status line, headers and body; empty: never answers
    bool close = false;
    bool upgrade = false;   // before `bytes`, the handshake's right answer
    std::string endless{};  // afterwards, again and again until the client goes
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
    std::vector<Nanos> times;      // steady
    int opened = 0;
    int closed = 0;
    std::uint64_t sent = 0;  // bytes of endless answers
};

// Runs in a thread of its own from construction to destruction. `answer` is called there.
class HttpServer {
public:
    using Answer = std::function<HttpReply(const std::string& path)>;
    explicit HttpServer(Answer answer, const char* address = "127.0.0.1", std::uint16_t port = 0)
        : m_answer(std::move(answer))
    {
        m_thread.run([&] {
            m_server = std::make_unique<QTcpServer>();
            QObject::connect(m_server.get(), &QTcpServer::newConnection, m_server.get(), [this] { accept(); });
            EXPECT_TRUE(m_server->listen(QHostAddress(QString::fromLatin1(address)), port));
            m_port = m_server->serverPort();
        });
    }
    ~HttpServer()
    {
        m_thread.run([this] { m_server.reset(); });
    }

    // Closes all connections and refuses new ones.
    void stop()
    {
        m_thread.run([this] { m_server.reset(); });
    }
    [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const
    {
        return "http://" + host + ":" + std::to_string(m_port);
    }
    [[nodiscard]] std::string wsUrl(const std::string& host = "127.0.0.1") const
    {
        return "ws://" + host + ":" + std::to_string(m_port);
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
                seen.times.push_back(SystemClock().steady());
            });
            HttpReply reply = m_answer(path);
            if (reply.upgrade)
                reply.bytes.insert(0, accepted(one));
            socket->write(reply.bytes.data(), static_cast<qint64>(reply.bytes.size()));
            if (!reply.endless.empty())
                QObject::connect(socket, &QTcpSocket::bytesWritten, socket, [this, socket, reply](qint64 bytes) {
                    m_seen.update([&](HttpSeen& seen) { seen.sent += static_cast<std::uint64_t>(bytes); });
                    if (socket->bytesToWrite() == 0)
                        socket->write(reply.endless.data(), static_cast<qint64>(reply.endless.size()));
                });
            if (reply.close)
                socket->disconnectFromHost();
        }
    }

    static std::string accepted(const std::string& head)
    {
        const std::string name = "Sec-WebSocket-Key: ";
        const std::size_t begin = head.find(name) + name.size();
        const std::string key = head.substr(begin, head.find("\r\n", begin) - begin);
        const QByteArray hash = QCryptographicHash::hash(
            QByteArray::fromStdString(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), QCryptographicHash::Sha1);
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: " +
               hash.toBase64().toStdString() + "\r\n\r\n";
    }

    Answer m_answer;
    Watched<HttpSeen> m_seen;
    net::IoThread m_thread{"http-test"};
    std::unique_ptr<QTcpServer> m_server;
    QHash<int, QByteArray> m_heads;
    std::uint16_t m_port = 0;
};

}  // namespace tickdeck::test
