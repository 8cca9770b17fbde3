// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/data_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using ::testing::HasSubstr;

TEST(DataLockTest, NamesTheHolder)
{
    const testing::Scratch scratch;
    const auto data = scratch.path() / "a" / "b";
    EXPECT_EQ(DataLock::holder(data), "");
    auto lock = DataLock::take(data);
    ASSERT_TRUE(lock) << lock.error().text();
    const std::string who = "process " + std::to_string(getpid()) + " on host ";
    EXPECT_THAT(DataLock::holder(data), HasSubstr(who));
    const auto second = DataLock::take(data);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Exists);
    EXPECT_THAT(second.error().text(), HasSubstr(who));
    EXPECT_THAT(second.error().text(), HasSubstr(data.string()));
    EXPECT_THAT(second.error().text(), HasSubstr(" since 20"));
}

TEST(DataLockTest, EndsWithItsObject)
{
    const testing::Scratch scratch;
    {
        auto lock = DataLock::take(scratch.path());
        ASSERT_TRUE(lock);
        const DataLock moved = std::move(*lock);
        EXPECT_FALSE(DataLock::take(scratch.path()));
    }
    EXPECT_EQ(DataLock::holder(scratch.path()), "");
    EXPECT_TRUE(DataLock::take(scratch.path()));
}

TEST(DataLockTest, OneOfADeadProcessIsTakenOver)
{
    const testing::Scratch scratch;
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto lock = DataLock::take(scratch.path());
        const char byte = lock ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1)
            pause();  // until it is killed with the lock in its hands
        _exit(1);
    }
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    ASSERT_EQ(byte, 'y');
    EXPECT_THAT(DataLock::take(scratch.path()).error().text(), HasSubstr("process " + std::to_string(child) + " "));
    EXPECT_THAT(DataLock::holder(scratch.path()), HasSubstr("process " + std::to_string(child) + " "));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_THAT(testing::readFile(scratch.path() / "lock"), HasSubstr(std::to_string(child)));
    EXPECT_EQ(DataLock::holder(scratch.path()), "");
    const auto lock = DataLock::take(scratch.path());
    ASSERT_TRUE(lock);
    EXPECT_THAT(DataLock::holder(scratch.path()), HasSubstr("process " + std::to_string(getpid()) + " "));
    close(ready[0]);
    close(ready[1]);
}

TEST(DataLockTest, GarbageInTheFileIsNotShown)
{
    const testing::Scratch scratch;
    const auto lock = DataLock::take(scratch.path());
    testing::writeFile(scratch.path() / "lock", "\x1B[31m garbage");
    EXPECT_THAT(DataLock::take(scratch.path()).error().text(), ::testing::EndsWith("in use by another process"));
}

TEST(DataLockTest, AFileInTheDirectorysPlaceIsAnError)
{
    const testing::Scratch scratch;
    testing::writeFile(scratch.path() / "data", "");
    const auto lock = DataLock::take(scratch.path() / "data");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace tickdeck::ops
