// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Work that an engine does off the caller's thread; the caller polls it.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/api/snapshots.h"
#include "engine/core/result.h"

namespace tickdeck::api {

// The answer to a query: set once by the engine, then immutable. Either side may let go of it first.
template <class T>
class Answer {
public:
    // The engine's, once.
    void set(Result<T> value)
    {
        m_value.emplace(std::move(value));
        m_ready.store(true, std::memory_order_release);
    }
    // Null until the answer is there.
    [[nodiscard]] const Result<T>* get() const noexcept
    {
        return m_ready.load(std::memory_order_acquire) ? &*m_value : nullptr;
    }

private:
    std::optional<Result<T>> m_value;
    std::atomic<bool> m_ready{false};
};
template <class T>
using AnswerRef = std::shared_ptr<const Answer<T>>;

enum class ExportFormat : std::uint8_t { Csv, Parquet };

struct ExportRequest {
    EventType type = EventType::Trade;
    std::optional<std::string> venue;
    std::optional<std::string> symbol;  // canonical; none: all
    Nanos from = 0;                     // of receive_time, inclusive
    Nanos to = 0;                       // exclusive
    ExportFormat format = ExportFormat::Csv;
    std::filesystem::path file;  // replaced if it exists, once the export is whole
};

enum class JobState : std::uint8_t { Running, Done, Failed, Cancelled };

struct ExportProgress {
    JobState state = JobState::Running;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    double fraction = 0;         // 0…1 of the range
    std::optional<Error> error;  // of a failed one
};

// Thread-safe; neither call waits. Letting go of the job does not cancel it. A cancelled or failed job leaves no file.
class ExportJob {
public:
    virtual ~ExportJob() = default;
    [[nodiscard]] virtual ExportProgress progress() const = 0;
    virtual void cancel() = 0;
};

}  // namespace tickdeck::api
