// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/metrics.h"

#include <cassert>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace tickdeck::ops {

namespace {

[[maybe_unused]] bool isOurs(std::string_view name) { return name.starts_with("tickdeck_"); }

// Figures of this process from /proc and getrusage; 0 where the system tells none.
struct ProcessFigures {
    double residentBytes = 0;
    double virtualBytes = 0;
    double openDescriptors = 0;
    double mostDescriptors = 0;
    double cpuSeconds = 0;
    double threads = 0;
};

ProcessFigures processFigures()
{
    ProcessFigures out;
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    std::ifstream statm("/proc/self/statm");
    statm >> out.virtualBytes >> out.residentBytes;
    out.virtualBytes *= page;
    out.residentBytes *= page;
    std::error_code ignored;
    for (auto at = std::filesystem::directory_iterator("/proc/self/fd", ignored); at != std::filesystem::end(at);
         at.increment(ignored))
        ++out.openDescriptors;
    for (auto at = std::filesystem::directory_iterator("/proc/self/task", ignored); at != std::filesystem::end(at);
         at.increment(ignored))
        ++out.threads;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out.mostDescriptors = static_cast<double>(limit.rlim_cur);
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        for (const timeval& time : {usage.ru_utime, usage.ru_stime})
            out.cpuSeconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    return out;
}

// Seconds since the epoch at which this process began.
double processStart()
{
    std::ifstream stat("/proc/self/stat");
    std::string text;
    std::getline(stat, text);
    // The name in parentheses may hold blanks; the start is the 20th field after it, in ticks since boot.
    const auto end = text.rfind(')');
    if (end == std::string::npos)
        return 0;
    unsigned long long ticks = 0;
    const char* at = text.c_str() + end + 1;
    for (int field = 0; field < 20 && at; ++field)
        at = std::strchr(at + 1, ' ');
    if (!at || std::sscanf(at, "%llu", &ticks) != 1)
        return 0;
    std::ifstream boot("/proc/stat");
    for (std::string word; boot >> word;)
        if (double seconds = 0; word == "btime" && boot >> seconds)
            return seconds + static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return 0;
}

template <class Metric>
struct Families {
    struct Entry {
        prometheus::Family<Metric>* family = nullptr;
        std::set<prometheus::Labels> series;
        std::vector<double> bounds;
    };
    std::map<std::string, Entry> byName;
};

}  // namespace

struct Metrics::State {
    std::mutex mutex;  // families
    prometheus::Registry registry;
    Families<prometheus::Counter> counters;
    Families<prometheus::Gauge> gauges;
    Families<prometheus::Histogram> histograms;

    std::mutex scrape;  // collectors; held while they run
    std::map<std::size_t, std::function<void()>> collectors;
    std::size_t nextCollector = 1;

    Gauge resident, virtualMemory, descriptors, mostDescriptors, threads;
    Counter cpu;

    // The labels to use: the given ones, or "other" for each when the family has as many series as it may.
    template <class Metric>
    static prometheus::Labels bounded(typename Families<Metric>::Entry& entry, const Labels& labels)
    {
        prometheus::Labels out(labels.begin(), labels.end());
        if (!entry.series.contains(out) && entry.series.size() >= kMostSeries)
            for (auto& [name, value] : out)
                value = "other";
        entry.series.insert(out);
        return out;
    }

    template <class Metric, class Builder, class... Extra>
    Metric& get(Families<Metric>& families, Builder builder, const std::string& name, const std::string& help,
                const Labels& labels, const Extra&... extra)
    {
        const std::lock_guard lock(mutex);
        auto& entry = families.byName[name];
        if (!entry.family)
            entry.family = &builder.Name(name).Help(help).Register(registry);
        return entry.family->Add(bounded<Metric>(entry, labels), extra...);
    }

    prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels)
    {
        return get(counters, prometheus::BuildCounter(), name, help, labels);
    }
    prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels)
    {
        return get(gauges, prometheus::BuildGauge(), name, help, labels);
    }
};

void Counter::add(double by) const
{
    if (m_counter)
        m_counter->Increment(by);
}

void Counter::advanceTo(double total) const
{
    if (m_counter && total > m_counter->Value())
        m_counter->Increment(total - m_counter->Value());
}

void Gauge::set(double value) const
{
    if (m_gauge)
        m_gauge->Set(value);
}

void Histogram::observe(double value) const
{
    if (m_histogram)
        m_histogram->Observe(value);
}

Metrics::Metrics(const BuildInfo& build) : m_state(std::make_unique<State>())
{
    gauge("tickdeck_build_info", "The program's version; always 1",
          {{"version", build.version}, {"commit", build.commit}})
        .set(1);
    const auto process = [this](const char* name, const char* help) {
        Gauge out;
        out.m_gauge = &m_state->gauge(name, help, {});
        return out;
    };
    m_state->resident = process("process_resident_memory_bytes", "Memory in use");
    m_state->virtualMemory = process("process_virtual_memory_bytes", "Address space in use");
    m_state->descriptors = process("process_open_fds", "Open file descriptors");
    m_state->mostDescriptors = process("process_max_fds", "Most file descriptors that may be open");
    m_state->threads = process("process_threads", "Threads");
    m_state->cpu.m_counter = &m_state->counter("process_cpu_seconds_total", "User and system time", {});
    process("process_start_time_seconds", "When the process began, since the epoch").set(processStart());
}

Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels)
{
    assert(isOurs(name) && name.ends_with("_total"));
    Counter out;
    out.m_counter = &m_state->counter(name, help, labels);
    return out;
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels)
{
    assert(isOurs(name) && !name.ends_with("_total"));
    Gauge out;
    out.m_gauge = &m_state->gauge(name, help, labels);
    return out;
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                             const Labels& labels)
{
    assert(isOurs(name) && (name.ends_with("_seconds") || name.ends_with("_bytes")));
    {
        const std::lock_guard lock(m_state->mutex);
        std::vector<double>& first = m_state->histograms.byName[name].bounds;
        if (first.empty())
            first = std::move(bounds);
        bounds = first;
    }
    Histogram out;
    out.m_histogram = &m_state->get(m_state->histograms, prometheus::BuildHistogram(), name, help, labels, bounds);
    return out;
}

std::vector<double> Metrics::secondsBounds()
{
    return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
}

std::size_t Metrics::onScrape(std::function<void()> collect)
{
    const std::lock_guard lock(m_state->scrape);
    m_state->collectors.emplace(m_state->nextCollector, std::move(collect));
    return m_state->nextCollector++;
}

void Metrics::release(std::size_t number)
{
    const std::lock_guard lock(m_state->scrape);
    m_state->collectors.erase(number);
}

std::string Metrics::text()
{
    const std::lock_guard lock(m_state->scrape);
    for (const auto& [number, collect] : m_state->collectors)
        collect();
    const ProcessFigures figures = processFigures();
    m_state->resident.set(figures.residentBytes);
    m_state->virtualMemory.set(figures.virtualBytes);
    m_state->descriptors.set(figures.openDescriptors);
    m_state->mostDescriptors.set(figures.mostDescriptors);
    m_state->threads.set(figures.threads);
    m_state->cpu.advanceTo(figures.cpuSeconds);
    return prometheus::TextSerializer().Serialize(m_state->registry.Collect());
}

}  // namespace tickdeck::ops
