// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All connections that one decoder merges: frames and controls in, batches out.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/io_thread.h"
#include "engine/net/rate_budget.h"
#include "engine/net/requests.h"
#include "engine/net/session.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::net {

struct LaneOptions {
    SymbolId lane = 0;                     // its name in batches: (venue, "", lane)
    std::vector<Endpoint> endpoints;       // their index is the ConnectionId
    std::string wanted;                    // payload of ControlKind::Wanted; empty: none
    Nanos previous = kNoTime;              // last receive time of an earlier run, for Started
    std::chrono::milliseconds tick{1000};  // how often the decoder is told that time goes on, while connected; 0: never
    std::size_t heldBytes = 16u << 20;     // raw frames that wait for room; then the feed closes with Overflow
    SessionOptions session;
    Rest rest;  // where the decoder's requests go; without a url each fails
    ConnectLimits connects;
    RequestOptions requests;
    // The venue's; null: one of the lane's own, from `rest` and `connects`. A ban outlives the lane only in a shared one.
    std::shared_ptr<RateBudget> budget;
};

// Called in the lane's thread, in which nothing may wait.
struct LaneHooks {
    // As Input::tryPush: false when there is no room, the batch is then untouched and is offered again.
    std::function<bool(Batch&&)> push;
    // Before each push, e.g. LiveState::observe.
    std::function<void(const Batch&)> observe;
    // A frame or control that could not be decoded. The batch holds its bytes and no events, and is journalled as well.
    std::function<void(const Error&, const Batch&)> error;
    std::function<void(std::string_view kind)> ignored;
    std::function<void(std::string_view text)> notice;
    std::function<void(const Endpoint&, const SessionStatus&)> status;
    // A ban has begun or ended.
    std::function<void(const BudgetStatus&)> budget;
};

// Any thread may read.
struct LaneCounters {
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
    std::uint64_t events = 0;
    std::uint64_t errors = 0;          // frames and controls that could not be decoded
    std::uint64_t ignored = 0;         // valid kinds that are not normalised
    std::uint64_t connects = 0;        // connections that were opened
    std::uint64_t overflows = 0;       // times the feed was closed for want of room
    std::uint64_t lost = 0;            // raw frames given up by overflows and by a stop
    std::uint64_t heldBytes = 0;       // of raw frames that wait now
    std::uint64_t requests = 0;        // answered
    std::uint64_t failedRequests = 0;  // not, or not with JSON
    std::uint64_t requestWeight = 0;   // of all that were sent
    Nanos lastFrame = kNoTime;         // receive time of the newest frame
};

// For each frame and control, in the order in which they were handled: begin a batch with the bytes, decode, write live
// values, push; then do what the decoder asked for. At most one decoded batch waits for room; behind it raw frames are
// held up to `heldBytes`, then the sessions close (ControlKind::Overflow, then Closed), and connect anew only once all
// that was held has been taken.
//
// A decoder that threw (Remedy::Fatal) gets no further frame or answer and its state is not written: the sessions close and
// stay so, its requests are dropped.
//
// Controls it makes: Started {"previous":ns?}, Wanted, Opened {"name","url"}, Closed {"name","reason","state"}
// (`state` as SessionState; also for an attempt that failed, once for each new reason), Overflow {"bytes","frames"},
// Tick (while a connection is open), State (bytes of Decoder::save), and for each Emit::request, in the order in which the
// answers come, Answered or Failed as ControlKind says. An overflow fails all requests that are under way or wait; a stop
// drops them.
class Lane {
public:
    // All that is passed must outlive the lane; `live` may be null.
    Lane(IoThread& thread, LaneOptions options, std::unique_ptr<Decoder> decoder, BufferPool& pool, Clock& clock,
         LiveWriter* live, LaneHooks hooks);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    // Any thread. Journals Started and Wanted, then connects.
    void start();
    // Any thread but its own: closes the sessions, has what is held taken as far as there is room within `limit`, and
    // returns when no further batch will come. Idempotent.
    void stop(std::chrono::milliseconds limit);
    // Any thread: before its next input the lane journals the decoder's state, as each segment must begin.
    void requestState();
    // Any thread: what is wanted from now on, a new payload of ControlKind::Wanted.
    void setWanted(std::string payload);
    // Any thread.
    void reconnect(std::string reason);

    [[nodiscard]] LaneCounters counters() const;
    // By ConnectionId.
    [[nodiscard]] std::vector<SessionStatus> statuses() const;
    [[nodiscard]] BudgetStatus budget() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

}  // namespace tickdeck::net
