// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/log.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "engine/core/thread.h"

namespace tickdeck::ops {

namespace {

constexpr std::size_t kMostWaiting = 8192;  // lines before the writer
constexpr std::size_t kMostEvents = 1024;   // rate limits that are kept apart
constexpr std::size_t kShortestSecret = 4;  // a shorter one would blacken everything

// A line on its way to the outputs.
struct Waiting {
    LogLevel level{};
    std::string screen;  // JSON or text, as standard error takes it
    std::string file;    // JSON; empty without a file
};

// How many more lines an event may write now.
struct Budget {
    double tokens = 0;
    Nanos at = 0;  // steady
    std::uint64_t suppressed = 0;
};

spdlog::level::level_enum toSpdlog(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return spdlog::level::debug;
    case LogLevel::Info: return spdlog::level::info;
    case LogLevel::Warning: return spdlog::level::warn;
    case LogLevel::Error: break;
    }
    return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> makeLogger(spdlog::sink_ptr sink)
{
    auto logger = std::make_shared<spdlog::logger>("tickdeck", std::move(sink));
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::err);
    logger->set_error_handler([](const std::string&) {});  // an output that fails must not write into another
    return logger;
}

// A key with its value after redaction.
struct Pair {
    std::string key;
    nlohmann::ordered_json value;
};

constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;

std::string fieldsText(const std::vector<Pair>& fields)
{
    std::string out;
    for (const Pair& field : fields) {
        std::string value = field.value.dump(-1, ' ', false, kReplace);
        if (field.value.is_string() && value.size() > 2 && value.find_first_of(" =\\") == std::string::npos)
            value = value.substr(1, value.size() - 2);
        out += (out.empty() ? "" : " ") + field.key + "=" + value;
    }
    return out;
}

std::string jsonText(const LogLine& line, const std::vector<Pair>& fields)
{
    nlohmann::ordered_json out{{"ts", formatRfc3339(line.time)},
                               {"level", enumName(line.level)},
                               {"component", line.component},
                               {"event", line.event},
                               {"message", line.message}};
    for (const Pair& field : fields)
        out[field.key] = field.value;
    if (line.suppressed > 0)
        out["suppressed"] = line.suppressed;
    return out.dump(-1, ' ', false, kReplace);
}

std::string screenText(const LogLine& line)
{
    std::string out = formatClock(line.time) + " ";
    std::string level(enumName(line.level));
    level.resize(8, ' ');
    out += level + line.component + " " + line.event + ": " + line.message;
    if (!line.fields.empty())
        out += " " + line.fields;
    if (line.suppressed > 0)
        out += " (" + std::to_string(line.suppressed) + " before it left out)";
    // A venue's text must not move the cursor.
    std::ranges::replace_if(out, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return out;
}

}  // namespace

struct Log::State {
    State(const LogSettings& given, Clock& theClock) : settings(given), level(given.level), clock(&theClock) {}

    LogSettings settings;  // under the mutex
    std::atomic<LogLevel> level;
    Clock* clock;
    bool json = true;
    std::shared_ptr<const std::vector<std::string>> secrets = std::make_shared<std::vector<std::string>>();  // as above
    std::shared_ptr<spdlog::logger> screen;  // the writer's
    std::shared_ptr<spdlog::logger> file;    // null: none

    mutable std::mutex mutex;
    std::condition_variable_any wake;     // the writer's: something waits
    std::condition_variable_any written;  // flush(): nothing waits
    std::deque<Waiting> waiting;
    bool writing = false;
    std::uint64_t dropped = 0;
    std::map<std::string, Budget, std::less<>> budgets;
    std::deque<LogLine> recent;
    std::uint64_t next = 1;
    Thread writer;  // last: ends first

    [[nodiscard]] std::string redacted(std::string_view text) const
    {
        std::string out(text);
        const auto known = [&] {
            const std::lock_guard lock(mutex);
            return secrets;
        }();
        for (const std::string& secret : *known)
            for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + 3))
                out.replace(at, secret.size(), "***");
        return out;
    }

    // Takes one line from the event's budget; the suppressed before it, or nothing when it is spent.
    std::optional<std::uint64_t> admit(std::string_view component, std::string_view event)
    {
        const std::lock_guard lock(mutex);
        std::string key = std::string(component) + '\0' + std::string(event);
        auto found = budgets.find(key);
        if (found == budgets.end()) {
            if (budgets.size() >= kMostEvents)
                key.clear();  // the rest share one
            found = budgets.try_emplace(std::move(key), Budget{static_cast<double>(settings.burst), clock->steady(), 0})
                        .first;
        }
        Budget& budget = found->second;
        const Nanos now = clock->steady();
        budget.tokens = std::min(static_cast<double>(settings.burst),
                                 budget.tokens + static_cast<double>(now - budget.at) / kSecond * settings.perSecond);
        budget.at = now;
        if (budget.tokens < 1) {
            ++budget.suppressed;
            return std::nullopt;
        }
        budget.tokens -= 1;
        return std::exchange(budget.suppressed, 0);
    }

    void push(LogLine line, const std::vector<Pair>& fields)
    {
        Waiting out{line.level, {}, {}};
        if (json || file)
            out.file = jsonText(line, fields);
        out.screen = json ? out.file : screenText(line);
        const std::lock_guard lock(mutex);
        line.number = next++;
        recent.push_back(std::move(line));
        if (recent.size() > kRecentLines)
            recent.pop_front();
        if (waiting.size() >= kMostWaiting) {
            waiting.pop_front();
            ++dropped;
        }
        waiting.push_back(std::move(out));
        wake.notify_one();
    }

    void run(const std::stop_token& stop)
    {
        std::unique_lock lock(mutex);
        while (wake.wait(lock, stop, [&] { return !waiting.empty(); })) {
            const Waiting line = std::move(waiting.front());
            waiting.pop_front();
            const std::uint64_t lost = std::exchange(dropped, 0);
            writing = true;
            lock.unlock();
            if (lost > 0)
                screen->warn("{} log lines were dropped: the output is too slow", lost);
            screen->log(toSpdlog(line.level), line.screen);
            if (file)
                file->log(toSpdlog(line.level), line.file);
            lock.lock();
            writing = false;
            if (waiting.empty()) {
                lock.unlock();
                screen->flush();
                if (file)
                    file->flush();
                lock.lock();
                written.notify_all();
            }
        }
    }

    // What was left out and never told.
    void tellSuppressed()
    {
        decltype(budgets) left;
        {
            const std::lock_guard lock(mutex);
            left.swap(budgets);
        }
        for (const auto& [key, budget] : left) {
            if (budget.suppressed == 0)
                continue;
            const auto split = std::min(key.find('\0'), key.size());
            LogLine line{0,
                         clock->now(),
                         LogLevel::Info,
                         key.substr(0, split),
                         key.substr(std::min(split + 1, key.size())),
                         "further lines were left out",
                         {},
                         budget.suppressed};
            if (line.event.empty())
                line.event = "log.suppressed";
            push(std::move(line), {});
        }
    }
};

