// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/number_reserve.h"

#include <filesystem>
#include <fstream>
#include <random>

#include <unistd.h>

#include <gtest/gtest.h>

#include "engine/router/checked_file.h"

namespace tickdeck {
namespace {

namespace fs = std::filesystem;

class NumberReserveTest : public testing::Test {
protected:
    NumberReserveTest()
    {
        std::string name = (fs::temp_directory_path() / "numbers-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~NumberReserveTest() override { fs::remove_all(folder); }
    fs::path folder;
};

TEST_F(NumberReserveTest, BeginsAtOneAndGoesOnBeyondWhatWasReserved)
{
    NumberReserve numbers;
    ASSERT_TRUE(numbers.open(folder, 0));
    EXPECT_EQ(numbers.first(), 1u);
    EXPECT_EQ(numbers.limit(), NumberReserve::kBlock);
    // Died here: 1…limit may have been given.
    NumberReserve again;
    ASSERT_TRUE(again.open(folder, 0));
    EXPECT_EQ(again.first(), NumberReserve::kBlock + 1);
    EXPECT_FALSE(again.damage());
}

TEST_F(NumberReserveTest, GoesOnWithoutAHoleAfterACleanStop)
{
    NumberReserve numbers;
    ASSERT_TRUE(numbers.open(folder, 0));
    ASSERT_TRUE(numbers.giveBack(1234));
    NumberReserve again;
    ASSERT_TRUE(again.open(folder, 1234));
    EXPECT_EQ(again.first(), 1235u);
}

TEST_F(NumberReserveTest, ExtendsBeforeTheBlockIsUsedUp)
{
    NumberReserve numbers;
    ASSERT_TRUE(numbers.open(folder, 0));
    const Seq limit = numbers.limit();
    ASSERT_TRUE(numbers.extend(limit / 2 - 1));
    EXPECT_EQ(numbers.limit(), limit);
    ASSERT_TRUE(numbers.extend(limit / 2 + 1));
    EXPECT_EQ(numbers.limit(), limit + NumberReserve::kBlock);
}

TEST_F(NumberReserveTest, SkipsFarAheadWhenTheFileIsLostOrDamaged)
{
    NumberReserve lost;
    ASSERT_TRUE(lost.open(folder, 500));
    EXPECT_TRUE(lost.damage());
    EXPECT_EQ(lost.first(), 500 + NumberReserve::kSkip + 1);

    // Any byte of the file changed, or the file cut anywhere: never a number that may have been given.
    NumberReserve base;
    ASSERT_TRUE(base.open(folder, 500));
    const Seq given = base.limit();
    std::ifstream in(folder / "numbers", std::ios::binary);
    const std::string good{std::istreambuf_iterator<char>(in), {}};
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const bool cut : {false, true}) {
            std::string bad = cut ? good.substr(0, i) : good;
            if (!cut)
                bad[i] = static_cast<char>(bad[i] ^ 0x10);
            std::ofstream(folder / "numbers", std::ios::binary) << bad;
            NumberReserve numbers;
            ASSERT_TRUE(numbers.open(folder, given)) << i;
            EXPECT_TRUE(numbers.damage()) << i;
            EXPECT_GT(numbers.first(), given) << i;
        }
    }
}

TEST_F(NumberReserveTest, DistrustsAFileThatIsBehindTheJournal)
{
    NumberReserve numbers;
    ASSERT_TRUE(numbers.open(folder, 0));
    NumberReserve again;
    ASSERT_TRUE(again.open(folder, 10 * NumberReserve::kBlock));
    EXPECT_TRUE(again.damage());
    EXPECT_GT(again.first(), 10 * NumberReserve::kBlock);
}

// Runs that end cleanly or die at random never give a number twice.
TEST_F(NumberReserveTest, NeverGivesANumberTwice)
{
    std::mt19937_64 random(7);
    Seq newest = 0;
    for (int run = 0; run < 30; ++run) {
        NumberReserve numbers;
        ASSERT_TRUE(numbers.open(folder, newest));
        ASSERT_GT(numbers.first(), newest);
        newest = numbers.first() - 1;
        for (std::uint64_t steps = random() % 8; steps > 0; --steps) {
            newest = std::min(numbers.limit(), newest + random() % (NumberReserve::kBlock / 2));
            ASSERT_TRUE(numbers.extend(newest));
        }
        if (random() % 2) {
            ASSERT_TRUE(numbers.giveBack(newest));
        }
    }
}

TEST_F(NumberReserveTest, RefusesToNumberWithoutAFolder)
{
    NumberReserve numbers;
    EXPECT_FALSE(numbers.open(folder / "missing", 0));
}

TEST_F(NumberReserveTest, ACheckedFileKeepsItsOldContentUntilTheNewOneIsWhole)
{
    const fs::path path = folder / "file";
    ASSERT_TRUE(saveChecked(path, "old"));
    std::ofstream(folder / "file.tmp") << "half written";
    EXPECT_EQ(loadChecked(path).value(), "old");
    ASSERT_TRUE(saveChecked(path, std::string(100'000, 'n')));
    EXPECT_EQ(loadChecked(path).value(), std::string(100'000, 'n'));
    EXPECT_EQ(loadChecked(folder / "none").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace tickdeck
