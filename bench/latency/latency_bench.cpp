// SPDX-License-Identifier: GPL-3.0-or-later
// From a venue's send() to the live state: a lane (session, decoder, publish) over the bare socket's wake-up, both fed by the
// same WebSocket server on the loopback at 10,000 messages/s, in alternating rounds.
// usage: latency_bench [SECONDS]   (of each round)

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <QCoreApplication>
#include <QCryptographicHash>

#include "engine/connectors/kraken/decoder.h"
#include "engine/net/lane.h"
#include "engine/router/live_state.h"

namespace tickdeck::bench {
namespace {

constexpr int kPerSecond = 10'000;
constexpr int kRounds = 5;
constexpr Nanos kBetween = kSecond / kPerSecond;

Nanos steady()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * kSecond + now.tv_nsec;
}

void require(bool holds, const char* what)
{
    if (!holds)
        throw std::runtime_error(what);
}

// When each message was sent and seen; index: its number.
struct Times {
    explicit Times(std::size_t count) : sent(count), seen(count) {}
    std::vector<Nanos> sent;
    std::vector<Nanos> seen;
    std::atomic<std::size_t> left{0};
};

std::string readHead(int socket)
{
    std::string head;
    for (char c = 0; !head.ends_with("\r\n\r\n");) {
        require(::recv(socket, &c, 1, 0) == 1, "no handshake");
        head += c;
    }
    return head;
}

// Kraken's ticker as one unmasked text frame; its number is the bid.
std::string frame(std::size_t number)
{
    const std::string text = R"({"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":)" +
                             std::to_string(number + 1) +
                             R"(.0,"bid_qty":1.50000000,"ask":99999999.0,"ask_qty":2.25000000,"last":64250.1,)"
                             R"("volume":1234.00000000,"vwap":64250.1,"low":64000.0,"high":65000.0,"change":1.0,)"
                             R"("change_pct":0.10,"timestamp":"2026-01-01T00:00:00.000000Z"}]})";
    std::string out{'\x81', '\x7e', static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
    return out + text;
}

// Serves one client after the other.
class Server {
public:
    Server()
    {
        m_listening = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        require(::bind(m_listening, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::listen(m_listening, 1) == 0 &&
                    ::getsockname(m_listening, reinterpret_cast<sockaddr*>(&address), &size) == 0,
                "no port");
        m_port = ntohs(address.sin_port);
    }
    ~Server() { ::close(m_listening); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const { return m_port; }

    // The messages of one round, each at its time; returns once the client has seen them or a second later.
    void round(Times& times)
    {
        const int client = ::accept(m_listening, nullptr, nullptr);
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::string head = readHead(client);
        const std::size_t at = head.find("Sec-WebSocket-Key: ") + 19;
        const std::string key = head.substr(at, head.find('\r', at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        const std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                   "Sec-WebSocket-Accept: " +
                                   QCryptographicHash::hash(QByteArray::fromStdString(key), QCryptographicHash::Sha1)
                                       .toBase64()
                                       .toStdString() +
                                   "\r\n\r\n";
        ::send(client, answer.data(), answer.size(), 0);
        times.left = times.sent.size();
        const Nanos begin = steady() + kSecond / 5;
        for (std::size_t i = 0; i < times.sent.size(); ++i) {
            const std::string bytes = frame(i);
            const Nanos due = begin + static_cast<Nanos>(i) * kBetween;
            const timespec until{due / kSecond, due % kSecond};
            ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
            times.sent[i] = steady();
            if (::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
                break;
        }
        for (const Nanos end = steady() + kSecond; times.left > 0 && steady() < end;)
            std::this_thread::yield();
        ::close(client);
    }

private:
    int m_listening = -1;
    std::uint16_t m_port = 0;
};

// A blocking socket, and nothing done with what it brings.
void bareRound(Server& server, Times& times)
{
    std::thread serving([&] { server.round(times); });
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "cannot connect");
    const std::string hello = "GET / HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    ::send(socket, hello.data(), hello.size(), 0);
    readHead(socket);
    std::vector<char> buffer(1 << 16);
    std::size_t bytes = 0;  // that are here and not yet counted
    for (std::size_t i = 0; i < times.seen.size();) {
        const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            break;
        const Nanos now = steady();
        for (bytes += static_cast<std::size_t>(got); i < times.seen.size() && bytes >= frame(i).size(); --times.left) {
            bytes -= frame(i).size();
            times.seen[i++] = now;
        }
    }
    serving.join();
    ::close(socket);
}

void laneRound(Server& server, Times& times)
{
    SymbolTable symbols;
    BufferPool pool;
    SystemClock clock;
    LiveState live(symbols);
    net::IoThread thread("io-0");
    net::LaneOptions options;
    options.lane = symbols.intern("kraken", "", "kraken");
    options.endpoints = {{.name = "public",
                          .url = "ws://127.0.0.1:" + std::to_string(server.port()),
                          .livenessTimeout = std::chrono::hours(1)}};
    net::LaneHooks hooks;
    hooks.push = [](Batch&&) { return true; };
    hooks.observe = [&](const Batch& batch) {
        live.observe(batch);
        for (const EventView event : batch)
            if (const Quote* quote = event.as<Quote>()) {
                const auto number = static_cast<std::size_t>((*quote->bidPrice).mantissa() / 10 - 1);
                times.seen[number] = steady();
                --times.left;
            }
    };
    net::Lane lane(thread, std::move(options), kraken::makeDecoder(symbols), pool, clock, &live, std::move(hooks));
    std::thread serving([&] { server.round(times); });
    lane.start();
    serving.join();
    lane.stop(std::chrono::seconds(1));
}

struct Percentiles {
    Nanos least, p50, p90;
};

Percentiles percentiles(const Times& times)
{
    std::vector<Nanos> delays;
    for (std::size_t i = times.sent.size() / 10; i < times.sent.size(); ++i)  // warm by then
        if (times.seen[i])
            delays.push_back(times.seen[i] - times.sent[i]);
    require(delays.size() > times.sent.size() * 8 / 10, "messages were lost");
    std::ranges::sort(delays);
    return {delays.front(), delays[delays.size() / 2], delays[delays.size() * 9 / 10]};
}

int run(int seconds)
{
    Server server;
    const auto count = static_cast<std::size_t>(seconds) * kPerSecond;
    Percentiles bare{kSecond, kSecond, kSecond};
    Percentiles lane = bare;
    const auto measure = [&](Percentiles& best, void (*round)(Server&, Times&)) {
        Times times(count);
        round(server, times);
        const Percentiles seen = percentiles(times);
        if (seen.p50 < best.p50)
            best = seen;
    };
    for (int i = 0; i < kRounds; ++i) {
        measure(bare, bareRound);
        measure(lane, laneRound);
    }
    const auto micros = [](Nanos nanos) { return static_cast<double>(nanos) / 1e3; };
    std::printf("microseconds from send() at %d messages/s    least      p50      p90\n", kPerSecond);
    for (const auto& [name, side] :
         {std::pair{"bare socket, until recv() returns", bare}, std::pair{"lane, until the live state has it", lane}})
        std::printf("  %-40s %8.1f %8.1f %8.1f\n", name, micros(side.least), micros(side.p50), micros(side.p90));
    const double over = micros(lane.p50 - bare.p50);
    std::printf("  over the bare socket at the median: %.1f (goal 50%s)\n", over, over <= 50 ? "" : ": MISSED");
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace tickdeck::bench

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    try {
        return tickdeck::bench::run(argc > 1 ? std::atoi(argv[1]) : 2);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "latency_bench: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
