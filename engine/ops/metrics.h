// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Metrics in the Prometheus text format. Names are tickdeck_…_total (counters), _seconds and _bytes.

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace tickdeck::ops {

// Values must be of bounded variety (venue, channel, sink, reason, state): never a symbol, address or order number.
using Labels = std::vector<std::pair<std::string, std::string>>;

struct BuildInfo {
    std::string version;
    std::string commit;
};

// Handles: cheap to copy, valid as long as Metrics; any thread may call. Default-made ones do nothing.
class Counter {
public:
    void add(double by = 1) const;
    // For figures that their owner counts itself: brings the counter up to `total`, never down. One caller.
    void advanceTo(double total) const;

private:
    friend class Metrics;
    prometheus::Counter* m_counter = nullptr;
};

class Gauge {
public:
    void set(double value) const;

private:
    friend class Metrics;
    prometheus::Gauge* m_gauge = nullptr;
};

class Histogram {
public:
    void observe(double value) const;

private:
    friend class Metrics;
    prometheus::Histogram* m_histogram = nullptr;
};

// The registry and its text. Any thread may call. A family keeps at most kMostSeries label sets: later ones are
// counted together in one whose label values are all "other".
class Metrics {
public:
    static constexpr std::size_t kMostSeries = 256;

    explicit Metrics(const BuildInfo& build);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // The same name and labels give the same series. A name that breaks the rules above is our own bug (assert).
    [[nodiscard]] Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    // `bounds` ascend; those of a family's first series hold for all.
    [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                                      const Labels& labels = {});
    // 100 µs to 30 s, for latencies.
    [[nodiscard]] static std::vector<double> secondsBounds();

    // Called before each exposition, so that an owner hands over figures that it counts by itself. Until release() of
    // the returned number; the callback is not running any more when release() returns.
    [[nodiscard]] std::size_t onScrape(std::function<void()> collect);
    void release(std::size_t number);

    // The exposition, figures of the process (memory, descriptors, CPU) included.
    [[nodiscard]] std::string text();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace tickdeck::ops
