// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/lane.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <semaphore>

#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include "engine/net/intake.h"

namespace tickdeck::net {

namespace {

QJsonValue json(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

std::string compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

bool isFailure(SessionState state)
{
    return state == SessionState::BackingOff || state == SessionState::NoNetwork || state == SessionState::Refused ||
           state == SessionState::RateLimited;
}

}  // namespace

struct Lane::State : std::enable_shared_from_this<Lane::State> {
    struct Connection {
        std::unique_ptr<Session> session;
        bool open = false;
        std::string told;  // the last failure that was journalled, until it opens again
    };

    State(IoThread& thread_, LaneOptions options_, std::unique_ptr<Decoder> decoder, BufferPool& pool, Clock& clock_,
          LiveWriter* live, LaneHooks hooks_)
        : thread(thread_),
          options(std::move(options_)),
          clock(clock_),
          hooks(std::move(hooks_)),
          intake(options.lane, options.heldBytes, std::move(decoder), pool, clock, live, intakeHooks()),
          budget(options.budget ? options.budget : std::make_shared<RateBudget>(options.rest, options.connects, clock)),
          statuses(options.endpoints.size())
    {
    }

    void start()
    {
        if (running || ended)
            return;
        running = true;
        intake.start();
        if (!options.rest.url.empty())
            requests = std::make_unique<Requests>(
                options.rest, options.requests, thread.hostLookup(), *budget, clock,
                RequestHandlers{
                    .answered = [this](auto path, int status, auto body) { onAnswered(path, status, body); },
                    .failed = [this](auto path, int status, auto error) { onRequestFailed(path, status, error); }});
        clockTick = std::make_unique<QTimer>();
        QObject::connect(clockTick.get(), &QTimer::timeout, clockTick.get(), [this] { tick(); });
        if (options.tick.count() > 0)
            clockTick->start(options.tick);
        const QJsonObject started = options.previous == kNoTime
                                        ? QJsonObject{}
                                        : QJsonObject{{QStringLiteral("previous"), qint64{options.previous}}};
        control(ControlKind::Started, 0, compact(started));
        if (!options.wanted.empty())
            control(ControlKind::Wanted, 0, options.wanted);
        connections.resize(options.endpoints.size());
        for (std::size_t i = 0; i < connections.size(); ++i)
            connections[i].session = makeSession(static_cast<ConnectionId>(i));
        for (Connection& connection : connections)
            connection.session->start();
    }

    std::unique_ptr<Session> makeSession(ConnectionId id)
    {
        SessionOptions session = options.session;
        session.seed += id;
        return std::make_unique<Session>(
            options.endpoints[id], session, SessionContext{clock, thread.hostLookup(), *budget},
            SessionHandlers{.opened = [this, id] { onOpened(id); },
                            .frame = [this, id](std::string_view bytes, Nanos time) { onFrame(id, bytes, time); },
                            .closed = [this, id](std::string_view reason) { onClosed(id, reason); },
                            .status = [this, id](const SessionStatus& status) { onStatus(id, status); }});
    }

    // A tick that would have to wait is dropped: the next one tells the same.
    void tick()
    {
        noteBan();
        if (!intake.holds() && std::ranges::any_of(connections, &Connection::open))
            control(ControlKind::Tick, 0, "{}");
    }

    void onOpened(ConnectionId id)
    {
        const Endpoint& endpoint = options.endpoints[id];
        connections[id].open = true;
        connections[id].told.clear();
        connects.add();
        control(ControlKind::Opened, id,
                compact({{QStringLiteral("name"), json(endpoint.name)}, {QStringLiteral("url"), json(endpoint.url)}}));
    }

    void onFrame(ConnectionId id, std::string_view bytes, Nanos time)
    {
        frames.add();
        frameBytes.add(bytes.size());
        lastFrame.store(time, std::memory_order_relaxed);
        if (failed)
            lost.add();
        else if (running)
            intake.frame(id, bytes, time);
    }

    void onClosed(ConnectionId id, std::string_view reason)
    {
        connections[id].open = false;
        if (requests)
            requests->distrust();  // the way to the venue may have gone for all
        tellClosed(id, reason, connections[id].session->status().state);
    }

    void onStatus(ConnectionId id, const SessionStatus& status)
    {
        {
            const std::scoped_lock lock(statusMutex);
            statuses[id] = status;
        }
        if (hooks.status)
            hooks.status(options.endpoints[id], status);
        // An open connection tells its end by onClosed.
        if (isFailure(status.state) && !connections[id].open && connections[id].told != status.reason)
            tellClosed(id, status.reason, status.state);
    }