Log::Log(std::unique_ptr<State> state) : m_state(std::move(state)) {}

Log::~Log()
{
    m_state->tellSuppressed();
    m_state->writer.requestStop();
    m_state->writer.join();
}

Result<std::unique_ptr<Log>> Log::open(const LogSettings& settings, Clock& clock)
{
    auto state = std::make_unique<State>(settings, clock);
    state->json = settings.format == LogFormat::Json || (settings.format == LogFormat::Auto && !isatty(STDERR_FILENO));
    state->screen = makeLogger(std::make_shared<spdlog::sinks::stderr_sink_st>());
    if (!settings.file.empty()) {
        try {
            state->file = makeLogger(std::make_shared<spdlog::sinks::rotating_file_sink_st>(
                settings.file, static_cast<std::size_t>(settings.fileMegabytes) << 20,
                static_cast<std::size_t>(settings.files)));
        } catch (const std::exception& problem) {
            return fail(ErrorCode::Io, "log.file: " + std::string(problem.what()));
        }
    }
    State* running = state.get();
    state->writer = Thread("log", [running](const std::stop_token& stop) { running->run(stop); });
    return std::unique_ptr<Log>(new Log(std::move(state)));
}

void Log::write(LogLevel level, std::string_view component, std::string_view event, std::string_view message,
                LogFields fields)
{
    if (level < m_state->level.load(std::memory_order_relaxed))
        return;
    const auto suppressed = m_state->admit(component, event);
    if (!suppressed)
        return;
    std::vector<Pair> pairs;
    pairs.reserve(fields.size());
    for (const LogField& field : fields) {
        nlohmann::ordered_json value;
        if (const auto* text = std::get_if<std::string_view>(&field.value))
            value = m_state->redacted(*text);
        else
            std::visit([&](const auto& held) { value = held; }, field.value);
        pairs.push_back({std::string(field.key), std::move(value)});
    }
    LogLine line{0,
                 m_state->clock->now(),
                 level,
                 m_state->redacted(component),
                 std::string(event),
                 m_state->redacted(message),
                 fieldsText(pairs),
                 *suppressed};
    m_state->push(std::move(line), pairs);
}

void Log::redact(const std::vector<std::string>& secrets)
{
    const std::lock_guard lock(m_state->mutex);
    auto all = std::make_shared<std::vector<std::string>>(*m_state->secrets);
    for (const std::string& secret : secrets)
        if (secret.size() >= kShortestSecret && std::ranges::find(*all, secret) == all->end())
            all->push_back(secret);
    // A longer one may hold a shorter one.
    std::ranges::sort(*all, std::greater{}, &std::string::size);
    m_state->secrets = std::move(all);
}

void Log::change(const LogSettings& settings)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->level.store(settings.level, std::memory_order_relaxed);
    m_state->settings.perSecond = settings.perSecond;
    m_state->settings.burst = settings.burst;
}

LogPage Log::recent(std::uint64_t cursor, std::size_t most) const
{
    const std::lock_guard lock(m_state->mutex);
    const std::uint64_t first = m_state->next - m_state->recent.size();
    LogPage page;
    page.lost = cursor < first && cursor > 0 ? first - cursor : 0;
    const std::uint64_t from = std::clamp(cursor, first, m_state->next);
    const auto count = std::min<std::uint64_t>(most, m_state->next - from);
    const auto begin = m_state->recent.begin() + static_cast<std::ptrdiff_t>(from - first);
    page.lines.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    page.next = from + count;
    return page;
}

void Log::flush()
{
    std::unique_lock lock(m_state->mutex);
    m_state->written.wait(lock, [&] { return m_state->waiting.empty() && !m_state->writing; });
}

}  // namespace tickdeck::ops
