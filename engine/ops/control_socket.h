// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// control.sock: how local commands reach the engine of a data directory. One JSON object a line, each answered by one.
//
//   {"command":"dlq.list","arguments":{"most":20}}
//   → {"ok":true,"result":…} or {"ok":false,"code":"not_found","error":"…"}

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace tickdeck::ops {

// Answers one command: the arguments and the result are JSON texts. Called on the server's thread; must not block for
// long.
using ControlHandler = std::function<Result<std::string>(std::string_view command, std::string_view arguments)>;

// The server: a Unix socket of mode 0600 and the thread `control`. Several clients at a time; one that sends more than
// kMostRequest bytes without a line end, or does not read its answer, is closed. Destroying it removes the socket.
class ControlServer {
public:
    static constexpr std::size_t kMostRequest = std::size_t{64} * 1024;
    static constexpr std::size_t kMostClients = 16;

    // Takes over a socket that nobody listens on: the caller holds the DataLock. Io; Invalid: the path is too long.
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket,
                                                                      ControlHandler handler);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

private:
    struct State;
    explicit ControlServer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

// The client: asks one command and gives its result as JSON. NotFound: nobody listens; TimedOut; else the server's
// error.
[[nodiscard]] Result<std::string> askControl(const std::filesystem::path& socket, std::string_view command,
                                             std::string_view arguments = "{}",
                                             std::chrono::milliseconds timeout = std::chrono::seconds(5));

}  // namespace tickdeck::ops
