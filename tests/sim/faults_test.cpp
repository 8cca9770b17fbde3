// SPDX-License-Identifier: GPL-3.0-or-later

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sim/faults.h"

namespace tickdeck::sim {
namespace {

using testing::HasSubstr;

TEST(FaultScript, ReadsEveryKey)
{
    const auto faults = loadFaults(std::string(TICKDECK_TEST_DATA) + "/sim/faults.toml");
    ASSERT_TRUE(faults) << faults.error().text();
    ASSERT_EQ(faults->size(), 3u);
    EXPECT_EQ((*faults)[0].kind, FaultKind::Gap);
    EXPECT_EQ((*faults)[0].afterFrames, 100u);
    EXPECT_EQ((*faults)[0].target, "book");
    EXPECT_EQ((*faults)[0].count, 1u);
    EXPECT_EQ((*faults)[1].kind, FaultKind::Stall);
    EXPECT_EQ((*faults)[1].atSeconds, 30);
    EXPECT_EQ((*faults)[1].seconds, 12.5);
    EXPECT_EQ((*faults)[2].count, 3u);
}

TEST(FaultScript, ReadsEveryKind)
{
    for (const std::string_view kind : kEnumNames<FaultKind>) {
        const auto faults = parseFaults("[[fault]]\nkind = \"" + std::string(kind) + "\"");
        ASSERT_TRUE(faults) << faults.error().text();
        EXPECT_EQ(enumName(faults->front().kind), kind);
    }
}

TEST(FaultScript, TellsLineAndKeyOfWhatIsWrong)
{
    const auto error = [](std::string_view text) {
        const auto faults = parseFaults(text);
        return faults ? std::string("none") : faults.error().text();
    };
    EXPECT_THAT(error("[[fault]]\nkind = \"gab\""), testing::AllOf(HasSubstr("line 2"), HasSubstr("gap, duplicate")));
    EXPECT_THAT(error("[[fault]]\ncount = 1"), HasSubstr("without `kind`"));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\ncount = 0"),
                testing::AllOf(HasSubstr("line 3"), HasSubstr("`count`")));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\nafter_frames = -1"), HasSubstr("`after_frames`"));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\nafter_frames = 1.5"), HasSubstr("`after_frames`"));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\nat_seconds = nan"), HasSubstr("`at_seconds`"));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\nat_second = 1"), HasSubstr("unknown key `at_second`"));
    EXPECT_THAT(error("[[fault]]\nkind = \"gap\"\ntarget = 7"), HasSubstr("`target`"));
    EXPECT_THAT(error("fault = 3"), HasSubstr("[[fault]]"));
    EXPECT_THAT(error("[faults]\nkind = \"gap\""), HasSubstr("faults"));
    EXPECT_THAT(error("[[fault]"), HasSubstr("line 1"));
    EXPECT_THAT(loadFaults("/nowhere/faults.toml").error().text(), HasSubstr("no such file"));
}

TEST(FaultScript, ReadsWhatAnswersNeed)
{
    const auto faults =
        parseFaults("[[fault]]\nkind = \"too_many\"\nretry_after = 2.5\n[[fault]]\nkind = \"html_page\"\nstatus = 503");
    ASSERT_TRUE(faults) << faults.error().text();
    EXPECT_EQ((*faults)[0].retryAfter, 2.5);
    EXPECT_EQ((*faults)[1].status, 503);
    EXPECT_LT((*faults)[1].retryAfter, 0) << "no such header";
    EXPECT_FALSE(parseFaults("[[fault]]\nkind = \"html_page\"\nstatus = 600"));
}

TEST(FaultInjector, FramesAnswersAndInstrumentsHaveFaultsOfTheirOwn)
{
    FaultInjector injector({{.kind = FaultKind::TooMany}, {.kind = FaultKind::Delist, .atSeconds = 5}});
    EXPECT_TRUE(injector.onFrame("depth", "BTCUSDT", false, 10 * kSecond).empty());
    EXPECT_TRUE(injector.onTime(4 * kSecond).empty());
    EXPECT_EQ(injector.onTime(5 * kSecond).size(), 1u);
    EXPECT_EQ(injector.onAnswer("depth", "BTCUSDT", 0).size(), 1u);
    EXPECT_TRUE(injector.onAnswer("depth", "BTCUSDT", 0).empty());
    EXPECT_EQ(injector.injected(), 2u);
}

TEST(FaultInjector, FallsOnMatchingFramesAfterItsConditions)
{
    FaultInjector injector({{.kind = FaultKind::Gap, .afterFrames = 2, .target = "book", .count = 2}});
    std::string fell;
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(injector.onFrame("ticker", "BTC/USD", false, 0).empty());
        fell += injector.onFrame("book", "BTC/USD", true, 0).empty() ? '.' : 'x';
    }
    EXPECT_EQ(fell, "..xx..");
    EXPECT_EQ(injector.injected(), 2u);
}

TEST(FaultInjector, WaitsForItsTimeAndForAChecksum)
{
    FaultInjector injector({{.kind = FaultKind::BadChecksum, .atSeconds = 10}});
    EXPECT_TRUE(injector.onFrame("book", "A", true, 10 * kSecond - 1).empty());
    EXPECT_TRUE(injector.onFrame("trade", "A", false, 10 * kSecond).empty());
    EXPECT_EQ(injector.onFrame("book", "A", true, 10 * kSecond).size(), 1u);
    EXPECT_TRUE(injector.onFrame("book", "A", true, 11 * kSecond).empty());
}

TEST(FaultInjector, AimsAtASymbolAndLetsSeveralFallAtOnce)
{
    FaultInjector injector;
    injector.add({.kind = FaultKind::Duplicate, .target = "ETH/USD"});
    injector.add({.kind = FaultKind::Garbage});
    const auto& first = injector.onFrame("book", "BTC/USD", true, 0);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_EQ(first[0].kind, FaultKind::Garbage);
    injector.add({.kind = FaultKind::Close});
    EXPECT_EQ(injector.onFrame("book", "ETH/USD", true, 0).size(), 2u);
}

}  // namespace
}  // namespace tickdeck::sim
