// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Dead letters from threads that must not wait for a disk.

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/ops/log.h"
#include "engine/ops/state_db.h"

namespace tickdeck::ops {

// A bounded queue before StateDb, with the thread `dead-letters` that stores what waits in one transaction. Any thread
// may push. The destructor stores what waits. StateDb and Log must outlive it.
class DeadLetterQueue {
public:
    static constexpr std::size_t kMostBytes = 16u << 20;

    DeadLetterQueue(StateDb& db, Log& log);
    ~DeadLetterQueue();
    DeadLetterQueue(const DeadLetterQueue&) = delete;
    DeadLetterQueue& operator=(const DeadLetterQueue&) = delete;

    // False when the queue is full: the letter is dropped and counted.
    bool push(DeadLetter letter);
    // As StateDb::numberDeadLetters, once the letters pushed before are stored. Left out where too many wait, and at the
    // end: the letter then has no number.
    void number(std::string component, Nanos time, std::uint64_t seq);
    // Returns when all that was pushed before is stored, or has failed to be; after two seconds at the latest.
    void flush();
    // Letters that were not stored: the queue was full, or the database refused.
    [[nodiscard]] std::uint64_t lost() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::ops
