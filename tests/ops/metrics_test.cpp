// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace tickdeck::ops {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MetricsTest, WritesTheExposition)
{
    Metrics metrics({"1.2.3", "abc"});
    metrics.counter("tickdeck_events_total", "Events seen", {{"venue", "kraken"}}).add(2);
    metrics.counter("tickdeck_events_total", "Events seen", {{"venue", "kraken"}}).add();
    metrics.gauge("tickdeck_ring_size", "Waiting").set(7);
    metrics.histogram("tickdeck_sync_seconds", "A sync", {0.01, 0.1}).observe(0.05);
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# HELP tickdeck_events_total Events seen\n# TYPE tickdeck_events_total counter\n"
                                "tickdeck_events_total{venue=\"kraken\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("tickdeck_ring_size 7\n"));
    EXPECT_THAT(text, HasSubstr("tickdeck_sync_seconds_bucket{le=\"0.01\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("tickdeck_sync_seconds_bucket{le=\"0.1\"} 1\n"));
    EXPECT_THAT(text,
                ContainsRegex("tickdeck_build_info\\{(version=\"1.2.3\",commit=\"abc\"|commit=\"abc\",version=\"1.2"
                              ".3\")\\} 1"));
}

TEST(MetricsTest, TellsOfTheProcess)
{
    Metrics metrics({});
    const std::string text = metrics.text();
    for (const char* name : {"process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds",
                             "process_max_fds", "process_threads", "process_cpu_seconds_total"}) {
        EXPECT_THAT(text, ContainsRegex("\n" + std::string(name) + " [0-9.e+-]+\n"));
        EXPECT_THAT(text, Not(HasSubstr("\n" + std::string(name) + " 0\n")));
    }
    const auto at = text.find("\nprocess_start_time_seconds ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_GT(std::stod(text.substr(at + 28)), 1.6e9);
}

TEST(MetricsTest, ACounterFollowsItsOwnersFigure)
{
    Metrics metrics({});
    const Counter counter = metrics.counter("tickdeck_x_total", "X");
    counter.advanceTo(10);
    counter.advanceTo(4);
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_x_total 10\n"));
    counter.advanceTo(11);
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_x_total 11\n"));
}

TEST(MetricsTest, CollectorsRunBeforeEachExposition)
{
    Metrics metrics({});
    int runs = 0;
    const Gauge gauge = metrics.gauge("tickdeck_runs", "Runs");
    const std::size_t number = metrics.onScrape([&] { gauge.set(++runs); });
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_runs 1\n"));
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_runs 2\n"));
    metrics.release(number);
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_runs 2\n"));
    EXPECT_EQ(runs, 2);
}

TEST(MetricsTest, TheVarietyOfLabelsIsBounded)
{
    Metrics metrics({});
    for (std::size_t i = 0; i < 2 * Metrics::kMostSeries; ++i)
        metrics.counter("tickdeck_x_total", "X", {{"reason", "r" + std::to_string(i)}}).add();
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("tickdeck_x_total{reason=\"r0\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("tickdeck_x_total{reason=\"r255\"} 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("{reason=\"r256\"}")));
    EXPECT_THAT(text, HasSubstr("tickdeck_x_total{reason=\"other\"} 256\n"));
}

TEST(MetricsTest, ManyThreadsAtOnce)
{
    Metrics metrics({});
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&metrics] {
            for (int i = 0; i < 500; ++i) {
                metrics.counter("tickdeck_x_total", "X", {{"reason", std::to_string(i % 3)}}).add();
                if (i % 100 == 0)
                    static_cast<void>(metrics.text());
            }
        });
    threads.clear();
    EXPECT_THAT(metrics.text(), HasSubstr("tickdeck_x_total{reason=\"0\"} 668\n"));
}

#ifndef NDEBUG
TEST(MetricsDeathTest, NamesKeepTheRules)
{
    Metrics metrics({});
    EXPECT_DEATH(static_cast<void>(metrics.counter("tickdeck_events", "X")), "_total");
    EXPECT_DEATH(static_cast<void>(metrics.gauge("ring_size", "X")), "isOurs");
    EXPECT_DEATH(static_cast<void>(metrics.histogram("tickdeck_lag_ms", "X", {1})), "_seconds");
}
#endif

}  // namespace
}  // namespace tickdeck::ops
