// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A lane's inputs through its decoder, in the order in which they came: at once, or held while there is no room.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <QTimer>

#include "engine/net/counter.h"
#include "engine/plugin/decode_step.h"

namespace tickdeck::net {

// As LaneHooks where they bear the same name.
struct IntakeHooks {
    std::function<bool(Batch&&)> push;
    std::function<void(const Batch&)> observe;
    std::function<void(const Error&, const Batch&)> error;
    // The decoder has handled `input`; null: without an error. Inputs that are taken meanwhile are held.
    std::function<void(const Emit&, const BatchHeader& input, const Error* error)> decoded;
    // This frame found no room, neither at once nor among those that wait, and is lost.
    std::function<void(ConnectionId, std::size_t bytes)> lost;
    // Inputs begin to wait.
    std::function<void()> waits;
    // All that waited has been taken, or nothing did.
    std::function<void()> emptied;
};

// Lives in the lane's thread; the counters may be read by any. At most one decoded batch waits for room, behind it frames
// up to `heldBytes` and all controls, which are few.
class Intake {
public:
    Intake(SymbolId lane, std::size_t heldBytes, std::unique_ptr<Decoder> decoder, BufferPool& pool, Clock& clock,
           LiveWriter* live, IntakeHooks hooks);

    // In the lane's thread, before the first input; the constructor may be called in any.
    void start();
    void frame(ConnectionId connection, std::string_view bytes, Nanos receiveTime);
    // Stamped now.
    void control(ControlKind kind, ConnectionId connection, std::string_view payload);
    // Before the next input the decoder's state is written, unless it threw: then it has none to be trusted.
    void requestState();
    // Takes what waits, as far as there is room.
    void drain();
    // Whether an input would have to wait behind others.
    [[nodiscard]] bool holds() const noexcept { return !m_held.empty(); }
    // The frames and answers that wait are given up, other controls are not. How many frames they were.
    std::uint64_t dropData();
    // The end: gives up all that waits, and says how many frames were among it.
    std::uint64_t abandon();

    Counter events;
    Counter errors;
    Counter heldBytes;

private:
    struct Input {
        BatchHeader like;
        std::string payload;
    };

    void take(const BatchHeader& like, std::string_view payload);
    void hold(const BatchHeader& like, std::string_view payload);
    void handle(const BatchHeader& like, std::string_view payload);
    [[nodiscard]] bool hasRoom();
    [[nodiscard]] Decoded decode(BatchHeader like, std::string_view payload);
    void offer(Batch batch);

    SymbolId m_lane;
    std::size_t m_mostHeld;
    std::unique_ptr<Decoder> m_decoder;
    Clock& m_clock;
    IntakeHooks m_hooks;
    BatchBuilder m_builder;
    Emit m_emit;
    std::unique_ptr<QTimer> m_retry;
    Batch m_waiting;  // decoded, but there was no room for it
    std::deque<Input> m_held;
    std::uint64_t m_ordinal = 0;
    bool m_handling = false;
    bool m_stateWanted = false;
    bool m_failed = false;  // the decoder threw
};

}  // namespace tickdeck::net
