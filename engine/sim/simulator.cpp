// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/simulator.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include <QPointer>
#include <QTcpSocket>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketServer>

#include "engine/net/io_thread.h"
#include "engine/sim/door.h"
#include "engine/sim/rest.h"

namespace tickdeck::sim {

namespace {

constexpr std::chrono::milliseconds kPace{5};
constexpr int kMostStepsAtOnce = 20'000;  // of one pace, when it has fallen behind
constexpr qint64 kMostUnsent = 16 << 20;  // bytes; a client that reads too slowly is cut
constexpr std::string_view kGarbage = R"({"channel":"book","type":"update","data":[{"symbol":)";

QString toQt(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }

struct Counts {
    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> clients{0};
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> steps{0};
    std::atomic<std::uint64_t> faults{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> pongs{0};
};

// What lives in the simulator's thread.
class Server final : public Outbox {
public:
    Server(const std::string& name, const SimulatorOptions& options, Venue& venue, Counts& counts)
        : m_venue(venue),
          m_counts(counts),
          m_life(options.life),
          m_pongWithin(options.pongWithin),
          m_injector(options.faults),
          m_rest(venue, m_injector),
          m_market(marketOf(options)),
          m_sockets(QString::fromStdString(name), QWebSocketServer::NonSecureMode),
          m_door([this](const HttpRequest& request) { return onRequest(request); },
                 [this](QTcpSocket* socket) { upgrade(socket); }),
          m_started(m_clock.steady())
    {
        QObject::connect(&m_sockets, &QWebSocketServer::newConnection, &m_sockets, [this] { onClient(); });
        QObject::connect(&m_second, &QTimer::timeout, &m_second, [this] {
            disturb();
            endStalls();
            m_venue.second(m_clock.now(), *this);
        });
        QObject::connect(&m_pace, &QTimer::timeout, &m_pace, [this] { pace(); });
        QObject::connect(&m_ping, &QTimer::timeout, &m_ping, [this] { ping(); });
        m_second.start(std::chrono::seconds(1));
        if (options.paced)
            m_pace.start(kPace);
        if (options.pingEvery.count() > 0)
            m_ping.start(options.pingEvery);
    }

    ~Server() override { cut(); }

    Result<std::uint16_t> listen(std::uint16_t port) { return m_door.listen(port); }

    void inject(Fault fault)
    {
        m_injector.add(std::move(fault));
        disturb();
    }
    void refuse(int httpStatus, int retryAfter)
    {
        m_refused = httpStatus;
        m_retryAfter = retryAfter;
    }

    void advance(std::uint64_t count)
    {
        for (; count > 0; --count) {
            m_venue.stepped(m_market.step(), m_market, *this);
            ++m_counts.steps;
        }
    }

    void cut()
    {
        m_door.cut();
        while (!m_clients.empty()) {
            QWebSocket* socket = m_clients.begin()->second.socket;
            forget(m_clients.begin()->first);
            socket->abort();
            socket->deleteLater();
        }
    }

    // Outbox.
    void send(ClientId id, OutFrame frame) override
    {
        const auto found = m_clients.find(id);
        if (found == m_clients.end())
            return;
        Client& client = found->second;
        if (client.stalledUntil > m_clock.steady())
            return;
        if (client.socket->bytesToWrite() > kMostUnsent) {
            close(id, "too slow");
            return;
        }
        int copies = 1;
        bool later = false;
        bool last = false;
        for (const Fault& fault :
             m_injector.onFrame(frame.channel, frame.symbol, frame.hasChecksum, m_clock.steady() - m_started)) {
            ++m_counts.faults;
            switch (fault.kind) {
            case FaultKind::Gap: copies = 0; break;
            case FaultKind::Duplicate: copies = 2; break;
            case FaultKind::Reorder: later = true; break;
            case FaultKind::BadChecksum: m_venue.spoilChecksum(frame.text); break;
            case FaultKind::Garbage: write(client, kGarbage); break;
            case FaultKind::RateLimit: write(client, m_venue.rateLimitAnswer()); break;
            case FaultKind::Stall:
                client.stalledUntil = m_clock.steady() + static_cast<Nanos>(fault.seconds * 1e9);
                mute(client);
                return;
            case FaultKind::Close: last = true; break;
            default: break;  // falls on something else
            }
        }
        deliver(client, std::move(frame), copies, later);
        if (last)
            close(id, "going away");
    }

