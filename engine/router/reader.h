// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One consumer's place in the router's order, across the ring and the journal.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck {

// What becomes of a reader that the ring has lapped. Resume: it goes on from the journal and joins the ring again, without
// loss or doubling. Drop: it begins anew with the newest batch and counts what it lost.
enum class WhenLapped : std::uint8_t { Resume, Drop };

struct ReaderOptions {
    WhenLapped policy = WhenLapped::Resume;
    // Resume: gives batches after this number (those already handled). kFromNow: only what comes from now on.
    Seq after = kFromNow;
    bool committedOnly = false;  // gives nothing beyond the journal's committed position
    bool withFrames = false;     // also what comes from the journal has its payload; from the ring it always has

    static constexpr Seq kFromNow = ~Seq{0};
};

// Made by Router::addReader; owned by one thread, except for what is said to be for any. Ends by being destroyed, before
// the router is.
class Reader {
public:
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Appends up to `max` batches, in order of number, and returns how many; waits up to `wait` while there are none.
    // 0: nothing came, or wake() was called. An error is the journal's (damage that cannot be stepped over); the reader
    // stays where it is and may be asked again.
    [[nodiscard]] Result<std::size_t> step(std::vector<Batch>& out, std::size_t max, std::chrono::milliseconds wait);

    // Any thread: ends a step() that waits, or the next one.
    void wake() noexcept;

    // Any thread: the last number that step() has given out or stepped over; and how many numbers it is behind the
    // router's newest.
    [[nodiscard]] Seq position() const noexcept { return m_position.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t behind() const noexcept;

    // Any thread, for metrics.
    struct Counters {
        std::uint64_t batches = 0;
        std::uint64_t fromJournal = 0;  // batches among them that came from the journal
        std::uint64_t lapped = 0;       // times the ring took its place away
        std::uint64_t lost = 0;         // numbers that it never saw: Drop's, or damaged in the journal
    };
    [[nodiscard]] Counters counters() const noexcept;
    // Whether it reads the ring; else it catches up from the journal.
    [[nodiscard]] bool live() const noexcept { return m_live.load(std::memory_order_relaxed); }
    [[nodiscard]] const std::string& name() const noexcept { return m_name; }

private:
    friend class Router;
    struct Source;
    Reader(std::string name, ReaderOptions options, std::unique_ptr<Source> source);

    [[nodiscard]] Result<std::size_t> take(std::vector<Batch>& out, std::size_t max);
    [[nodiscard]] std::size_t fromRing(std::vector<Batch>& out, std::size_t max);
    [[nodiscard]] Result<std::size_t> fromJournal(std::vector<Batch>& out, std::size_t max);
    [[nodiscard]] bool joinRing();
    void joinAtNewest();
    void given(const Batch& batch) noexcept;

    const std::string m_name;
    const ReaderOptions m_options;
    std::unique_ptr<Source> m_source;
    std::atomic<Seq> m_position{0};
    std::atomic<bool> m_live{false};
    std::atomic<bool> m_woken{false};
    std::atomic<std::uint64_t> m_batches{0};
    std::atomic<std::uint64_t> m_fromJournal{0};
    std::atomic<std::uint64_t> m_lapped{0};
    std::atomic<std::uint64_t> m_lost{0};
};

}  // namespace tickdeck
