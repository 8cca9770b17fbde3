// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/checkpoint.h"

#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tickdeck::pipelines {
namespace {

namespace fs = std::filesystem;

class CheckpointTest : public testing::Test {
protected:
    CheckpointTest()
    {
        std::string name = (fs::temp_directory_path() / "checkpoint-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~CheckpointTest() override { fs::remove_all(folder); }

    [[nodiscard]] std::vector<Checkpoint> load()
    {
        damaged.clear();
        return CheckpointFiles(folder, "p").load(damaged);
    }
    void spoil(const char* file) { std::ofstream(folder / file, std::ios::binary) << "rubbish that is no checkpoint"; }

    fs::path folder;
    std::vector<Error> damaged;
    const Checkpoint a{10, 1, "state a", true};
    const Checkpoint b{20, 2, std::string("b\0b", 3), false};
    const Checkpoint c{30, 3, "c", false};
};

TEST_F(CheckpointTest, KeepsTheLastTwo)
{
    EXPECT_TRUE(load().empty());
    EXPECT_TRUE(damaged.empty());
    CheckpointFiles files(folder, "p");
    ASSERT_TRUE(files.save(a));
    EXPECT_EQ(load(), std::vector{a});
    ASSERT_TRUE(files.save(b));
    EXPECT_EQ(load(), (std::vector{b, a}));
    ASSERT_TRUE(files.save(c));
    EXPECT_EQ(load(), (std::vector{c, b}));
}

TEST_F(CheckpointTest, ADamagedOneNeverTakesTheGoodOnesPlace)
{
    CheckpointFiles files(folder, "p");
    ASSERT_TRUE(files.save(a));
    ASSERT_TRUE(files.save(b));
    spoil("p.ckpt");
    CheckpointFiles again(folder, "p");
    EXPECT_EQ(again.load(damaged), std::vector{a});
    EXPECT_EQ(damaged.size(), 1u);
    ASSERT_TRUE(again.save(c));
    EXPECT_EQ(load(), (std::vector{c, a}));
    ASSERT_TRUE(again.save(b));
    EXPECT_EQ(load(), (std::vector{b, c}));
}

}  // namespace
}  // namespace tickdeck::pipelines