    // Later, as the venue may be going through its clients; until then it hears no more.
    void close(ClientId id, std::string_view reason) override
    {
        const auto closing = m_clients.find(id);
        if (closing == m_clients.end())
            return;
        closing->second.stalledUntil = std::numeric_limits<Nanos>::max();
        QMetaObject::invokeMethod(
            &m_sockets,
            [this, id, text = toQt(reason)] {
                const auto found = m_clients.find(id);
                if (found == m_clients.end())
                    return;
                QWebSocket* socket = found->second.socket;
                forget(id);
                socket->close(QWebSocketProtocol::CloseCodeGoingAway, text);
                socket->deleteLater();
            },
            Qt::QueuedConnection);
    }

private:
    struct Client {
        QWebSocket* socket = nullptr;
        Nanos stalledUntil = 0;           // steady
        Nanos lastPong = 0;               // steady; at first when it connected
        QPointer<QTcpSocket> tcp;         // below the WebSocket
        bool muted = false;               // neither reads nor answers pings
        std::optional<OutFrame> delayed;  // goes after the next frame of its channel and symbol
    };

    void pace()
    {
        const Nanos now = m_clock.now();
        for (int i = 0; i < kMostStepsAtOnce && m_market.nextTime() <= now; ++i)
            advance(1);
        if (m_market.nextTime() > now)
            m_venue.caughtUp(now, m_market, *this);
    }

    // Begins what is due of faults on instruments.
    void disturb()
    {
        for (const Fault& fault : m_injector.onTime(m_clock.steady() - m_started)) {
            ++m_counts.faults;
            m_venue.disturb(fault, m_market, m_clock.now(), *this);
        }
    }

    void ping()
    {
        const Nanos now = m_clock.steady();
        for (const auto& [id, client] : m_clients) {
            if (m_pongWithin.count() > 0 && now - client.lastPong > toNanos(m_pongWithin))
                close(id, "no pong");
            else if (!client.muted)
                client.socket->ping();
        }
    }

    // A WebSocket answers pings by itself, as long as it hears what has come.
    static void mute(Client& client)
    {
        if (!client.tcp)
            return;
        client.muted = true;
        client.tcp->blockSignals(true);
    }

    void endStalls()
    {
        std::vector<ClientId> gone;
        for (auto& [id, client] : m_clients) {
            if (!client.muted)
                continue;
            if (!client.tcp || client.tcp->state() != QAbstractSocket::ConnectedState) {
                gone.push_back(id);
            } else if (client.stalledUntil <= m_clock.steady()) {
                client.muted = false;
                client.tcp->blockSignals(false);
                QMetaObject::invokeMethod(client.tcp, &QTcpSocket::readyRead, Qt::QueuedConnection);
            }
        }
        for (const ClientId id : gone) {
            const Client& client = m_clients.at(id);
            QWebSocket* socket = client.socket;
            if (client.tcp) {  // the WebSocket has not heard of the end
                client.tcp->blockSignals(false);
                Q_EMIT client.tcp->stateChanged(QAbstractSocket::UnconnectedState);
            }
            if (m_clients.contains(id)) {
                forget(id);
                socket->deleteLater();
            }
        }
    }

    void upgrade(QTcpSocket* socket)
    {
        std::erase_if(m_shaking, [](const QPointer<QTcpSocket>& shaking) { return !shaking; });
        m_shaking.emplace_back(socket);
        m_sockets.handleConnection(socket);
    }

    // The connection below a WebSocket, which has shaken hands.
    QPointer<QTcpSocket> takeTcp(const QWebSocket& socket)
    {
        const auto found = std::ranges::find_if(m_shaking, [&](const QPointer<QTcpSocket>& shaking) {
            return shaking && shaking->peerPort() == socket.peerPort();
        });
        if (found == m_shaking.end())
            return {};
        QPointer<QTcpSocket> tcp = *found;
        m_shaking.erase(found);
        return tcp;
    }

    // Nothing: an upgrade, which goes to the WebSockets.
    std::optional<Door::Reply> onRequest(const HttpRequest& request)
    {
        if (m_refused != 0) {
            Door::Reply reply{.answer = {.status = m_refused, .body = {}, .headers = {}}};
            if (m_retryAfter >= 0)
                reply.answer.headers.emplace_back("Retry-After", std::to_string(m_retryAfter));
            return reply;
        }
        if (request.upgrade)
            return std::nullopt;
        ++m_counts.requests;
        const std::uint64_t before = m_injector.injected();
        Door::Reply reply = m_rest.answer(request, m_market, m_clock.now(), m_clock.steady() - m_started);
        m_counts.faults += m_injector.injected() - before;
        return reply;
    }

    void deliver(Client& client, OutFrame frame, int copies, bool later)
    {
        if (later && !client.delayed) {
            client.delayed = std::move(frame);
            return;
        }
        for (int i = 0; i < copies; ++i)
            write(client, frame.text);
        if (client.delayed && client.delayed->channel == frame.channel && client.delayed->symbol == frame.symbol) {
            write(client, client.delayed->text);
            client.delayed.reset();
        }
    }

    void write(const Client& client, std::string_view text)
    {
        client.socket->sendTextMessage(toQt(text));
        ++m_counts.sent;
    }

