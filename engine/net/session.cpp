// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/session.h"

#include <deque>

#include <QRegularExpression>
#include <QSslConfiguration>
#include <QTimer>
#include <QWebSocket>

#include "engine/net/failure.h"
#include "engine/net/token_bucket.h"
#include "engine/net/watchdog.h"

namespace tickdeck::net {

namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// How long data that is already here may still take to be read, when a sign of life seems overdue.
constexpr Nanos kGrace = 100 * kMillisecond;

milliseconds toTimer(Nanos wait) { return ceil<milliseconds>(nanoseconds(std::max<Nanos>(0, wait))); }

// QWebSocket tells the HTTP status of a refused handshake in its text alone.
int httpStatus(const QString& text)
{
    static const QRegularExpression kStatus(QStringLiteral("\\b([1-5][0-9][0-9])\\b"));
    const QRegularExpressionMatch match = kStatus.match(text);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

Failure whyGone(QAbstractSocket::SocketError error, const QString& text, const QString& host)
{
    if (error == QAbstractSocket::ConnectionRefusedError)
        if (const int status = httpStatus(text))
            return refusedHandshake(status, text.toStdString());
    return classify(error, text, host);
}

}  // namespace

struct Session::State {
    State(Endpoint endpoint_, SessionOptions options_, Clock& clock_, SessionHandlers handlers_)
        : endpoint(std::move(endpoint_)),
          options(options_),
          clock(clock_),
          handlers(std::move(handlers_)),
          url(QString::fromStdString(endpoint.url)),
          lost(options.backoff, options.seed),
          refused(options.refused, options.seed + 1),
          budget(endpoint.messagesPerSecond, endpoint.messageBurst, clock_.steady()),
          watchdog(toNanos(endpoint.livenessTimeout))
    {
        for (QTimer* timer : {&attemptTimer, &watchTimer, &sendTimer}) {
            timer->setSingleShot(true);
            timer->setTimerType(Qt::PreciseTimer);
        }
        QObject::connect(&attemptTimer, &QTimer::timeout, &attemptTimer, [this] { onAttemptTimer(); });
        QObject::connect(&watchTimer, &QTimer::timeout, &watchTimer, [this] { onWatchTimer(); });
        QObject::connect(&sendTimer, &QTimer::timeout, &sendTimer, [this] { flush(); });
    }

    void set(SessionState state, std::string reason, Nanos retryIn = kNoTime)
    {
        const Nanos now = clock.now();
        status = {state, std::move(reason), now, retryIn == kNoTime ? kNoTime : now + retryIn};
        if (handlers.status)
            handlers.status(status);
    }

    // Connecting: the handshake timed out. Otherwise the back-off is over.
    void onAttemptTimer()
    {
        if (status.state == SessionState::Connecting)
            fail({SessionState::BackingOff, "no answer within " + inSeconds(options.handshakeTimeout)});
        else
            connect();
    }

    void connect()
    {
        if (held) {
            set(SessionState::Held, "waits until the engine has caught up");
            return;
        }
        set(SessionState::Connecting, endpoint.url);
        socket = new QWebSocket;
        socket->setMaxAllowedIncomingFrameSize(endpoint.largestFrame);
        socket->setMaxAllowedIncomingMessageSize(endpoint.largestFrame);
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
        socket->setSslConfiguration(tls);
        QObject::connect(socket, &QWebSocket::connected, &attemptTimer, [this] { onOpened(); });
        QObject::connect(socket, &QWebSocket::disconnected, &attemptTimer, [this] { onGone(socket->error()); });
        QObject::connect(socket, &QWebSocket::textMessageReceived, &attemptTimer,
                         [this](const QString& text) { onFrame(text.toUtf8()); });
        QObject::connect(socket, &QWebSocket::binaryMessageReceived, &attemptTimer,
                         [this](const QByteArray& bytes) { onFrame(bytes); });
        QObject::connect(socket, &QWebSocket::sslErrors, &attemptTimer, [this](const QList<QSslError>& errors) {
            if (!errors.isEmpty())
                tlsError = errors.front().errorString();
        });
        const auto failed = [this](QAbstractSocket::SocketError error) { onGone(error); };
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
        QObject::connect(socket, &QWebSocket::errorOccurred, &attemptTimer, failed);
#else
        QObject::connect(socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), &attemptTimer,
                         failed);
#endif
        tlsError.clear();
        attemptTimer.start(toTimer(options.handshakeTimeout));
        socket->open(url);
    }

    void onOpened()
    {
        attemptTimer.stop();
        openedAt = clock.steady();
        watchdog.alive(openedAt);
        watchTimer.start(toTimer(watchdog.remaining(openedAt)));
        set(SessionState::Open, {});
        if (handlers.opened)
            handlers.opened();
    }

    void onFrame(const QByteArray& bytes)
    {
        const Nanos now = clock.now();
        if (handlers.frame)
            handlers.frame({bytes.constData(), static_cast<std::size_t>(bytes.size())}, now);
    }

    // The end, whichever signal tells it first: QWebSocket says "disconnected" before it says why.
    void onGone(QAbstractSocket::SocketError error)
    {
        const bool byPeer =
            error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::UnknownSocketError;
        if (status.state == SessionState::Open && byPeer)
            fail({SessionState::BackingOff, closeText()});
        else
            fail(whyGone(error, tlsError.isEmpty() ? socket->errorString() : tlsError, url.host()));
    }

