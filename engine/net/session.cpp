// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/session.h"

#include <deque>

#include <QTimer>

#include "engine/net/link.h"
#include "engine/net/timer.h"
#include "engine/net/token_bucket.h"
#include "engine/net/watchdog.h"

namespace tickdeck::net {

namespace {

// How long data that is already here may still take to be read, when a sign of life seems overdue.
constexpr Nanos kGrace = 100 * kMillisecond;
// When in its life a connection is replaced: the venue's cut is met by none, and not by all at once.
constexpr double kEarliest = 0.75;
constexpr double kLatest = 0.95;

}  // namespace

struct Session::State {
    State(Endpoint endpoint_, SessionOptions options_, SessionContext context_, SessionHandlers handlers_)
        : endpoint(std::move(endpoint_)),
          options(options_),
          context(context_),
          clock(context.clock),
          handlers(std::move(handlers_)),
          lost(options.backoff, options.seed),
          refused(options.refused, options.seed + 1),
          random(options.seed + 2),
          messages(endpoint.messagesPerSecond, endpoint.messageBurst, clock.steady()),
          watchdog(toNanos(endpoint.livenessTimeout))
    {
        for (QTimer* timer : {&attemptTimer, &watchTimer, &sendTimer, &pingTimer, &successionTimer}) {
            timer->setSingleShot(timer != &pingTimer);
            timer->setTimerType(Qt::PreciseTimer);
        }
        QObject::connect(&attemptTimer, &QTimer::timeout, &attemptTimer, [this] { connect(); });
        QObject::connect(&watchTimer, &QTimer::timeout, &watchTimer, [this] { onWatchTimer(); });
        QObject::connect(&sendTimer, &QTimer::timeout, &sendTimer, [this] { flush(); });
        QObject::connect(&pingTimer, &QTimer::timeout, &pingTimer, [this] { ping(); });
        QObject::connect(&successionTimer, &QTimer::timeout, &successionTimer, [this] { beginSuccession(); });
    }

    void set(SessionState state, std::string reason, Nanos retryIn = kNoTime)
    {
        const Nanos now = clock.now();
        status = {state, std::move(reason), now, retryIn == kNoTime ? kNoTime : now + retryIn};
        if (handlers.status)
            handlers.status(status);
    }

    void connect()
    {
        if (held) {
            set(SessionState::Held, "waits until the engine has caught up");
            return;
        }
        if (const Nanos wait = context.budget.connectWait(); wait > 0) {
            waitForTurn(wait);
            return;
        }
        connecting = true;
        set(SessionState::Connecting, endpoint.url);
        link = makeLink([this] { onOpened(); }, [this](const LinkEnd& end) { onGone(end); });
    }

    // The venue's budget allows no attempt now: others have theirs, or it has banned us.
    void waitForTurn(Nanos wait)
    {
        attemptTimer.start(toTimer(wait));
        const BudgetStatus budget = context.budget.status();
        const bool banned = budget.bannedUntil != kNoTime;
        const SessionState state = banned ? SessionState::RateLimited : SessionState::Connecting;
        const std::string reason = banned ? budget.reason : "waits for its turn to connect";
        if (status.state != state || status.reason != reason)
            set(state, reason, wait);
    }

    Link* makeLink(std::function<void()> opened, std::function<void(const LinkEnd&)> gone)
    {
        return new Link(endpoint, options.handshakeTimeout, context.lookup, clock,
                        {.opened = std::move(opened),
                         .frame = [this](const QByteArray& bytes) { onFrame(bytes); },
                         .pong = [this] { watchdog.alive(clock.steady()); },
                         .gone = std::move(gone)});
    }

    void endAttempt()
    {
        if (std::exchange(connecting, false))
            context.budget.connectEnded();
    }