    void tellClosed(ConnectionId id, std::string_view reason, SessionState state)
    {
        connections[id].told = reason;
        control(ControlKind::Closed, id,
                compact({{QStringLiteral("name"), json(options.endpoints[id].name)},
                         {QStringLiteral("reason"), json(reason)},
                         {QStringLiteral("state"), json(enumName(state))}}));
    }

    void onAnswered(std::string_view path, int status, std::string_view body)
    {
        requestsAnswered.add();
        requestWeight.set(static_cast<std::uint64_t>(requests->counters().weight));
        std::string payload = compact({{QStringLiteral("request"), json(path)}, {QStringLiteral("status"), status}});
        payload.back() = ',';
        payload.append(R"("body":)").append(body).append("}");
        control(ControlKind::Answered, 0, payload);
    }

    void onRequestFailed(std::string_view path, int status, std::string_view error)
    {
        requestsFailed.add();
        noteBan();
        control(ControlKind::Failed, 0,
                compact({{QStringLiteral("request"), json(path)},
                         {QStringLiteral("status"), status},
                         {QStringLiteral("error"), json(error)}}));
    }

    // Tells that a ban has begun, has another end than was told, or is over.
    void noteBan()
    {
        const BudgetStatus now = budget->status();
        const bool known = bannedUntil != kNoTime;
        const bool banned = now.bannedUntil != kNoTime;
        if (known == banned && (!banned || std::abs(now.bannedUntil - bannedUntil) < kSecond))
            return;
        bannedUntil = now.bannedUntil;
        if (hooks.budget)
            hooks.budget(now);
    }

    void control(ControlKind kind, ConnectionId id, std::string_view payload)
    {
        if (running)
            intake.control(kind, id, payload);
    }

    IntakeHooks intakeHooks()
    {
        return {.push = hooks.push,
                .observe = hooks.observe,
                .error = hooks.error,
                .decoded =
                    [this](const Emit& emit, const BatchHeader& input, const Error* error) {
                        reply(emit);
                        if (error && error->remedy == Remedy::Reconnect)
                            reconnect(input.connection, error->detail);
                        if (error && error->remedy == Remedy::Fatal)
                            decoderFailed();
                    },
                .lost = [this](ConnectionId id, std::size_t size) { overflow(id, size); },
                .waits =
                    [this] {
                        if (requests)
                            requests->hold(true);
                    },
                .emptied = [this] { onEmptied(); }};
    }

    // What the decoder asked for. What comes of it at once is held by the intake until this is done.
    void reply(const Emit& emit)
    {
        for (const ConnectionId id : emit.aliveConnections())
            if (id < connections.size())
                connections[id].session->alive();
        for (const Emit::Send& send : emit.sends()) {
            if (send.connection >= connections.size())
                continue;
            if (auto sent = connections[send.connection].session->send(send.message, send.urgent);
                !sent && sent.error().remedy == Remedy::Reconnect)
                reconnect(send.connection, sent.error().detail);
        }
        for (const Emit::Reconnect& wish : emit.reconnects())
            reconnect(wish.connection, wish.reason);
        for (const Emit::Request& request : emit.requests()) {
            if (requests)
                requests->add(request.path, request.weight);
            else
                onRequestFailed(request.path, 0, "this connector has no address for requests");
        }
        for (const std::string& kind : emit.ignoredKinds()) {
            ignored.add();
            if (hooks.ignored)
                hooks.ignored(kind);
        }
        if (hooks.notice)
            for (const std::string& text : emit.notices())
                hooks.notice(text);
    }

    void reconnect(ConnectionId id, std::string_view reason)
    {
        if (id < connections.size())
            connections[id].session->reconnect(reason);
    }

    // The frame is lost, and no connection may bring another until all that is held has been taken.
    void overflow(ConnectionId id, std::size_t size)
    {
        lost.add();
        if (overflowing)
            return;
        overflowing = true;
        overflows.add();
        control(ControlKind::Overflow, id,
                compact({{QStringLiteral("bytes"), static_cast<qint64>(size)}, {QStringLiteral("frames"), 1}}));
        for (Connection& connection : connections) {
            connection.session->hold(true);
            connection.session->reconnect("the engine did not keep up");
        }
        if (requests)
            requests->failAll("the engine did not keep up");
    }