    std::string closeText() const
    {
        const QWebSocketProtocol::CloseCode code = socket->closeCode();
        const std::string reason = socket->closeReason().toStdString();
        if (code == QWebSocketProtocol::CloseCodeTooMuchData)
            return "a frame is larger than " + std::to_string(endpoint.largestFrame) + " bytes";
        if (code == QWebSocketProtocol::CloseCodeNormal && reason.empty())
            return "the connection was closed";
        return "the connection was closed: " + (reason.empty() ? "code " : reason + ", code ") + std::to_string(code);
    }

    void onWatchTimer()
    {
        const Nanos now = clock.steady();
        if (!watchdog.overdue(now)) {
            overdueOnce = false;
            watchTimer.start(toTimer(watchdog.remaining(now)));
        } else if (!overdueOnce) {
            overdueOnce = true;  // this thread itself may have been late
            watchTimer.start(toTimer(kGrace));
        } else {
            fail({SessionState::BackingOff, "no sign of life for " + inSeconds(toNanos(endpoint.livenessTimeout))});
        }
    }

    // Lets go of the socket; no signal of it comes any more. It may be in one of its own signals now.
    void drop(bool politely)
    {
        attemptTimer.stop();
        watchTimer.stop();
        sendTimer.stop();
        queue.clear();
        overdueOnce = false;
        if (!socket)
            return;
        socket->disconnect(&attemptTimer);
        QMetaObject::invokeMethod(
            socket,
            [gone = socket, politely] {
                if (politely) {
                    gone->close(QWebSocketProtocol::CloseCodeGoingAway);
                    gone->flush();
                } else {
                    gone->abort();
                }
                gone->deleteLater();
            },
            Qt::QueuedConnection);
        socket = nullptr;
    }

    void fail(const Failure& failure)
    {
        const bool wasOpen = status.state == SessionState::Open;
        if (wasOpen && clock.steady() - openedAt >= options.stableAfter) {
            lost.reset();
            refused.reset();
        }
        drop(false);
        const bool rarely = failure.state == SessionState::Refused || failure.state == SessionState::RateLimited;
        const Nanos wait = (rarely ? refused : lost).next();
        attemptTimer.start(toTimer(wait));
        set(failure.state, failure.reason, wait);
        if (wasOpen && handlers.closed)
            handlers.closed(failure.reason);
    }

    // Sends as much as the budget allows.
    void flush()
    {
        while (!queue.empty() && budget.take(clock.steady())) {
            socket->sendTextMessage(QString::fromStdString(queue.front()));
            queue.pop_front();
        }
        if (!queue.empty() && !sendTimer.isActive())
            sendTimer.start(toTimer(budget.untilNext(clock.steady())));
    }

    Endpoint endpoint;
    SessionOptions options;
    Clock& clock;
    SessionHandlers handlers;
    QUrl url;
    Backoff lost;
    Backoff refused;
    TokenBucket budget;
    Watchdog watchdog;
    SessionStatus status;
    QWebSocket* socket = nullptr;
    QTimer attemptTimer;  // the end of the back-off or of the handshake
    QTimer watchTimer;
    QTimer sendTimer;
    QString tlsError;
    std::deque<std::string> queue;
    Nanos openedAt = 0;  // steady
    bool overdueOnce = false;
    bool held = false;
};

Session::Session(Endpoint endpoint, SessionOptions options, Clock& clock, SessionHandlers handlers)
    : m_state(std::make_unique<State>(std::move(endpoint), options, clock, std::move(handlers)))
{
}

Session::~Session() { m_state->drop(true); }

void Session::start()
{
    if (m_state->status.state == SessionState::Stopped)
        m_state->connect();
}

void Session::stop(std::string_view reason)
{
    const bool wasOpen = m_state->status.state == SessionState::Open;
    m_state->drop(true);
    m_state->set(SessionState::Stopped, std::string(reason));
    if (wasOpen && m_state->handlers.closed)
        m_state->handlers.closed(reason);
}

void Session::reconnect(std::string_view reason)
{
    const SessionState state = m_state->status.state;
    if (state == SessionState::Open || state == SessionState::Connecting)
        m_state->fail({SessionState::BackingOff, std::string(reason)});
}

void Session::hold(bool on)
{
    m_state->held = on;
    if (!on && m_state->status.state == SessionState::Held)
        m_state->connect();
}

Result<> Session::send(std::string message)
{
    if (m_state->status.state != SessionState::Open)
        return fail(ErrorCode::Disconnected, "not connected");
    if (m_state->queue.size() >= m_state->options.mostQueued)
        return fail(ErrorCode::Full, std::to_string(m_state->queue.size()) + " messages wait to be sent",
                    Remedy::Reconnect);
    m_state->queue.push_back(std::move(message));
    m_state->flush();
    return {};
}

void Session::alive() { m_state->watchdog.alive(m_state->clock.steady()); }

const SessionStatus& Session::status() const noexcept { return m_state->status; }

const Endpoint& Session::endpoint() const noexcept { return m_state->endpoint; }

}  // namespace tickdeck::net