    void onOpened()
    {
        endAttempt();
        context.budget.answered();
        openedAt = clock.steady();
        watchdog.alive(openedAt);
        overdueOnce = false;
        watchTimer.start(toTimer(watchdog.remaining(openedAt)));
        if (endpoint.pingEvery.count() > 0)
            pingTimer.start(endpoint.pingEvery);
        if (endpoint.life.count() > 0)
            successionTimer.start(
                toTimer(static_cast<Nanos>(static_cast<double>(toNanos(endpoint.life)) *
                                           std::uniform_real_distribution(kEarliest, kLatest)(random))));
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

    void onGone(const LinkEnd& end)
    {
        endAttempt();
        const auto ban = context.budget.refused(end.refusedWith, end.retryAfter);
        if (ban)
            fail({SessionState::RateLimited, context.budget.status().reason}, ban);
        else
            fail(end.failure);
    }

    // Pings count as messages, and are sent even where the budget is spent.
    void ping()
    {
        static_cast<void>(messages.take(clock.steady()));
        link->ping();
    }

    // Opens the connection that is to replace this one, before the venue closes this one.
    void beginSuccession()
    {
        if (const Nanos wait = context.budget.connectWait(); wait > 0) {
            successionTimer.start(toTimer(wait));
            return;
        }
        connecting = true;
        const auto self = std::make_shared<Link*>(nullptr);
        successor = makeLink([this] { succeed(); },
                             [this, self](const LinkEnd& end) {
                                 if (*self == link)  // it has succeeded meanwhile
                                     return onGone(end);
                                 endAttempt();
                                 std::exchange(successor, nullptr)->retire(false);
                                 const auto ban = context.budget.refused(end.refusedWith, end.retryAfter);
                                 successionTimer.start(toTimer(ban.value_or(lost.next())));
                             });
        *self = successor;
    }

    // For the decoder a connection ends and the next one begins, with nothing between them.
    void succeed()
    {
        Link* next = std::exchange(successor, nullptr);
        const bool stable = clock.steady() - openedAt >= options.stableAfter;
        drop(true);
        link = next;
        if (stable)
            lost.reset();
        const std::string_view reason = "replaced ahead of the venue's own end of the connection";
        set(SessionState::Connecting, std::string(reason));
        if (handlers.closed)
            handlers.closed(reason);
        if (link == next)  // nobody has given it up on being told
            onOpened();
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

    // Lets go of the connection, and of the one that was to replace it.
    void drop(bool politely)
    {
        for (QTimer* timer : {&attemptTimer, &watchTimer, &sendTimer, &pingTimer, &successionTimer})
            timer->stop();
        queue.clear();
        endAttempt();
        if (link)
            std::exchange(link, nullptr)->retire(politely);
        if (successor)
            std::exchange(successor, nullptr)->retire(politely);
    }

    // `ban`: how long the venue wants to be left alone.
    void fail(const Failure& failure, std::optional<Nanos> ban = {})
    {
        const bool wasOpen = status.state == SessionState::Open;
        if (wasOpen && clock.steady() - openedAt >= options.stableAfter) {
            lost.reset();
            refused.reset();
        }
        drop(false);
        const bool rarely = failure.state == SessionState::Refused || failure.state == SessionState::RateLimited;
        const Nanos wait = ban ? *ban : (rarely ? refused : lost).next();
        attemptTimer.start(toTimer(wait));
        set(failure.state, failure.reason, wait);
        if (wasOpen && handlers.closed)
            handlers.closed(failure.reason);
    }

    // Sends as much as the budget allows.
    void flush()
    {
        Nanos wait = context.budget.sendWait();
        while (wait == 0 && !queue.empty()) {
            wait = messages.untilNext(clock.steady());
            if (wait > 0 || !messages.take(clock.steady()))
                break;
            const std::string message = std::move(queue.front());
            queue.pop_front();
            link->send(message);  // may end the connection: the queue is empty then
        }
        if (!queue.empty() && !sendTimer.isActive())
            sendTimer.start(toTimer(wait));
    }

    Endpoint endpoint;
    SessionOptions options;
    SessionContext context;
    Clock& clock;
    SessionHandlers handlers;
    Backoff lost;
    Backoff refused;
    std::mt19937_64 random;
    TokenBucket messages;
    Watchdog watchdog;
    SessionStatus status;
    Link* link = nullptr;
    Link* successor = nullptr;
    QTimer attemptTimer;  // until the next attempt
    QTimer watchTimer;
    QTimer sendTimer;
    QTimer pingTimer;
    QTimer successionTimer;
    std::deque<std::string> queue;
    Nanos openedAt = 0;       // steady
    bool connecting = false;  // an attempt is counted in the budget
    bool overdueOnce = false;
    bool held = false;
};

Session::Session(Endpoint endpoint, SessionOptions options, SessionContext context, SessionHandlers handlers)
    : m_state(std::make_unique<State>(std::move(endpoint), options, context, std::move(handlers)))
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

Result<> Session::send(std::string message, bool urgent)
{
    if (m_state->status.state != SessionState::Open)
        return fail(ErrorCode::Disconnected, "not connected");
    if (urgent) {
        static_cast<void>(m_state->messages.take(m_state->clock.steady()));
        m_state->link->send(message);
        return {};
    }
    if (m_state->queue.size() >= m_state->options.mostQueued) {
        const bool banned = m_state->context.budget.sendWait() > 0;
        return fail(ErrorCode::Full, std::to_string(m_state->queue.size()) + " messages wait to be sent",
                    banned ? Remedy::None : Remedy::Reconnect);
    }
    m_state->queue.push_back(std::move(message));
    m_state->flush();
    return {};
}

void Session::alive() { m_state->watchdog.alive(m_state->clock.steady()); }

const SessionStatus& Session::status() const noexcept { return m_state->status; }

const Endpoint& Session::endpoint() const noexcept { return m_state->endpoint; }

}  // namespace tickdeck::net
