// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/link_proxy.h"

#include <deque>
#include <list>
#include <mutex>
#include <random>

#include <sys/socket.h>

#include <QHostAddress>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include "engine/net/io_thread.h"
#include "tests/faults/stream_cutter.h"

namespace tickdeck::test {

namespace {

constexpr std::chrono::milliseconds kTurn{5};
constexpr Nanos kPatience = 4 * kSecond;  // for a fault to find something to fall on

struct Flow {
    struct Waiting {
        std::string bytes;
        Nanos due = 0;  // steady
    };
    LinkDirection direction = LinkDirection::Down;
    StreamCutter cutter;
    std::deque<Waiting> queue;
    std::string later;  // held back until the next message
    Nanos lastDue = 0;
};

struct Connection {
    QTcpSocket* engine = nullptr;
    QTcpSocket* venue = nullptr;
    Flow down{.direction = LinkDirection::Down};
    Flow up{.direction = LinkDirection::Up};
    bool held = false;       // made while the peer was away: goes on when the fault is over
    bool forgotten = false;  // half open: what comes is swallowed
    bool venueGone = false;
    bool dead = false;
};

void setReset(QTcpSocket* socket)
{
    const linger now{.l_onoff = 1, .l_linger = 0};
    if (socket->socketDescriptor() >= 0)
        setsockopt(static_cast<int>(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

// All of it in the proxy's thread, but for what the mutex guards.
struct LinkProxy::State {
    std::string name;
    quint16 target = 0;
    SystemClock clock;
    net::IoThread thread;
    std::unique_ptr<QTcpServer> server;
    std::unique_ptr<QTimer> timer;
    std::list<Connection> connections;
    LinkFault fault;
    std::mt19937_64 random{1};
    bool armed = false;
    bool active = false;
    std::uint64_t seen = 0;    // messages of its direction since it was armed
    Nanos armedAt = 0;         // steady
    Nanos activeUntil = 0;     // steady
    mutable std::mutex mutex;  // of the status
    LinkStatus status;

    explicit State(std::string name_) : name(std::move(name_)), thread("proxy") {}

    void begin()
    {
        server = std::make_unique<QTcpServer>();
        QObject::connect(server.get(), &QTcpServer::newConnection, server.get(), [this] { accept(); });
        timer = std::make_unique<QTimer>();
        timer->setTimerType(Qt::PreciseTimer);
        QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [this] { turn(); });
    }

    void end()
    {
        timer.reset();
        for (Connection& connection : connections)
            drop(connection, true);
        sweep();
        server.reset();
    }

    void accept()
    {
        while (QTcpSocket* socket = server->nextPendingConnection()) {
            if (isActive(LinkFaultKind::Reset)) {
                setReset(socket);
                socket->abort();
                socket->deleteLater();
                continue;
            }
            Connection& connection = connections.emplace_back();
            connection.engine = socket;
            connection.held = isActive(LinkFaultKind::HalfOpen);
            QObject::connect(socket, &QTcpSocket::readyRead, server.get(), [this, &connection] {
                if (!connection.held)
                    take(connection, connection.up, connection.engine);
            });
            QObject::connect(socket, &QTcpSocket::disconnected, server.get(), [this, &connection] {
                drop(connection, false);
                later();
            });
            if (!connection.held)
                reachVenue(connection);
        }
    }

    void reachVenue(Connection& connection)
    {
        connection.held = false;
        connection.venue = new QTcpSocket;
        QObject::connect(connection.venue, &QTcpSocket::readyRead, server.get(),
                         [this, &connection] { take(connection, connection.down, connection.venue); });
        QObject::connect(connection.venue, &QTcpSocket::disconnected, server.get(), [this, &connection] {
            connection.venueGone = true;
            later();
        });
        connection.venue->connectToHost(QHostAddress::LocalHost, target);
        take(connection, connection.up, connection.engine);
    }

    // What has come is cut, met by the fault, and queued.
    void take(Connection& connection, Flow& flow, QTcpSocket* from)
    {
        if (connection.dead || !from)
            return;
        const QByteArray bytes = from->readAll();
        if (connection.forgotten)
            return;
        flow.cutter.push({bytes.constData(), static_cast<std::size_t>(bytes.size())});
        while (auto piece = flow.cutter.next()) {
            if (piece->message)
                meet(connection, flow, std::move(piece->bytes));
            else
                queue(flow, std::move(piece->bytes));
            if (connection.dead || connection.forgotten)
                return;
        }
        pump(connection);
    }

    void meet(Connection& connection, Flow& flow, std::string bytes)
    {
        const bool concerned = fault.direction == LinkDirection::Both || fault.direction == flow.direction;
        if (armed && concerned && seen++ >= fault.afterFrames)
            activate();
        if (connection.dead || connection.forgotten)
            return;
        std::string release = std::exchange(flow.later, {});
        if (active && concerned && fault.hitsFrames()) {
            hit(flow, std::move(bytes));
        } else {
            queue(flow, std::move(bytes));
        }
        if (!release.empty())
            queue(flow, std::move(release));
    }

    void hit(Flow& flow, std::string bytes)
    {
        const bool masked = flow.direction == LinkDirection::Up;
        note(bytes);
        switch (fault.kind) {
        case LinkFaultKind::Duplicate:
            queue(flow, bytes);
            queue(flow, std::move(bytes));
            break;
        case LinkFaultKind::Reorder: flow.later = std::move(bytes); break;
        case LinkFaultKind::Garbage: {
            std::string noise(1 + random() % 300, ' ');
            const bool text = fault.variant % 4 == 0;
            for (char& c : noise)
                c = static_cast<char>(text ? ' ' + random() % 94 : random() % 256);
            if (fault.variant % 4 == 2) {
                queue(flow, StreamCutter::halved(bytes));
                break;
            }
            queue(flow, fault.variant % 4 == 3 ? noise : StreamCutter::frame(noise, text, masked));
            queue(flow, std::move(bytes));
            break;
        }
        default: break;  // lost
        }
        if (--fault.count == 0)
            finish();
    }

    void queue(Flow& flow, std::string bytes)
    {
        Nanos due = clock.steady();
        if (isActive(LinkFaultKind::Latency) && concerns(flow))
            due += fault.latency + static_cast<Nanos>(random() % static_cast<std::uint64_t>(fault.latency));
        due = flow.lastDue = std::max(flow.lastDue, due);  // TCP keeps the order
        flow.queue.push_back({std::move(bytes), due});
    }

    void pump(Connection& connection)
    {
        if (connection.dead)
            return;
        pump(connection.down, connection.engine);
        if (connection.venue && connection.venue->state() == QAbstractSocket::ConnectedState)
            pump(connection.up, connection.venue);
        if (connection.venueGone && !connection.forgotten && connection.down.queue.empty()) {
            connection.engine->disconnectFromHost();
            connection.venueGone = false;
        }
        if (!connection.down.queue.empty() || !connection.up.queue.empty() || armed || active)
            wakeTimer();
    }

    void pump(Flow& flow, QTcpSocket* to) const
    {
        const bool concerned = concerns(flow);
        if (concerned && isActive(LinkFaultKind::Stall))
            return;
        std::size_t budget = concerned && isActive(LinkFaultKind::Drip) ? fault.bytes : SIZE_MAX;
        while (!flow.queue.empty() && flow.queue.front().due <= clockNow() && budget > 0) {
            std::string& bytes = flow.queue.front().bytes;
            const std::size_t size = std::min(bytes.size(), budget);
            to->write(bytes.data(), static_cast<qint64>(size));
            budget -= budget == SIZE_MAX ? 0 : size;
            if (size == bytes.size())
                flow.queue.pop_front();
            else
                bytes.erase(0, size);
        }
    }

    Nanos clockNow() const { return const_cast<SystemClock&>(clock).steady(); }
    bool isActive(LinkFaultKind kind) const { return active && fault.kind == kind; }
    bool concerns(const Flow& flow) const
    {
        return fault.direction == LinkDirection::Both || fault.direction == flow.direction;
    }

    void turn()
    {
        const Nanos now = clock.steady();
        if (armed && now - armedAt >= kPatience)
            activate();
        if (active && now >= activeUntil)
            finish();
        bool busy = armed || active;
        for (Connection& connection : connections) {
            pump(connection);
            busy = busy || !connection.down.queue.empty() || !connection.up.queue.empty();
        }
        sweep();
        if (!busy)
            timer->stop();
    }

    void wakeTimer()
    {
        if (timer && !timer->isActive())
            timer->start(kTurn);
    }
    void later() { wakeTimer(); }

    void arm(const LinkFault& next)
    {
        fault = next;
        random.seed(next.seed + 1);
        seen = 0;
        armed = true;
        armedAt = clock.steady();
        {
            const std::scoped_lock lock(mutex);
            status = {.over = false, .begun = clock.now(), .ended = 0, .hit = 0, .hits = {}};
        }
        if (next.afterReset)
            resetAll();
        wakeTimer();
    }

    void activate()
    {
        armed = false;
        active = true;
        activeUntil = clock.steady() + (fault.hitsFrames() ? kPatience : fault.duration);
        {
            const std::scoped_lock lock(mutex);
            status.begun = fault.afterReset ? status.begun : clock.now();
        }
        if (fault.kind == LinkFaultKind::Reset)
            resetAll();
        if (fault.kind == LinkFaultKind::HalfOpen)
            for (Connection& connection : connections) {
                connection.forgotten = true;
                connection.down.queue.clear();
                connection.up.queue.clear();
                if (connection.venue)
                    connection.venue->abort();
            }
        wakeTimer();
    }

    void finish()
    {
        active = false;
        for (Connection& connection : connections)
            if (connection.held && !connection.dead)
                reachVenue(connection);
        const std::scoped_lock lock(mutex);
        status.over = true;
        status.ended = clock.now();
    }

    void note(const std::string& bytes)
    {
        const std::scoped_lock lock(mutex);
        ++status.hit;
        status.hits.push_back(formatClock(clock.now()) + " " + bytes.substr(0, 160));
    }

    void resetAll()
    {
        for (Connection& connection : connections)
            drop(connection, true);
    }

    // Signals of its sockets are not heard any more; sweep() lets go of it.
    void drop(Connection& connection, bool reset)
    {
        if (std::exchange(connection.dead, true))
            return;
        for (QTcpSocket* socket : {connection.engine, connection.venue})
            if (socket) {
                socket->disconnect(server.get());
                if (reset)
                    setReset(socket);
                socket->abort();
                socket->deleteLater();
            }
        wakeTimer();
    }
    void sweep()
    {
        std::erase_if(connections, [](const Connection& connection) { return connection.dead; });
    }
};

LinkProxy::LinkProxy(std::string name, const std::string& target) : m_state(std::make_unique<State>(std::move(name)))
{
    m_state->target = static_cast<quint16>(std::stoi(target.substr(target.rfind(':') + 1)));
    m_state->thread.run([this] { m_state->begin(); });
}

LinkProxy::~LinkProxy()
{
    m_state->thread.run([this] { m_state->end(); });
}

Result<std::uint16_t> LinkProxy::start()
{
    Result<std::uint16_t> port = std::uint16_t{0};
    m_state->thread.run([&] {
        if (m_state->server->listen(QHostAddress::LocalHost))
            port = m_state->server->serverPort();
        else
            port = fail(ErrorCode::Exists, m_state->server->errorString().toStdString());
    });
    return port;
}

void LinkProxy::inject(const LinkFault& fault)
{
    m_state->thread.run([&] { m_state->arm(fault); });
}

LinkStatus LinkProxy::status() const
{
    const std::scoped_lock lock(m_state->mutex);
    return m_state->status;
}

}  // namespace tickdeck::test
