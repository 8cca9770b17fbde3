// SPDX-License-Identifier: GPL-3.0-or-later
// Implied volatility of 100,000 random options against py_lets_be_rational, a port of Jäckel's own program.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <sys/wait.h>

#include <gtest/gtest.h>

#include "engine/pipelines/iv_surface/black76.h"

namespace tickdeck::iv_surface {
namespace {

TEST(Black76, AgreesWithAnIndependentLibrary)
{
    const auto name = std::to_string(std::random_device{}());
    const std::filesystem::path file = std::filesystem::temp_directory_path() / ("tickdeck-black76-" + name);
    std::mt19937_64 random(100);
    std::uniform_real_distribution<double> uniform(0, 1);
    {
        std::ofstream out(file);
        for (int i = 0; i < 100'000;) {
            const double forward = std::exp(12 * uniform(random));
            const double strike = forward * std::exp(uniform(random) - 0.5);
            const double years = 0.002 + 2 * uniform(random);
            const double sigma = 0.1 + 1.4 * uniform(random);
            const Payoff payoff = strike > forward ? Payoff::Call : Payoff::Put;
            const double price = blackPrice(payoff, forward, strike, sigma * std::sqrt(years));
            if (price < 1e-12 * forward)
                continue;
            const double ours = impliedTotalVolatility(payoff, forward, strike, price).value() / std::sqrt(years);
            char line[256];
            std::snprintf(line, sizeof line, "%a %a %a %a %d %a\n", price, forward, strike, years,
                          payoff == Payoff::Call ? 1 : -1, ours);
            out << line;
            ++i;
        }
    }
    const std::string log = file.string() + ".log";
    const std::string command =
        std::string(TICKDECK_PYTHON) + " " + TICKDECK_PEER_SCRIPT + " " + file.string() + " > " + log + " 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream in(log);
    const std::string said{std::istreambuf_iterator<char>(in), {}};
    std::filesystem::remove(file);
    std::filesystem::remove(log);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77 && !std::getenv("CI"))
        GTEST_SKIP() << said;
    EXPECT_EQ(WEXITSTATUS(status), 0) << said;
}

}  // namespace
}  // namespace tickdeck::iv_surface
