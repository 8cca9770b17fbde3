// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/lane.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <semaphore>

#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include "engine/plugin/decode_step.h"

namespace tickdeck::net {

namespace {

// How soon room is looked for again. The ring wakes nobody, and this runs only while something waits.
constexpr std::chrono::milliseconds kRetry{2};

QJsonValue json(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

std::string compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

// One writer, any reader.
class Counter {
public:
    void add(std::uint64_t n = 1) noexcept { set(get() + n); }
    void set(std::uint64_t n) noexcept { m_value.store(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> m_value{0};
};

bool isFailure(SessionState state)
{
    return state == SessionState::BackingOff || state == SessionState::NoNetwork || state == SessionState::Refused ||
           state == SessionState::RateLimited;
}

}  // namespace

struct Lane::State : std::enable_shared_from_this<Lane::State> {
    // A frame or control that waits for room.
    struct Input {
        BatchHeader like;
        std::string payload;
    };
    struct Connection {
        std::unique_ptr<Session> session;
        bool open = false;
        std::string told;  // the last failure that was journalled, until it opens again
    };

    State(IoThread& thread_, LaneOptions options_, std::unique_ptr<Decoder> decoder_, BufferPool& pool, Clock& clock_,
          LiveWriter* live, LaneHooks hooks_)
        : thread(thread_),
          options(std::move(options_)),
          decoder(std::move(decoder_)),
          clock(clock_),
          hooks(std::move(hooks_)),
          builder(pool),
          emit(builder, live),
          budget(options.budget ? options.budget : std::make_shared<RateBudget>(options.rest, options.connects, clock)),
          statuses(options.endpoints.size())
    {
    }

    void start()
    {
        if (running || ended)
            return;
        running = true;
        if (!options.rest.url.empty())
            requests = std::make_unique<Requests>(
                options.rest, options.requests, thread.hostLookup(), *budget, clock,
                RequestHandlers{
                    .answered = [this](auto path, int status, auto body) { onAnswered(path, status, body); },
                    .failed = [this](auto path, int status, auto error) { onRequestFailed(path, status, error); }});
        retry = std::make_unique<QTimer>();
        retry->setInterval(kRetry);
        QObject::connect(retry.get(), &QTimer::timeout, retry.get(), [this] { drain(); });
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
        if (held.empty() && std::ranges::any_of(connections, &Connection::open))
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
        BatchHeader like;
        like.kind = BatchKind::Frame;
        like.connection = id;
        like.receiveTime = time;
        take(like, bytes);
    }

    void onClosed(ConnectionId id, std::string_view reason)
    {
        connections[id].open = false;
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
        BatchHeader like;
        like.kind = BatchKind::Control;
        like.control = kind;
        like.connection = id;
        like.receiveTime = clock.now();
        take(like, payload);
    }

    // Handles an input at once, or holds it behind those that wait.
    void take(const BatchHeader& like, std::string_view payload)
    {
        if (!running)
            return;
        if (handling || !held.empty() || !hasRoom()) {
            hold(like, payload);
            return;
        }
        handle(like, payload);
        drain();
    }

    // Whether a further batch may be decoded. Offers the one that waits, and begins a segment with the decoder's state.
    bool hasRoom()
    {
        if (waiting && !hooks.push(std::move(waiting)))
            return false;
        waiting = {};
        if (!stateWanted)
            return true;
        stateWanted = false;
        std::string bytes;
        decoder->save(bytes);
        BatchHeader like;
        like.kind = BatchKind::Control;
        like.control = ControlKind::State;
        like.receiveTime = clock.now();
        offer(decode(like, bytes).batch);
        return !waiting;
    }

    Decoded decode(BatchHeader like, std::string_view payload)
    {
        like.lane = options.lane;
        like.ordinal = ++ordinal;
        return decodeStep(*decoder, like, payload, builder, emit);
    }

    void offer(Batch batch)
    {
        if (hooks.observe)
            hooks.observe(batch);
        waiting = std::move(batch);
        if (hooks.push(std::move(waiting)))
            waiting = {};
    }

    void handle(const BatchHeader& like, std::string_view payload)
    {
        handling = true;
        Decoded decoded = decode(like, payload);
        events.add(decoded.batch.header().eventCount);
        if (decoded.error) {
            errors.add();
            if (hooks.error)
                hooks.error(*decoded.error, decoded.batch);
        }
        offer(std::move(decoded.batch));
        reply();
        if (decoded.error && decoded.error->remedy == Remedy::Reconnect)
            reconnect(like.connection, decoded.error->detail);
        handling = false;
    }

    // What the decoder asked for. Sessions that close here tell so through take(), which holds it until handle() is done.
    void reply()
    {
        for (const ConnectionId id : emit.aliveConnections())
            if (id < connections.size())
                connections[id].session->alive();
        for (const Emit::Send& send : emit.sends()) {
            if (send.connection >= connections.size())
                continue;
            if (auto sent = connections[send.connection].session->send(send.message);
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

    void hold(const BatchHeader& like, std::string_view payload)
    {
        const bool isFrame = like.kind == BatchKind::Frame;
        if (isFrame && heldBytes.get() + payload.size() > options.heldBytes) {
            overflow(like.connection, payload.size());
            return;
        }
        held.push_back({like, std::string(payload)});
        if (isFrame)
            heldBytes.add(payload.size());
        if (!retry->isActive())
            retry->start();
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

    void drain()
    {
        while (!handling && hasRoom() && !held.empty()) {
            const Input input = std::move(held.front());
            held.pop_front();
            if (input.like.kind == BatchKind::Frame)
                heldBytes.set(heldBytes.get() - input.payload.size());
            handle(input.like, input.payload);
        }
        const bool empty = held.empty() && !waiting;
        if (empty)
            retry->stop();
        else if (!retry->isActive())
            retry->start();
        if (empty && overflowing) {
            overflowing = false;
            for (Connection& connection : connections)
                connection.session->hold(false);
        }
        if (empty && stopping)
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
        drain();
    }

    void end()
    {
        running = false;
        ended = true;
        for (const Input& input : held)
            lost.add(input.like.kind == BatchKind::Frame ? 1 : 0);
        held.clear();
        heldBytes.set(0);
        waiting = {};
        connections.clear();
        requests.reset();
        retry.reset();
        clockTick.reset();
    }

    IoThread& thread;
    LaneOptions options;
    std::unique_ptr<Decoder> decoder;
    Clock& clock;
    LaneHooks hooks;
    BatchBuilder builder;
    Emit emit;
    std::shared_ptr<RateBudget> budget;
    std::unique_ptr<Requests> requests;
    std::vector<Connection> connections;
    std::unique_ptr<QTimer> retry;
    std::unique_ptr<QTimer> clockTick;
    Batch waiting;  // decoded, but there was no room for it
    std::deque<Input> held;
    std::uint64_t ordinal = 0;
    bool running = false;
    bool ended = false;
    bool handling = false;
    bool stateWanted = false;
    bool overflowing = false;
    bool stopping = false;
    std::counting_semaphore<> drained{0};

    Nanos bannedUntil = kNoTime;

    Counter requestsAnswered, requestsFailed, requestWeight;
    Counter frames, frameBytes, events, errors, ignored, connects, overflows, lost, heldBytes;
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
            state->stateWanted = true;
            state->drain();
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
            .events = state.events.get(),
            .errors = state.errors.get(),
            .ignored = state.ignored.get(),
            .connects = state.connects.get(),
            .overflows = state.overflows.get(),
            .lost = state.lost.get(),
            .heldBytes = state.heldBytes.get(),
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
