// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The log: one JSON object a line (text on a terminal), stable event names, rate-limited, without secrets.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/config/section.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::ops {

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error };
enum class LogFormat : std::uint8_t { Auto, Json, Text };

}  // namespace tickdeck::ops

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<ops::LogLevel> = {"debug"sv, "info"sv, "warning"sv, "error"sv};
template <>
inline constexpr std::array kEnumNames<ops::LogFormat> = {"auto"sv, "json"sv, "text"sv};
}  // namespace tickdeck

namespace tickdeck::ops {

// The section [log].
struct LogSettings {
    LogLevel level = LogLevel::Info;
    LogFormat format = LogFormat::Auto;
    std::string file;
    std::int64_t fileMegabytes = 32;
    std::int64_t files = 4;
    double perSecond = 5;
    std::int64_t burst = 20;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&LogSettings::level>("level", {.help = "The least level that is written", .live = true}),
            field<&LogSettings::format>("format", {.help = "auto: text on a terminal, else JSON"}),
            field<&LogSettings::file>("file", {.help = "A file to write JSON lines to as well; empty: none"}),
            field<&LogSettings::fileMegabytes>(
                "file_megabytes", {.unit = "MB", .help = "Size at which the file is rotated", .min = 1, .max = 4096}),
            field<&LogSettings::files>("files", {.help = "Rotated files that are kept", .min = 1, .max = 100}),
            field<&LogSettings::perSecond>(
                "per_second", {.unit = "1/s",
                               .help = "Lines of one event of one component before they are counted instead",
                               .min = 0.1,
                               .max = 10'000,
                               .live = true}),
            field<&LogSettings::burst>("burst", {.help = "Such lines at once", .min = 1, .max = 10'000, .live = true}));
    }
};

// One key with its value; only for the duration of the call.
struct LogField {
    std::string_view key;
    std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view> value;

    LogField(std::string_view k, bool v) : key(k), value(v) {}
    template <std::integral T>
    LogField(std::string_view k, T v) : key(k)
    {
        if constexpr (std::is_signed_v<T>)
            value = static_cast<std::int64_t>(v);
        else
            value = static_cast<std::uint64_t>(v);
    }
    LogField(std::string_view k, double v) : key(k), value(v) {}
    LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
    LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
    LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
};
using LogFields = std::initializer_list<LogField>;

// A line as the window shows it.
struct LogLine {
    std::uint64_t number = 0;  // counts written lines from 1
    Nanos time = 0;
    LogLevel level{};
    std::string component;
    std::string event;
    std::string message;
    std::string fields;            // "key=value key=value"
    std::uint64_t suppressed = 0;  // lines of the same event and component that were left out before this one
};

struct LogPage {
    std::vector<LogLine> lines;  // oldest first
    std::uint64_t next = 1;      // the cursor to ask with next
    std::uint64_t lost = 0;      // lines that left the ring before they were asked for
};

// Any thread may call; a call formats and hands over, the writing is done by the thread `log`. When its queue is full
// the oldest waiting lines are dropped and counted. Ends with everything written.
class Log {
public:
    static constexpr std::size_t kRecentLines = 4096;

    // Io when the file cannot be opened. Output goes to standard error.
    [[nodiscard]] static Result<std::unique_ptr<Log>> open(const LogSettings& settings, Clock& clock);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    // `event` is a stable name such as "connector.opened"; `message` is for people.
    void write(LogLevel level, std::string_view component, std::string_view event, std::string_view message,
               LogFields fields = {});
    void debug(std::string_view component, std::string_view event, std::string_view message, LogFields fields = {})
    {
        write(LogLevel::Debug, component, event, message, fields);
    }
    void info(std::string_view component, std::string_view event, std::string_view message, LogFields fields = {})
    {
        write(LogLevel::Info, component, event, message, fields);
    }
    void warning(std::string_view component, std::string_view event, std::string_view message, LogFields fields = {})
    {
        write(LogLevel::Warning, component, event, message, fields);
    }
    void error(std::string_view component, std::string_view event, std::string_view message, LogFields fields = {})
    {
        write(LogLevel::Error, component, event, message, fields);
    }

    // Texts that must never appear in a line from now on (resolved secrets): they are replaced by "***". What was given
    // before stays.
    void redact(const std::vector<std::string>& secrets);
    // Takes over `level`, `perSecond` and `burst`; all else holds from the next open().
    void change(const LogSettings& settings);
    // Lines from number `cursor` on (1: from the oldest kept), at most `most`.
    [[nodiscard]] LogPage recent(std::uint64_t cursor, std::size_t most) const;
    // Returns when everything handed over so far is written.
    void flush();

private:
    struct State;
    explicit Log(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::ops
