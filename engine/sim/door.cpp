// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/door.h"

#include <QTcpSocket>
#include <QTimer>

namespace tickdeck::sim {

namespace {

constexpr qint64 kLargestHead = 64 << 10;      // bytes: hundreds of streams stand in the path
constexpr std::size_t kMostConnections = 256;  // that have not been handed over

}  // namespace

Door::Door(Answer answer, Upgrade upgrade) : m_answer(std::move(answer)), m_upgrade(std::move(upgrade))
{
    QObject::connect(&m_tcp, &QTcpServer::newConnection, &m_tcp, [this] { onConnection(); });
}

Door::~Door() { cut(); }

Result<std::uint16_t> Door::listen(std::uint16_t port)
{
    if (!m_tcp.listen(QHostAddress::LocalHost, port))
        return fail(ErrorCode::Exists, "port " + std::to_string(port) + ": " + m_tcp.errorString().toStdString());
    return m_tcp.serverPort();
}

void Door::cut()
{
    while (!m_open.empty()) {
        QTcpSocket* socket = m_open.begin()->first;
        leave(socket);
        socket->abort();
        socket->deleteLater();
    }
}

void Door::onConnection()
{
    while (QTcpSocket* socket = m_tcp.nextPendingConnection()) {
        if (m_open.size() >= kMostConnections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        m_open[socket] = false;
        QObject::connect(socket, &QTcpSocket::disconnected, &m_tcp, [this, socket] {
            leave(socket);
            socket->deleteLater();
        });
        QObject::connect(socket, &QTcpSocket::readyRead, &m_tcp, [this, socket] { onData(socket); });
        onData(socket);
    }
}

void Door::leave(QTcpSocket* socket)
{
    socket->disconnect(&m_tcp);
    m_open.erase(socket);
}

void Door::onData(QTcpSocket* socket)
{
    const auto found = m_open.find(socket);
    if (found == m_open.end() || found->second)
        return;
    const QByteArray bytes = socket->peek(kLargestHead);
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0 && bytes.size() < kLargestHead)
        return;
    found->second = true;
    const auto request = end < 0 ? Result<HttpRequest>(fail(ErrorCode::Malformed, "too large a head"))
                                 : parseRequest({bytes.constData(), static_cast<std::size_t>(end)});
    if (!request) {
        const int status = request.error().code == ErrorCode::Unsupported ? 405 : 400;
        finish(socket, {.answer = {.status = status, .body = {}, .headers = {}}}, false);
        return;
    }
    const std::optional<Reply> reply = m_answer(*request);
    if (!reply) {
        leave(socket);
        m_upgrade(socket);
        return;
    }
    socket->skip(end + 4);
    const bool keepAlive = request->keepAlive && !request->upgrade;
    if (reply->after.count() <= 0) {
        finish(socket, *reply, keepAlive);
        return;
    }
    QTimer::singleShot(reply->after, socket, [this, socket, reply = *reply, keepAlive] {
        if (m_open.contains(socket))
            finish(socket, reply, keepAlive);
    });
}

void Door::finish(QTcpSocket* socket, const Reply& reply, bool keepAlive)
{
    if (reply.drop) {
        leave(socket);
        socket->abort();
        socket->deleteLater();
        return;
    }
    const std::string text = wireText(reply.answer, keepAlive);
    const std::size_t size = reply.torn ? text.size() - reply.answer.body.size() / 2 : text.size();
    socket->write(text.data(), static_cast<qint64>(size));
    if (!keepAlive || reply.torn) {
        socket->disconnectFromHost();
        return;
    }
    m_open.at(socket) = false;
    // A request that came with the last one is not told by readyRead again.
    if (socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(socket, [this, socket] { onData(socket); }, Qt::QueuedConnection);
}

}  // namespace tickdeck::sim
