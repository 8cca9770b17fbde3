// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/control_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <list>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "engine/core/enum_names.h"
#include "engine/core/thread.h"

namespace tickdeck::ops {

namespace {

using Json = nlohmann::ordered_json;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMostAnswer = 16u << 20;
constexpr std::chrono::seconds kPatience{10};  // for a client that neither asks nor reads

class Descriptor {
public:
    explicit Descriptor(int value = -1) noexcept : m_value(value) {}
    Descriptor(Descriptor&& other) noexcept : m_value(std::exchange(other.m_value, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_value, other.m_value);
        return *this;
    }
    ~Descriptor()
    {
        if (m_value >= 0)
            close(m_value);
    }
    [[nodiscard]] int get() const noexcept { return m_value; }

private:
    int m_value;
};

std::unexpected<Error> systemFailure(const std::filesystem::path& socket, ErrorCode code = ErrorCode::Io)
{
    return fail(code, socket.string() + ": " + std::generic_category().message(errno));
}

// An address reached through the folder's descriptor, so that a long path fits.
struct Address {
    Descriptor folder;
    sockaddr_un value{};
};

Result<Address> addressOf(const std::filesystem::path& socket)
{
    Address out;
    const std::filesystem::path parent = socket.has_parent_path() ? socket.parent_path() : ".";
    out.folder = Descriptor(open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (out.folder.get() < 0)
        return systemFailure(socket, errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io);
    const std::string path = "/proc/self/fd/" + std::to_string(out.folder.get()) + "/" + socket.filename().string();
    if (path.size() >= sizeof out.value.sun_path)
        return fail(ErrorCode::Invalid, socket.string() + ": the file's name is too long");
    out.value.sun_family = AF_UNIX;
    path.copy(out.value.sun_path, path.size());
    return out;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string failureLine(const Error& error)
{
    return dump({{"ok", false}, {"code", enumName(error.code)}, {"error", error.text()}});
}

// One request line to one answer line.
std::string answer(std::string_view line, const ControlHandler& handler)
{
    const Json request = Json::parse(line, nullptr, false);
    if (!request.is_object() || !request.contains("command") || !request["command"].is_string())
        return failureLine(
            {ErrorCode::Malformed, Remedy::None, "a request is {\"command\":…,\"arguments\":{…}}", {}, {}});
    const Json arguments = request.value("arguments", Json::object());
    const auto result = handler(request["command"].get<std::string>(), arguments.dump());
    if (!result)
        return failureLine(result.error());
    return "{\"ok\":true,\"result\":" + *result + "}\n";
}

struct Client {
    Descriptor socket;
    std::string input;
    std::string output;
    SteadyClock::time_point since = SteadyClock::now();  // of the last progress
};

}  // namespace

struct ControlServer::State {
    std::filesystem::path path;
    ControlHandler handler;
    Descriptor listener;
    Descriptor wake;
    std::list<Client> clients;  // the thread's
    Thread thread;              // last: ends first

    void accept()
    {
        Descriptor socket(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.get() >= 0 && clients.size() < kMostClients)
            clients.push_back({std::move(socket), {}, {}, SteadyClock::now()});
    }

    // False: the client is to be closed.
    bool read(Client& client) const
    {
        std::array<char, 4096> buffer;
        const ssize_t size = ::read(client.socket.get(), buffer.data(), buffer.size());
        if (size < 0)
            return errno == EAGAIN || errno == EINTR;
        if (size == 0)
            return false;
        client.since = SteadyClock::now();
        client.input.append(buffer.data(), static_cast<std::size_t>(size));
        return client.input.size() <= kMostRequest && proceed(client);
    }

    // Answers what lines there are, as far as the answers are taken.
    bool proceed(Client& client) const
    {
        for (auto end = client.input.find('\n'); client.output.empty() && end != std::string::npos;
             end = client.input.find('\n')) {
            client.output = answer(std::string_view(client.input).substr(0, end), handler);
            client.input.erase(0, end + 1);
            if (!send(client))
                return false;
        }
        return true;
    }

    static bool send(Client& client)
    {
        const ssize_t size = ::send(client.socket.get(), client.output.data(), client.output.size(), MSG_NOSIGNAL);
        if (size < 0)
            return errno == EAGAIN || errno == EINTR;
        client.since = SteadyClock::now();
        client.output.erase(0, static_cast<std::size_t>(size));
        return true;
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::vector<pollfd> polled{{wake.get(), POLLIN, 0}, {listener.get(), POLLIN, 0}};
            for (const Client& client : clients)
                polled.push_back(
                    {client.socket.get(), static_cast<short>(client.output.empty() ? POLLIN : POLLOUT), 0});
            if (poll(polled.data(), polled.size(), 1000) < 0 && errno != EINTR)
                return;
            std::size_t i = 2;
            for (auto client = clients.begin(); client != clients.end(); ++i) {
                bool keep = SteadyClock::now() - client->since < kPatience;
                if (keep && polled[i].revents != 0)
                    keep = client->output.empty() ? read(*client) : send(*client) && proceed(*client);
                client = keep ? std::next(client) : clients.erase(client);
            }
            if (polled[1].revents != 0)
                accept();
        }
    }
};

ControlServer::ControlServer(std::unique_ptr<State> state) : m_state(std::move(state)) {}

ControlServer::~ControlServer()
{
    m_state->thread.requestStop();
    const std::uint64_t one = 1;
    if (write(m_state->wake.get(), &one, sizeof one) < 0) {
        // poll() wakes by itself within a second
    }
    m_state->thread.join();
    unlink(m_state->path.c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::filesystem::path& socket, ControlHandler handler)
{
    TRY_ASSIGN(const Address address, addressOf(socket));
    auto state = std::make_unique<State>();
    state->path = socket;
    state->handler = std::move(handler);
    state->listener = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    state->wake = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (state->listener.get() < 0 || state->wake.get() < 0)
        return systemFailure(socket);
    unlink(socket.c_str());
    // The mode before bind() is the file's mode, so that there is no moment in which others may connect.
    if (fchmod(state->listener.get(), S_IRUSR | S_IWUSR) != 0 ||
        bind(state->listener.get(), reinterpret_cast<const sockaddr*>(&address.value), sizeof address.value) != 0 ||
        listen(state->listener.get(), static_cast<int>(kMostClients)) != 0)
        return systemFailure(socket);
    state->thread = Thread("control", [running = state.get()](const std::stop_token& stop) { running->run(stop); });
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

namespace {

// Waits until the socket can be read or written.
Result<> await(int socket, short events, SteadyClock::time_point deadline)
{
    pollfd polled{socket, events, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0 || poll(&polled, 1, static_cast<int>(left)) <= 0)
        return fail(ErrorCode::TimedOut, "the engine does not answer");
    return {};
}

Result<std::string> exchange(int socket, std::string_view request, SteadyClock::time_point deadline)
{
    while (!request.empty()) {
        TRY(await(socket, POLLOUT, deadline));
        const ssize_t size = send(socket, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size < 0 && errno != EAGAIN && errno != EINTR)
            return fail(ErrorCode::Disconnected, std::generic_category().message(errno));
        request.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    std::string out;
    while (!out.ends_with('\n')) {
        TRY(await(socket, POLLIN, deadline));
        std::array<char, 16384> buffer;
        const ssize_t size = recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (size <= 0 || out.size() > kMostAnswer)
            return fail(ErrorCode::Disconnected, "the engine closed the connection");
        out.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return out;
}

}  // namespace

Result<std::string> askControl(const std::filesystem::path& socket, std::string_view command,
                               std::string_view arguments, std::chrono::milliseconds timeout)
{
    TRY_ASSIGN(const Address address, addressOf(socket));
    const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connection.get() < 0)
        return systemFailure(socket);
    if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&address.value), sizeof address.value) != 0) {
        const bool nobody = errno == ENOENT || errno == ECONNREFUSED;
        return systemFailure(socket, nobody ? ErrorCode::NotFound : ErrorCode::Io);
    }
    const Json request{{"command", command}, {"arguments", Json::parse(arguments, nullptr, false)}};
    TRY_ASSIGN(const std::string line, exchange(connection.get(), dump(request), SteadyClock::now() + timeout));
    const Json reply = Json::parse(line, nullptr, false);
    if (!reply.is_object() || !reply.contains("ok") || !reply["ok"].is_boolean())
        return fail(ErrorCode::Malformed, "the engine's answer is not understood");
    if (reply["ok"].get<bool>())
        return reply.value("result", Json()).dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::string code = reply.value("code", std::string());
    return fail(enumFromName<ErrorCode>(code).value_or(ErrorCode::Internal), reply.value("error", std::string()));
}

}  // namespace tickdeck::ops
