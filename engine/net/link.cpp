// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/link.h"

#include <QRegularExpression>
#include <QSslConfiguration>
#include <QSslSocket>

#include "engine/net/http_client.h"
#include "engine/net/timer.h"

namespace tickdeck::net {

namespace {

// A venue's answer to the handshake is a few hundred bytes.
constexpr qint64 kLargestHandshake = 64 << 10;
// Venues send a message in one piece, or a snapshot in some dozens.
constexpr int kMostFragments = 4096;

// QWebSocket tells the HTTP status of a refused handshake in its text alone.
int httpStatus(const QString& text)
{
    static const QRegularExpression kStatus(QStringLiteral("\\b([1-5][0-9][0-9])\\b"));
    const QRegularExpressionMatch match = kStatus.match(text);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

// The value of a header in the head of an HTTP answer; empty where there is none.
std::string header(const QByteArray& head, const QByteArray& name)
{
    const QByteArray start = "\r\n" + name.toLower() + ":";
    const qsizetype at = head.toLower().indexOf(start);
    if (at < 0)
        return {};
    const qsizetype begin = at + start.size();
    return head.mid(begin, head.indexOf("\r\n", begin) - begin).trimmed().toStdString();
}

}  // namespace

Link::Link(const Endpoint& endpoint, Nanos handshakeTimeout, HostLookup& lookup, Clock& clock, LinkHandlers handlers)
    : m_url(QString::fromStdString(endpoint.url)),
      m_largestFrame(endpoint.largestFrame),
      m_handshakeTimeout(handshakeTimeout),
      m_messageTimeout(toNanos(endpoint.livenessTimeout)),
      m_clock(clock),
      m_handlers(std::move(handlers))
{
    m_timeout.setSingleShot(true);
    connect(&m_timeout, &QTimer::timeout, this, &Link::onTimeout);
    m_timeout.start(toTimer(handshakeTimeout));
    lookup.refresh(this, m_url.host(), [this](bool found) {
        if (m_retired)
            return;
        if (found)
            open();
        else
            end({.failure = hostNotFound(m_url.host()), .retryAfter = {}});
    });
}

void Link::open()
{
    m_socket.setMaxAllowedIncomingFrameSize(m_largestFrame);
    m_socket.setMaxAllowedIncomingMessageSize(m_largestFrame);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
    m_socket.setSslConfiguration(tls);
    connect(&m_socket, &QWebSocket::connected, this, &Link::onOpened);
    connect(&m_socket, &QWebSocket::disconnected, this, [this] { onGone(m_socket.error()); });
    connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString& text) {
        if (!m_retired)
            m_handlers.frame(text.toUtf8());
    });
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray& bytes) {
        if (!m_retired)
            m_handlers.frame(bytes);
    });
    connect(&m_socket, &QWebSocket::textFrameReceived, this, [this](const QString&, bool last) { onFragment(last); });
    connect(&m_socket, &QWebSocket::binaryFrameReceived, this,
            [this](const QByteArray&, bool last) { onFragment(last); });
    connect(&m_socket, &QWebSocket::pong, this, [this] {
        if (!m_retired)
            m_handlers.pong();
    });
    connect(&m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError>& errors) {
        if (!errors.isEmpty())
            m_tlsError = errors.front().errorString();
    });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(&m_socket, &QWebSocket::errorOccurred, this, &Link::onGone);
#else
    connect(&m_socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this, &Link::onGone);
#endif
    m_socket.open(m_url);
    watchHandshake();
}

// QWebSocket reads the venue's answer and keeps nothing of it. What is read in a transaction can be read again, so that a
// refusal's Retry-After is known without asking a second time a venue that has just said not to.
void Link::watchHandshake()
{
    m_wire = m_socket.findChild<QTcpSocket*>(QString(), Qt::FindDirectChildrenOnly);
    if (!m_wire)
        return;
    m_wire->setReadBufferSize(kLargestHandshake);
    const auto begin = [this] {
        if (m_wire && !m_wire->isTransactionStarted())
            m_wire->startTransaction();
    };
    if (auto* secured = qobject_cast<QSslSocket*>(m_wire.data()))
        connect(secured, &QSslSocket::encrypted, this, begin);
    else
        connect(m_wire.data(), &QTcpSocket::connected, this, begin);
}