    void onClient()
    {
        while (QWebSocket* socket = m_sockets.nextPendingConnection()) {
            const ClientId id = ++m_lastId;
            m_clients[id] = {.socket = socket, .lastPong = m_clock.steady(), .tcp = takeTcp(*socket), .delayed = {}};
            QObject::connect(socket, &QWebSocket::textMessageReceived, &m_sockets, [this, id](const QString& text) {
                ++m_counts.received;
                m_venue.message(id, text.toStdString(), m_market, m_clock.now(), *this);
            });
            QObject::connect(socket, &QWebSocket::disconnected, &m_sockets, [this, id, socket] {
                forget(id);
                socket->deleteLater();
            });
            QObject::connect(socket, &QWebSocket::pong, &m_sockets, [this, id](quint64, const QByteArray&) {
                ++m_counts.pongs;
                m_clients.at(id).lastPong = m_clock.steady();
            });
            if (m_life.count() > 0)
                QTimer::singleShot(m_life, socket, [this, id] { close(id, "the connection has lived its time"); });
            ++m_counts.connections;
            m_counts.clients = m_clients.size();
            const QString path =
                socket->requestUrl().toString(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::FullyEncoded);
            m_venue.opened(id, path.toStdString(), m_clock.now(), *this);
        }
    }

    void forget(ClientId id)
    {
        if (const auto found = m_clients.find(id); found != m_clients.end()) {
            found->second.socket->disconnect(&m_sockets);
            m_clients.erase(found);
            m_venue.closed(id);
            m_counts.clients = m_clients.size();
        }
    }

    SystemClock m_clock;
    Venue& m_venue;
    Counts& m_counts;
    int m_refused = 0;  // HTTP status; 0: nobody
    int m_retryAfter = -1;
    std::chrono::milliseconds m_life;
    std::chrono::milliseconds m_pongWithin;
    FaultInjector m_injector;
    Rest m_rest;
    Market m_market;
    QWebSocketServer m_sockets;
    Door m_door;
    QTimer m_ping;
    QTimer m_pace;
    QTimer m_second;
    Nanos m_started;
    std::map<ClientId, Client> m_clients;
    std::vector<QPointer<QTcpSocket>> m_shaking;  // handed over, no WebSocket yet
    ClientId m_lastId = 0;
};

}  // namespace

MarketOptions marketOf(const SimulatorOptions& options)
{
    return {
        .listings = options.listings, .seed = options.seed, .rate = options.rate, .start = options.start / 1000 * 1000};
}

struct Simulator::State {
    std::string name;
    SimulatorOptions options;
    std::unique_ptr<Venue> venue;
    std::string restUrl;
    Counts counts;
    std::unique_ptr<net::IoThread> thread;  // between start() and stop()
    std::unique_ptr<Server> server;         // lives in the thread

    template <class Task>
    void run(Task&& task)
    {
        if (thread)
            thread->run([&] { task(*server); });
    }
};

Simulator::Simulator(std::string name, SimulatorOptions options, std::unique_ptr<Venue> venue)
    : m_state(std::make_unique<State>())
{
    m_state->name = std::move(name);
    m_state->options = std::move(options);
    m_state->venue = std::move(venue);
    if (m_state->options.start == 0)
        m_state->options.start = SystemClock().now();
}

Simulator::~Simulator() { stop(); }

Result<std::string> Simulator::start()
{
    State& state = *m_state;
    state.thread = std::make_unique<net::IoThread>("sim-" + state.name);
    Result<std::uint16_t> port = std::uint16_t{0};
    state.thread->run([&] {
        state.server = std::make_unique<Server>(state.name, state.options, *state.venue, state.counts);
        port = state.server->listen(state.options.port);
    });
    if (!port) {
        stop();
        return std::unexpected(std::move(port).error().within("simulator " + state.name));
    }
    const std::string address = "://127.0.0.1:" + std::to_string(*port);
    state.restUrl = "http" + address;
    return "ws" + address;
}

const std::string& Simulator::restUrl() const noexcept { return m_state->restUrl; }

void Simulator::stop()
{
    if (!m_state->thread)
        return;
    m_state->thread->run([this] { m_state->server.reset(); });
    m_state->thread.reset();
    m_state->restUrl.clear();
}

void Simulator::advance(std::uint64_t steps)
{
    m_state->run([&](Server& server) { server.advance(steps); });
}

void Simulator::inject(Fault fault)
{
    m_state->run([&](Server& server) { server.inject(std::move(fault)); });
}

void Simulator::cut()
{
    m_state->run([](Server& server) { server.cut(); });
}

void Simulator::refuse(int httpStatus, int retryAfter)
{
    m_state->run([&](Server& server) { server.refuse(httpStatus, retryAfter); });
}

MarketOptions Simulator::market() const { return marketOf(m_state->options); }

SimulatorCounters Simulator::counters() const
{
    const Counts& counts = m_state->counts;
    return {.connections = counts.connections,
            .clients = counts.clients,
            .received = counts.received,
            .sent = counts.sent,
            .steps = counts.steps,
            .faults = counts.faults,
            .requests = counts.requests,
            .pongs = counts.pongs};
}

}  // namespace tickdeck::sim
