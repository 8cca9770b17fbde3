// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Brings the batches of all producers into one order, numbers them, and hands them to the journal and to every reader.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"
#include "engine/router/reader.h"

namespace tickdeck {

namespace journal {
class Journal;
}  // namespace journal

struct RouterOptions {
    std::filesystem::path journalDirectory;  // also holds the file of reserved numbers
    std::size_t ringBatches = 1u << 14;
    std::size_t ringBytes = std::size_t{32} << 20;
    // The journal's append or commit fails, or the numbers cannot be reserved: told on the journal's thread, once for
    // each change; null means that it works again. Meanwhile intake stands still.
    std::function<void(const Error*)> onJournal;
    // Told by open() when the file of numbers was damaged and numbering skipped ahead.
    std::function<void(const Error&)> onNotice;
};

// A producer's way in. One thread pushes; the router owns it.
class Input {
public:
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    ~Input();

    // False: the ring is full and `batch` is untouched. The lane's rule then is to hold raw frames, and at its byte limit
    // to let them go with ControlKind::Overflow and a gap.
    [[nodiscard]] bool tryPush(Batch&& batch);
    // Waits for room; for pipelines, never for io threads. False: stopped, or the router has ended.
    [[nodiscard]] bool push(Batch&& batch, const std::stop_token& stop);

    // Any thread.
    [[nodiscard]] const std::string& name() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::size_t capacity() const noexcept;
    [[nodiscard]] std::uint64_t pushed() const noexcept;   // batches taken in
    [[nodiscard]] std::uint64_t refused() const noexcept;  // times that it was full

private:
    friend class Router;
    struct State;
    explicit Input(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

// Threads: `router` numbers, `journal` appends and polls for group commit; both run between start() and stop(). The router
// waits only for the journal, never for a reader. Numbers are reserved in blocks on disk before their first use: after a
// crash numbering goes on beyond the reserved block, so that no number is ever given twice.
class Router {
public:
    // Reads the reserved numbers. `journal` must be open and outlive the router.
    [[nodiscard]] static Result<std::unique_ptr<Router>> open(RouterOptions options, journal::Journal& journal,
                                                              SymbolTable& symbols, BufferPool& pool);
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    // Any thread, also while running; references hold as long as the router. A name that exists gives the same input.
    [[nodiscard]] Input& addInput(std::string name, std::size_t capacity);
    // Any thread, also while running. Invalid where `after` lies beyond the newest number.
    [[nodiscard]] Result<std::unique_ptr<Reader>> addReader(std::string name, ReaderOptions options);

    void start();
    // Numbers and journals what lies in the inputs, has it committed, and ends both threads; readers can then still read
    // everything. The producers have stopped before. If the journal does not work, what is not appended is given up.
    [[nodiscard]] Result<> stop();

    // Any thread: waits until all that producers had pushed before the call is numbered. False: timed out.
    [[nodiscard]] bool waitNumbered(std::chrono::milliseconds timeout);
    // Any thread: the newest number given, the first one of this run, the newest committed one.
    [[nodiscard]] Seq newest() const noexcept;
    [[nodiscard]] Seq firstOfRun() const noexcept;
    [[nodiscard]] Seq committed() const noexcept;
    // Any thread: the committed position has moved (journal::Listener::committed calls it); else the readers that wait for
    // it see it some milliseconds later.
    void wakeReaders() noexcept;
    // Whether nothing up to `seq` can be lost any more. Numbers that an earlier run took and never committed are gone.
    [[nodiscard]] bool isCommitted(Seq seq) const noexcept;
    // Waits until isCommitted(seq). False: timed out.
    [[nodiscard]] bool waitCommitted(Seq seq, std::chrono::milliseconds timeout);

    // Any thread, for metrics.
    struct Counters {
        std::uint64_t batches = 0;
        std::uint64_t events = 0;
        std::uint64_t heldUp = 0;  // times the ring was full because the journal was behind
    };
    [[nodiscard]] Counters counters() const noexcept;
    [[nodiscard]] std::vector<const Input*> inputs() const;

private:
    friend class Reader;
    struct State;
    explicit Router(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck
