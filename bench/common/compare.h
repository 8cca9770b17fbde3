// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Comparing programs on a noisy machine: all sides in one process, in interleaved rounds; each side's least CPU time
// counts, and the ratio of a pair is told with the range of its ratios in single rounds.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace tickdeck::bench {

inline double cpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Keeps the compiler from dropping what led to a value, and from keeping memory in registers.
template <class T>
inline void keep(const T& value)
{
    asm volatile("" : : "g"(&value) : "memory");
}

class Compare {
public:
    static constexpr int kRounds = 9;

    // `run` does `operations` operations; `prepare` runs before each round, uncounted. Returns the side's index.
    std::size_t
    add(std::string name, std::size_t operations, std::function<void()> run, std::function<void()> prepare = [] {})
    {
        m_sides.push_back({std::move(name), operations, std::move(run), std::move(prepare), {}});
        return m_sides.size() - 1;
    }

    void run(int rounds = kRounds)
    {
        for (int round = 0; round < rounds; ++round) {
            for (Side& side : m_sides) {
                side.prepare();
                const double before = cpuSeconds();
                side.run();
                side.seconds.push_back(cpuSeconds() - before);
            }
        }
        for (const Side& side : m_sides)
            std::printf("%-58s %9.1f ns  %7.3f M/s\n", side.name.c_str(), nanos(side),
                        static_cast<double>(side.operations) / least(side) / 1e6);
    }

    // Prints a's time over b's, per operation.
    double ratio(const char* what, std::size_t a, std::size_t b, double goal) const
    {
        const Side& left = m_sides[a];
        const Side& right = m_sides[b];
        const double scale = static_cast<double>(right.operations) / static_cast<double>(left.operations);
        std::vector<double> rounds;
        for (std::size_t i = 0; i < left.seconds.size(); ++i)
            rounds.push_back(left.seconds[i] / right.seconds[i] * scale);
        const auto [low, high] = std::ranges::minmax(rounds);
        const double value = nanos(left) / nanos(right);
        std::printf("  %-56s %6.2f  (rounds %.2f to %.2f; goal %.2f%s)\n", what, value, low, high, goal,
                    value <= goal ? "" : ": MISSED");
        return value;
    }

    // Prints a side's time per operation against an absolute goal.
    void goal(const char* what, std::size_t side, double nanosAtMost) const
    {
        const double value = nanos(m_sides[side]);
        std::printf("  %-56s %6.0f ns (goal %.0f%s)\n", what, value, nanosAtMost,
                    value <= nanosAtMost ? "" : ": MISSED");
    }

private:
    struct Side {
        std::string name;
        std::size_t operations;
        std::function<void()> run;
        std::function<void()> prepare;
        std::vector<double> seconds;
    };
    static double least(const Side& side) { return std::ranges::min(side.seconds); }
    static double nanos(const Side& side) { return least(side) / static_cast<double>(side.operations) * 1e9; }

    std::vector<Side> m_sides;
};

}  // namespace tickdeck::bench