    // It is not to be trusted: it gets no further frame, until the lane is made anew.
    void decoderFailed()
    {
        if (std::exchange(failed, true))
            return;
        lost.add(intake.dropData());
        if (requests)
            requests->stop();
        for (Connection& connection : connections) {
            connection.session->hold(true);
            connection.session->reconnect("the decoder failed");
        }
    }

    void onEmptied()
    {
        if (requests)
            requests->hold(false);
        if (std::exchange(overflowing, false) && !failed)
            for (Connection& connection : connections)
                connection.session->hold(false);
        if (stopping)
            drained.release();
    }

    void beginStop()
    {
        if (!running)
            return;
        for (Connection& connection : connections)
            connection.session->stop("stopped");
        if (requests)
            requests->stop();
        stopping = true;
        intake.drain();
    }

    void end()
    {
        running = false;
        ended = true;
        lost.add(intake.abandon());
        connections.clear();
        requests.reset();
        clockTick.reset();
    }

    IoThread& thread;
    LaneOptions options;
    Clock& clock;
    LaneHooks hooks;
    Intake intake;
    std::shared_ptr<RateBudget> budget;
    std::unique_ptr<Requests> requests;
    std::vector<Connection> connections;
    std::unique_ptr<QTimer> clockTick;
    bool running = false;
    bool ended = false;
    bool overflowing = false;
    bool failed = false;  // the decoder threw
    bool stopping = false;
    std::counting_semaphore<> drained{0};

    Nanos bannedUntil = kNoTime;

    Counter requestsAnswered, requestsFailed, requestWeight;
    Counter frames, frameBytes, ignored, connects, overflows, lost;
    std::atomic<Nanos> lastFrame{kNoTime};
    mutable std::mutex statusMutex;
    std::vector<SessionStatus> statuses;
};

Lane::Lane(IoThread& thread, LaneOptions options, std::unique_ptr<Decoder> decoder, BufferPool& pool, Clock& clock,
           LiveWriter* live, LaneHooks hooks)
    : m_state(
          std::make_shared<State>(thread, std::move(options), std::move(decoder), pool, clock, live, std::move(hooks)))
{
}

Lane::~Lane() { stop(std::chrono::milliseconds(0)); }

void Lane::start()
{
    m_state->thread.run([this] { m_state->start(); });
}

void Lane::stop(std::chrono::milliseconds limit)
{
    State& state = *m_state;
    bool running = false;
    state.thread.run([&] {
        running = state.running;
        state.beginStop();
    });
    if (running)
        static_cast<void>(state.drained.try_acquire_for(limit));
    state.thread.run([&] { state.end(); });
}

void Lane::requestState()
{
    m_state->thread.post([weak = m_state->weak_from_this()] {
        if (const auto state = weak.lock(); state && state->running) {
            state->intake.requestState();
        }
    });
}

void Lane::setWanted(std::string payload)
{
    m_state->thread.post([weak = m_state->weak_from_this(), payload = std::move(payload)] {
        if (const auto state = weak.lock())
            state->control(ControlKind::Wanted, 0, payload);
    });
}

void Lane::reconnect(std::string reason)
{
    m_state->thread.post([weak = m_state->weak_from_this(), reason = std::move(reason)] {
        if (const auto state = weak.lock())
            for (State::Connection& connection : state->connections)
                connection.session->reconnect(reason);
    });
}

LaneCounters Lane::counters() const
{
    const State& state = *m_state;
    return {.frames = state.frames.get(),
            .bytes = state.frameBytes.get(),
            .events = state.intake.events.get(),
            .errors = state.intake.errors.get(),
            .ignored = state.ignored.get(),
            .connects = state.connects.get(),
            .overflows = state.overflows.get(),
            .lost = state.lost.get(),
            .heldBytes = state.intake.heldBytes.get(),
            .requests = state.requestsAnswered.get(),
            .failedRequests = state.requestsFailed.get(),
            .requestWeight = state.requestWeight.get(),
            .lastFrame = state.lastFrame.load(std::memory_order_relaxed)};
}

std::vector<SessionStatus> Lane::statuses() const
{
    const std::scoped_lock lock(m_state->statusMutex);
    return m_state->statuses;
}

BudgetStatus Lane::budget() const { return m_state->budget->status(); }

}  // namespace tickdeck::net
