// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a venue's decoder is, and what it may do: frames and controls in, events and replies out.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"
#include "engine/model/depth.h"

namespace tickdeck {

// A frame as the decoder sees it: the bytes lie in the batch that is being built, kFramePadding readable bytes follow.
struct Frame {
    std::string_view bytes;
    ConnectionId connection = 0;
    Nanos receiveTime = 0;
};

// A control as the decoder sees it; `payload` as described at ControlKind.
struct Control {
    ControlKind kind = ControlKind::None;
    std::string_view payload;
    ConnectionId connection = 0;
    Nanos receiveTime = 0;
};

// Where the newest value of everything is published for readers on other threads. Called on the lane's own thread.
class LiveWriter {
public:
    virtual ~LiveWriter() = default;
    virtual void publish(const Depth& depth) = 0;
};

// What a decoder gives back for one frame or control. Owned by the lane, used on its thread only; cleared for each input.
class Emit {
public:
    explicit Emit(BatchBuilder& events, LiveWriter* live = nullptr) noexcept : m_events(&events), m_live(live) {}

    // Events, in order; see BatchBuilder::add.
    [[nodiscard]] BatchBuilder& events() noexcept { return *m_events; }

    // A message for the venue. Goes through the rate budget; dropped in replay and decode. `urgent`: the venue must have it
    // at once, ahead of all that waits; it is counted in the budget all the same.
    void send(ConnectionId connection, std::string message, bool urgent = false)
    {
        m_sends.push_back({connection, std::move(message), urgent});
    }
    // A GET at the venue's REST address (ConnectorSpec::rest): path and query, "/fapi/v1/depth?symbol=BTCUSDT". The lane
    // sends it when the venue's budget allows `weight`, in order, and answers with ControlKind::Answered or Failed, whose
    // "request" is this very text. Dropped in replay and decode.
    void request(std::string path, double weight = 1) { m_requests.push_back({std::move(path), weight}); }
    // The venue's own sign of life was seen on this connection: feeds the watchdog.
    void alive(ConnectionId connection) { m_alive.push_back(connection); }
    // The connection is of no further use; the session closes it and connects anew. `reason` is for people.
    void reconnect(ConnectionId connection, std::string reason)
    {
        m_reconnects.push_back({connection, std::move(reason)});
    }
    // A valid kind of message that is not normalised; counted by `kind`.
    void ignored(std::string_view kind) { m_ignored.emplace_back(kind); }
    // Something that people should be told once, e.g. a symbol that was derived from its name.
    void notice(std::string text) { m_notices.push_back(std::move(text)); }

    // Whether anybody wants depths; building one costs time.
    [[nodiscard]] bool wantsDepth() const noexcept { return m_live != nullptr; }
    void publish(const Depth& depth) { m_live->publish(depth); }

    struct Send {
        ConnectionId connection;
        std::string message;
        bool urgent = false;
    };
    struct Request {
        std::string path;
        double weight;
    };
    struct Reconnect {
        ConnectionId connection;
        std::string reason;
    };
    [[nodiscard]] const std::vector<Send>& sends() const noexcept { return m_sends; }
    [[nodiscard]] const std::vector<Request>& requests() const noexcept { return m_requests; }
    [[nodiscard]] const std::vector<ConnectionId>& aliveConnections() const noexcept { return m_alive; }
    [[nodiscard]] const std::vector<Reconnect>& reconnects() const noexcept { return m_reconnects; }
    [[nodiscard]] const std::vector<std::string>& ignoredKinds() const noexcept { return m_ignored; }
    [[nodiscard]] const std::vector<std::string>& notices() const noexcept { return m_notices; }
    void clear()
    {
        m_sends.clear();
        m_requests.clear();
        m_alive.clear();
        m_reconnects.clear();
        m_ignored.clear();
        m_notices.clear();
    }

private:
    BatchBuilder* m_events;
    LiveWriter* m_live;
    std::vector<Send> m_sends;
    std::vector<Request> m_requests;
    std::vector<ConnectionId> m_alive;
    std::vector<Reconnect> m_reconnects;
    std::vector<std::string> m_ignored;
    std::vector<std::string> m_notices;
};

// A state machine without I/O or clock: the same frames and controls in the same order give the same events, byte for
// byte. One thread for life (the lane's). Its time is the receive time of its input.
class Decoder {
public:
    virtual ~Decoder() = default;

    // An error means that this frame could not be decoded (its events are dropped); the decoder stays usable. The error
    // carries the byte offset. The caller counts it and keeps the bytes as a dead letter.
    [[nodiscard]] virtual Result<> onFrame(const Frame& frame, Emit& emit) = 0;
    [[nodiscard]] virtual Result<> onControl(const Control& control, Emit& emit) = 0;

    // Everything that the next events depend on, as bytes: equal states give equal bytes.
    virtual void save(std::string& out) const = 0;
    // Into a fresh decoder. Corrupt where the bytes are not from save().
    [[nodiscard]] virtual Result<> load(std::string_view bytes) = 0;
};

}  // namespace tickdeck
