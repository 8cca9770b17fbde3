// SPDX-License-Identifier: GPL-3.0-or-later
// The lake opens whole in the programs that people read it with, and every value is the one that went in.

#include <cstdlib>
#include <fstream>

#include <sys/wait.h>

#include "tests/sinks/lake_fixture.h"

namespace tickdeck::test {
namespace {

class ReadersTest : public LakeTest, public testing::WithParamInterface<const char*> {};

TEST_P(ReadersTest, GiveBackEveryValue)
{
    RandomEvents events(51);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    std::vector<Batch> batches;
    for (int i = 0; i < 3; ++i) {
        const auto more = events.take(400);
        ASSERT_TRUE(sink->write(more));
        ASSERT_TRUE(sink->flush());
        batches.insert(batches.end(), more.begin(), more.end());
    }
    // An unfinished file beside the sealed ones must not be seen.
    ASSERT_TRUE(sink->write(events.take(10)));
    const auto expected = folder.path() / "expected.jsonl";
    {
        std::ofstream out(expected, std::ios::binary);
        for (const Stored& stored : events.events(batches)) {
            std::string line;
            appendJson(line, stored.event, stored.batch.header(), events.symbols, {events.engineId()});
            out << line << '\n';
        }
    }
    const std::string command = std::string(TICKDECK_PYTHON) + " " + TICKDECK_READERS_SCRIPT + " " + GetParam() + " " +
                                (folder.path() / "data/v1").string() + " " + expected.string() + " > " +
                                (folder.path() / "log").string() + " 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream in(folder.path() / "log");
    const std::string log{std::istreambuf_iterator<char>(in), {}};
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77 && !std::getenv("CI"))
        GTEST_SKIP() << log;
    EXPECT_EQ(WEXITSTATUS(status), 0) << log;
}

INSTANTIATE_TEST_SUITE_P(Programs, ReadersTest, testing::Values("duckdb", "polars", "pandas"),
                         [](const auto& program) { return std::string(program.param); });

}  // namespace
}  // namespace tickdeck::test
