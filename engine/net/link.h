// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One WebSocket connection, from the lookup of its host to its end.

#include <functional>
#include <optional>
#include <string>

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include "engine/net/failure.h"
#include "engine/net/host_lookup.h"
#include "engine/plugin/connector.h"

namespace tickdeck::net {

struct LinkEnd {
    Failure failure;
    int refusedWith = 0;              // the HTTP status with which the handshake was refused; 0: it was not
    std::optional<Nanos> retryAfter;  // as the venue said with it
};

// Called in the link's thread.
struct LinkHandlers {
    std::function<void()> opened;
    std::function<void(const QByteArray&)> frame;  // a whole message
    std::function<void()> pong;
    std::function<void(const LinkEnd&)> gone;  // at most once, the last
};

// Lives in one IoThread. TLS 1.2 or later, the certificate verified against the system's roots, with SNI. Bounded: the
// handshake in time (lookup included) and bytes, a message in bytes, fragments, and in time once it has begun.
class Link final : public QObject {
public:
    // Begins to connect at once.
    Link(const Endpoint& endpoint, Nanos handshakeTimeout, HostLookup& lookup, Clock& clock, LinkHandlers handlers);

    void send(const std::string& message) { m_socket.sendTextMessage(QString::fromStdString(message)); }
    void ping() { m_socket.ping(); }
    // No handler is called any more; deletes itself when control is back in the event loop, so that a handler may call
    // it. Politely: with a closing frame.
    void retire(bool politely);

private:
    void open();
    void watchHandshake();
    void onOpened();
    void onFragment(bool last);
    void onTimeout();
    void onGone(QAbstractSocket::SocketError error);
    void end(const LinkEnd& end);
    [[nodiscard]] std::optional<LinkEnd> refusal();
    [[nodiscard]] std::string closeText() const;

    QUrl m_url;
    std::size_t m_largestFrame;
    Nanos m_handshakeTimeout;
    Nanos m_messageTimeout;
    Clock& m_clock;
    LinkHandlers m_handlers;
    QWebSocket m_socket;
    QPointer<QTcpSocket> m_wire;  // the socket inside, until the handshake is over; null where Qt hides it
    QTimer m_timeout;             // of the handshake, then of a message in fragments
    QString m_tlsError;
    int m_fragments = 0;  // of the message that is being read
    bool m_open = false;
    bool m_retired = false;
};

}  // namespace tickdeck::net
