// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <random>

#include "tests/config/check_text.h"

namespace tickdeck::config {
namespace {

constexpr std::string_view kValid = R"([serve]
bind = "127.0.0.1"
http_port = 8081   # a comment
ratio = 0.25
colour = "red"
timeout_ms = 100
[connectors.alpha]
symbols = ["BTC/USD", "ETH/USD"]
book_depth = 25
token = "env:KEY"
[pipeline.candles]
enabled = false
[sinks.store]
events = ["trade"]
venues = []
)";

std::string mutated(std::string text, std::mt19937_64& random)
{
    static constexpr std::string_view kBytes = "[]{}=\"'.,#\n\\ \t0123456789-+e_xtruefalsinan\0\xFF\xC3";
    for (auto changes = random() % 4 + 1; changes > 0; --changes) {
        const auto at = random() % (text.size() + 1);
        const auto length = std::min<std::size_t>(random() % 12, text.size() - at);
        switch (random() % 4) {
        case 0: text.insert(at, 1, kBytes[random() % kBytes.size()]); break;
        case 1: text.erase(at, length); break;
        case 2: text.insert(random() % (text.size() + 1), text.substr(at, length)); break;
        default:
            if (at < text.size())
                text[at] = kBytes[random() % kBytes.size()];
        }
    }
    return text;
}

TEST(SettingsMutationTest, NoTextCrashesAndWhatIsAcceptedRoundTrips)
{
    ASSERT_TRUE(testing::readsOrRefuses(kValid));
    std::mt19937_64 random(20260120);
    std::size_t accepted = 0;
    for (int round = 0; round < 10'000; ++round)
        accepted += testing::readsOrRefuses(mutated(std::string(kValid), random)) ? 1u : 0u;
    EXPECT_GT(accepted, 500u);
    EXPECT_LT(accepted, 9'500u);
}

}  // namespace
}  // namespace tickdeck::config