void Link::onOpened()
{
    if (m_retired)
        return;
    m_timeout.stop();
    m_open = true;
    if (QTcpSocket* wire = std::exchange(m_wire, {}).data()) {
        wire->commitTransaction();
        wire->setReadBufferSize(0);
        wire->disconnect(this);
    }
    m_handlers.opened();
}

void Link::onFragment(bool last)
{
    if (last) {
        if (m_fragments > 0)
            m_timeout.stop();
        m_fragments = 0;
        return;
    }
    if (m_fragments++ == 0)
        m_timeout.start(toTimer(m_messageTimeout));
    if (m_fragments > kMostFragments)
        end({.failure = {SessionState::BackingOff,
                         "a message in more than " + std::to_string(kMostFragments) + " fragments"},
             .retryAfter = {}});
}

void Link::onTimeout()
{
    const std::string reason = m_open ? "a message was not finished within " + inSeconds(m_messageTimeout)
                                      : "no answer within " + inSeconds(m_handshakeTimeout);
    end({.failure = {SessionState::BackingOff, reason}, .retryAfter = {}});
}

// The end, whichever signal tells it first: QWebSocket says "disconnected" before it says why.
void Link::onGone(QAbstractSocket::SocketError error)
{
    if (m_retired)
        return;
    const bool byPeer = error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::UnknownSocketError;
    if (m_open && byPeer)
        end({.failure = {SessionState::BackingOff, closeText()}, .retryAfter = {}});
    else if (const auto refused = m_open ? std::nullopt : refusal())
        end(*refused);
    else
        end({.failure = classify(error, m_tlsError.isEmpty() ? m_socket.errorString() : m_tlsError, m_url.host()),
             .retryAfter = {}});
}

std::optional<LinkEnd> Link::refusal()
{
    QByteArray head;
    if (m_wire && m_wire->isTransactionStarted()) {
        m_wire->rollbackTransaction();
        head = m_wire->peek(kLargestHandshake);
        head.truncate(std::max<qsizetype>(0, head.indexOf("\r\n\r\n")));
        head += "\r\n";
    }
    const QString text = m_socket.errorString();
    const int status = head.startsWith("HTTP/1.") ? head.mid(9, 3).toInt() : httpStatus(text);
    if (status < 200)
        return {};
    return LinkEnd{.failure = refusedHandshake(status, text.toStdString()),
                   .refusedWith = status,
                   .retryAfter = parseRetryAfter(header(head, "Retry-After"), header(head, "Date"), m_clock.now())};
}

std::string Link::closeText() const
{
    const QWebSocketProtocol::CloseCode code = m_socket.closeCode();
    const std::string reason = m_socket.closeReason().toStdString();
    // The same code comes from the venue when we sent too much; the words are Qt's where it was ours.
    if (code == QWebSocketProtocol::CloseCodeTooMuchData &&
        (reason == "Maximum framesize exceeded." || reason == "Received message is too big."))
        return "a frame is larger than " + std::to_string(m_largestFrame) + " bytes";
    if (code == QWebSocketProtocol::CloseCodeNormal && reason.empty())
        return "the connection was closed";
    return "the connection was closed: " + (reason.empty() ? "code " : reason + ", code ") + std::to_string(code);
}

void Link::end(const LinkEnd& end)
{
    if (m_retired || !m_handlers.gone)
        return;
    std::exchange(m_handlers.gone, {})(end);
}

void Link::retire(bool politely)
{
    if (m_retired)
        return;
    m_retired = true;
    m_timeout.stop();
    QMetaObject::invokeMethod(
        this,
        [this, politely] {
            m_socket.disconnect(this);
            if (politely) {
                m_socket.close(QWebSocketProtocol::CloseCodeGoingAway);
                m_socket.flush();
            } else {
                m_socket.abort();
            }
            deleteLater();
        },
        Qt::QueuedConnection);
}

}  // namespace tickdeck::net
