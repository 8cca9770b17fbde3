// SPDX-License-Identifier: GPL-3.0-or-later
// The lake after a crash at any point: nothing lost, nothing doubled.

#include <gmock/gmock.h>

#include <fstream>

#include "engine/sinks/parquet/files.h"
#include "tests/sinks/lake_fixture.h"

namespace tickdeck::test {
namespace {

namespace fs = std::filesystem;

class LakeCrashTest : public LakeTest {
protected:
    // As the runner does: everything behind the position.
    static std::vector<Batch> behind(const std::vector<Batch>& batches, Seq position)
    {
        std::vector<Batch> out;
        for (const Batch& batch : batches)
            if (batch.lastSeq() > position)
                out.push_back(batch);
        return out;
    }
    std::vector<fs::path> filesBelow(const std::string& ending) const
    {
        std::vector<fs::path> out;
        for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
            if (entry.is_regular_file() && entry.path().string().ends_with(ending))
                out.push_back(entry.path());
        std::ranges::sort(out);
        return out;
    }
    // The folder as it would be had the process died between two steps of the last cut: any part of the new files
    // renamed, the others temporary, the position not written.
    void undoPartOfCut(const std::vector<fs::path>& before, const std::string& position, std::mt19937& random) const
    {
        for (const fs::path& file : filesBelow(".parquet")) {
            if (std::ranges::binary_search(before, file))
                continue;
            switch (random() % 3) {
            case 0: break;  // renamed
            case 1:
                fs::rename(file, folder.path() / "data/v1/.open" / ("." + file.filename().string() + ".tmp"));
                break;
            default:  // renamed, but its bytes never reached the disk
                fs::resize_file(file, fs::file_size(file) * (random() % 100) / 100);
            }
        }
        std::ofstream(folder.path() / "data/v1/_position.json", std::ios::trunc) << position;
    }
};

TEST_F(LakeCrashTest, KilledAtRandomPointsNothingIsLostOrDoubled)
{
    for (unsigned seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        fs::remove_all(folder.path() / "data");
        std::mt19937 random(seed);
        RandomEvents events(seed);
        const auto batches = events.take(1200);
        std::size_t read = 0;  // how much of the input was ever given out
        for (int life = 0; life < 6; ++life) {
            const auto sink = makeSink();
            const auto position = sink->open(context(events));
            ASSERT_TRUE(position) << position.error().text();
            EXPECT_THAT(filesBelow(".tmp"), testing::IsEmpty());
            const auto rest = behind(batches, *position);
            ASSERT_FALSE(rest.empty() && life == 0);
            const std::size_t end = life == 5 ? rest.size() : random() % (rest.size() + 1);
            for (std::size_t at = 0; at < end;) {
                const std::size_t count = std::min<std::size_t>(1 + random() % 40, end - at);
                ASSERT_TRUE(sink->write(std::span(rest).subspan(at, count)));
                at += count;
                if (random() % 8 == 0) {
                    const auto before = filesBelow(".parquet");
                    const auto old = parquet::readFile(folder.path() / "data/v1/_position.json");
                    ASSERT_TRUE(old);
                    ASSERT_TRUE(sink->flush());
                    if (life < 5 && random() % 3 == 0) {
                        undoPartOfCut(before, *old, random);
                        break;  // the process is gone
                    }
                }
            }
            read = std::max(read, batches.size() - rest.size() + end);
            if (life == 5) {
                ASSERT_TRUE(sink->flush());
            }
        }
        ASSERT_EQ(read, batches.size());
        expectLake(events.events(batches), events.symbols);
        if (HasFatalFailure())
            return;
    }
}

TEST_F(LakeCrashTest, WithoutThePositionFileTheNewestWholeCutCounts)
{
    RandomEvents events(3);
    const auto batches = events.take(300);
    Seq second = 0;
    {
        const auto sink = makeSink();
        ASSERT_TRUE(sink->open(context(events)));
        for (int i = 0; i < 3; ++i) {
            ASSERT_TRUE(sink->write(std::span(batches).subspan(static_cast<std::size_t>(i) * 100, 100)));
            ASSERT_TRUE(sink->flush());
            if (i == 1)
                second = sink->position();
        }
    }
    const auto position = folder.path() / "data/v1/_position.json";
    for (const char* damage : {"", "{\"position\":", "{\"position\":\"9\"}"}) {
        SCOPED_TRACE(damage);
        fs::remove(position);
        if (*damage)
            std::ofstream(position) << damage;
        EXPECT_EQ(makeSink()->open(context(events)), batches.back().lastSeq());
    }
    // One file of the last cut is gone, too: that cut does not count.
    fs::remove(position);
    for (const auto& file : filesBelow(".parquet"))
        if (parquet::readMetadata(file)->at("tickdeck.cut_to") == std::to_string(batches.back().lastSeq())) {
            fs::remove(file);
            break;
        }
    const auto sink = makeSink();
    ASSERT_EQ(sink->open(context(events)), second);
    ASSERT_TRUE(sink->write(behind(batches, second)));
    ASSERT_TRUE(sink->flush());
    expectLake(events.events(batches), events.symbols);
}

TEST_F(LakeCrashTest, AnOlderPositionThatWasPutBackIsMadeWhole)
{
    RandomEvents events(4);
    const auto batches = events.take(400);
    {
        const auto sink = makeSink();
        ASSERT_TRUE(sink->open(context(events)));
        for (int i = 0; i < 2; ++i) {
            ASSERT_TRUE(sink->write(std::span(batches).subspan(static_cast<std::size_t>(i) * 200, 200)));
            ASSERT_TRUE(sink->flush());
        }
    }
    // In the middle of the second cut.
    ASSERT_TRUE(parquet::Lake(folder.path()).writePosition({batches[300].lastSeq(), {}, 18}));
    const auto sink = makeSink();
    const auto position = sink->open(context(events));
    ASSERT_TRUE(position);
    ASSERT_TRUE(sink->write(behind(batches, *position)));
    ASSERT_TRUE(sink->flush());
    expectLake(events.events(batches), events.symbols);
}

TEST_F(LakeCrashTest, AFailedCutIsTakenUpAgainAfterOpening)
{
    RandomEvents events(5);
    const auto batches = events.take(100);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    // A folder lies where the position's temporary file belongs: the last step fails, all files are renamed already.
    const auto obstacle = folder.path() / "data/v1/_position.json.tmp";
    fs::create_directory(obstacle);
    const auto cut = sink->flush();
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().remedy, Remedy::Reconnect);
    EXPECT_EQ(sink->position(), 0u);
    fs::remove(obstacle);
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    EXPECT_THAT(filesBelow(".parquet"), testing::IsEmpty());
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    expectLake(events.events(batches), events.symbols);
}

// Whatever step fails, the position on disk is the old one: it is the last to move.
TEST_F(LakeCrashTest, ThePositionMovesOnlyWhenEveryFileIsSealed)
{
    RandomEvents events(6);
    const auto batches = events.take(100);
    Seq firstTrade = 0;
    Seq lastTrade = 0;
    for (const Stored& stored : events.events(batches))
        if (stored.event.type() == EventType::Trade && events.symbols.name(stored.event.symbol()).venue == "kraken" &&
            formatDate(stored.batch.header().receiveTime) == "2025-12-31") {
            firstTrade = firstTrade == 0 ? stored.event.seq() : firstTrade;
            lastTrade = stored.event.seq();
        }
    ASSERT_GT(lastTrade, firstTrade);
    const parquet::Lake lake(folder.path());
    // A folder stands where one of the sealed files goes.
    const auto obstacle =
        lake.folder(EventType::Trade, "kraken", "2025-12-31") / parquet::Lake::sealedName(firstTrade, lastTrade);
    fs::create_directories(obstacle);
    const auto sink = makeSink();
    ASSERT_TRUE(sink->open(context(events)));
    ASSERT_TRUE(sink->write(batches));
    const auto cut = sink->flush();
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().remedy, Remedy::Reconnect);
    const auto stored = lake.readPosition();
    ASSERT_TRUE(stored && *stored);
    EXPECT_EQ((*stored)->position, 0u);
    fs::remove(obstacle);
    ASSERT_EQ(sink->open(context(events)), Seq{0});
    EXPECT_THAT(filesBelow(".parquet"), testing::IsEmpty());
    ASSERT_TRUE(sink->write(batches));
    ASSERT_TRUE(sink->flush());
    expectLake(events.events(batches), events.symbols);
}

}  // namespace
}  // namespace tickdeck::test
