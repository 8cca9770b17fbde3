// SPDX-License-Identifier: GPL-3.0-or-later
// A journal that was cut or has bad bytes always starts, and loses only what was cut or damaged.

#include "engine/journal/segment_file.h"
#include "tests/journal/faulty_files.h"
#include "tests/journal/journal_fixture.h"

namespace tickdeck::journal {
namespace {

struct BlockPlace {
    std::uint64_t begin;
    std::uint64_t end;
    Seq first;
    Seq last;
    std::uint64_t framesBegin;
};

class DamageTest : public JournalTest {
protected:
    void make(std::size_t batches, std::size_t segments = 1)
    {
        for (std::size_t i = 0; i < segments; ++i)
            fill(*open(options()), batches);
        file = folder.segments().back();
        bytes = readFile(file);
        blocks = places(file);
    }

    static std::vector<BlockPlace> places(const fs::path& path)
    {
        std::vector<BlockPlace> out;
        const auto segment = SegmentFile::open({*segmentOfName(path.filename().string()), path});
        std::uint64_t at = segment->blocksOffset();
        while (const auto header = segment->headerAt(at)) {
            out.push_back({at, at + header->stored(), header->firstSeq, header->lastSeq,
                           at + sizeof *header + header->metaSize + header->eventsStored});
            at = out.back().end;
        }
        return out;
    }

    // A copy of the folder whose newest segment has these bytes, opened, read, continued and read again.
    // The batches with numbers in [from, to] must be lost and no others.
    void expectOnlyLost(std::string_view damaged, Seq from, Seq to, bool mustTell = true)
    {
        TestFolder copy;
        for (const fs::path& segment : folder.segments())
            if (segment != file)
                fs::copy_file(segment, copy.path() / segment.filename());
        writeFile(copy.path() / file.filename(), damaged);
        // As another process finds it, without opening it for writing.
        const ReadBack before = readAll(copy.path(), symbols, pool);
        expectAllBut(before, from, to);

        Options o = options();
        o.directory = copy.path();
        FaultyFiles files;
        o.files = &files;
        const auto journal = open(std::move(o));
        const Recovery& recovery = journal->recovery();
        const bool lost = from <= to;
        ASSERT_EQ(!recovery.damages.empty() || recovery.tornBytes > 0, lost && mustTell);
        for (const Damage& damage : recovery.damages) {
            EXPECT_GE(damage.from, from);
            EXPECT_LE(damage.to, to);
        }
        ASSERT_GE(journal->nextSeq(), recovery.lastSeq + 1);
        EXPECT_EQ(journal->committed(), recovery.lastSeq);
        // What comes now is read behind what was left.
        const std::vector<Batch> old = written;
        const Seq seq = source.nextSeq;
        Batch more = source.make();
        ASSERT_TRUE(journal->append(more));
        ASSERT_TRUE(journal->close());
        written.push_back(std::move(more));
        expectAllBut(readAll(copy.path(), symbols, pool), from, to);
        written = old;
        source.nextSeq = seq;
    }

    fs::path file;
    std::string bytes;
    std::vector<BlockPlace> blocks;
};

TEST_F(DamageTest, CutAtEveryByteOfTheLastBlock)
{
    make(35);
    const BlockPlace last = blocks.back();
    ASSERT_EQ(last.end, bytes.size());
    for (std::uint64_t size = last.begin; size < last.end; ++size) {
        SCOPED_TRACE(size);
        expectOnlyLost(std::string_view(bytes).substr(0, size), last.first, last.last, size > last.begin);
        if (HasFatalFailure())
            return;
    }
    expectOnlyLost(bytes, 1, 0);
}

TEST_F(DamageTest, ABitFlippedInEachByteOfTheLastBlock)
{
    make(35);
    const BlockPlace last = blocks.back();
    for (std::uint64_t at = last.begin; at < last.end; ++at) {
        SCOPED_TRACE(at);
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
        expectOnlyLost(damaged, last.first, last.last);
        if (HasFatalFailure())
            return;
    }
}

TEST_F(DamageTest, ABitFlippedAnywhere)
{
    make(70, 2);
    std::mt19937 random(7);
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t at = random() % bytes.size();
        SCOPED_TRACE(at);
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (random() % 8)));
        const auto hit = std::ranges::find_if(blocks, [&](const BlockPlace& b) { return at >= b.begin && at < b.end; });
        if (hit == blocks.end())
            expectOnlyLost(damaged, 1, 0);  // the head is there twice
        else
            expectOnlyLost(damaged, hit->first, hit->last);
        if (HasFatalFailure())
            return;
    }
}

TEST_F(DamageTest, BytesInsertedOrTakenAnywhere)
{
    make(70);
    std::mt19937 random(8);
    for (int i = 0; i < 300; ++i) {
        const std::uint64_t at = blocks.front().begin + random() % (bytes.size() - blocks.front().begin);
        SCOPED_TRACE(at);
        std::string damaged = bytes;
        const std::size_t length = 1 + random() % 50;
        std::uint64_t end = at;
        if (random() % 2 != 0) {
            damaged.erase(at, length);
            end = std::min<std::uint64_t>(at + length, bytes.size()) - 1;
        } else {
            damaged.insert(at, std::string(length, static_cast<char>(random())));
        }
        // Inserted between two blocks, nothing is lost.
        Seq from = std::numeric_limits<Seq>::max();
        Seq to = 0;
        for (const BlockPlace& block : blocks)
            if (block.begin <= end && at < block.end && (damaged.size() < bytes.size() || at > block.begin)) {
                from = std::min(from, block.first);
                to = std::max(to, block.last);
            }
        ReadBack read;
        {
            TestFolder copy;
            writeFile(copy.path() / file.filename(), damaged);
            read = readAll(copy.path(), symbols, pool);
        }
        expectAllBut(read, from, to);
        if (HasFatalFailure())
            return;
    }
}

TEST_F(DamageTest, ADamagedBlockIsToldWithItsNumbersAndTimes)
{
    make(35);
    const BlockPlace hit = blocks[2];
    bytes[hit.begin + sizeof(BlockHeader) + 3] ^= 1;
    writeFile(file, bytes);
    const ReadBack read = readAll(folder.path(), symbols, pool);
    expectAllBut(read, hit.first, hit.last);
    ASSERT_EQ(read.damages.size(), 1u);
    EXPECT_EQ(read.damages[0].segment, file.filename());
    EXPECT_EQ(read.damages[0].from, hit.first);
    EXPECT_EQ(read.damages[0].to, hit.last);
    EXPECT_EQ(read.damages[0].bytes, hit.end - hit.begin);
    EXPECT_EQ(read.damages[0].fromTime, written[13].header().receiveTime);

    // The same when its header can't be read.
    bytes[hit.begin] ^= 1;
    writeFile(file, bytes);
    const ReadBack again = readAll(folder.path(), symbols, pool);
    expectAllBut(again, hit.first, hit.last);
    ASSERT_EQ(again.damages.size(), 1u);
    EXPECT_EQ(again.damages[0].from, hit.first);
    EXPECT_EQ(again.damages[0].to, hit.last);
    EXPECT_EQ(again.damages[0].toTime, written[21].header().receiveTime);
    const auto journal = open(options());
    ASSERT_EQ(journal->recovery().damages.size(), 1u);
    EXPECT_EQ(journal->recovery().damages[0].from, hit.first);
    EXPECT_EQ(journal->recovery().damages[0].to, hit.last);
    EXPECT_EQ(journal->recovery().tornBytes, 0u);
    EXPECT_EQ(fs::file_size(file), bytes.size()) << "nothing is cut where valid blocks follow";
}

TEST_F(DamageTest, DamagedFramesLeaveTheEvents)
{
    make(35);
    const BlockPlace hit = blocks[2];
    bytes[hit.framesBegin + 5] ^= 1;
    writeFile(file, bytes);
    expectAllBut(readAll(folder.path(), symbols, pool), hit.first, hit.last);
    const ReadBack events = readAll(folder.path(), symbols, pool, {.withFrames = false});
    EXPECT_EQ(events.batches.size(), written.size());
    EXPECT_TRUE(events.damages.empty());
}

TEST_F(DamageTest, ASegmentWithoutAReadableHeadIsPassedOver)
{
    make(35, 3);
    const auto files = folder.segments();
    for (const std::size_t victim : {0u, 1u, 2u}) {
        SCOPED_TRACE(victim);
        const std::string good = readFile(files[victim]);
        const auto all = places(files[victim]);
        std::string bad = good;
        for (std::size_t at = 0; at < all.front().begin; ++at)
            bad[at] = static_cast<char>(~bad[at]);
        writeFile(files[victim], bad);
        const Seq first = all.front().first;
        const Seq last = all.back().last;
        const ReadBack read = readAll(folder.path(), symbols, pool);
        expectAllBut(read, first, last);
        ASSERT_EQ(read.damages.size(), 1u);
        EXPECT_EQ(read.damages[0].from, first);
        EXPECT_EQ(read.damages[0].to, victim == 2 ? 0 : last);
        if (victim == 2) {
            const auto journal = open(options());
            ASSERT_EQ(journal->recovery().damages.size(), 1u);
            EXPECT_EQ(journal->recovery().damages[0].from, first);
            EXPECT_EQ(journal->recovery().damages[0].to, last);
            EXPECT_EQ(journal->recovery().lastSeq, first - 1);
            EXPECT_EQ(journal->nextSeq(), last + 1) << "its numbers were given out";
            EXPECT_TRUE(fs::exists(files[victim])) << "kept for people to look at";
        }
        writeFile(files[victim], good);
    }
}

TEST_F(DamageTest, AMissingSegmentIsTold)
{
    make(35, 3);
    const auto files = folder.segments();
    const auto gone = places(files[1]);
    fs::remove(files[1]);
    const ReadBack read = readAll(folder.path(), symbols, pool);
    expectAllBut(read, gone.front().first, gone.back().last);
    ASSERT_EQ(read.damages.size(), 1u);
    EXPECT_EQ(read.damages[0].from, gone.front().first);
    EXPECT_EQ(read.damages[0].to, gone.back().last);
    // Also to a reader whose place it was.
    const ReadBack resumed = readAll(folder.path(), symbols, pool, {.fromSeq = gone.front().first});
    ASSERT_EQ(resumed.damages.size(), 1u);
    EXPECT_EQ(resumed.damages[0].from, gone.front().first);
}

TEST_F(DamageTest, ASegmentThatNeverGotABlockIsDropped)
{
    make(35, 2);
    bytes.resize(blocks.front().begin);
    for (std::size_t size = 0; size <= bytes.size(); size += 13) {
        writeFile(file, std::string_view(bytes).substr(0, size));
        FaultyFiles files;
        Options o = options();
        o.files = &files;
        const auto journal = open(std::move(o));
        EXPECT_EQ(journal->recovery().lastSeq, blocks.front().first - 1);
        EXPECT_TRUE(journal->recovery().damages.empty());
        EXPECT_FALSE(fs::exists(file));
    }
}

TEST_F(DamageTest, GarbageForAJournal)
{
    std::mt19937 random(3);
    for (int i = 0; i < 200; ++i) {
        TestFolder garbage;
        std::string noise(random() % 5000, ' ');
        for (char& c : noise)
            c = static_cast<char>(random());
        if (i % 2 == 0)
            noise.insert(random() % (noise.size() + 1), std::string(kBlockMagic.data(), kBlockMagic.size()));
        if (i % 3 == 0)
            noise.insert(0, std::string(kHeadMagic.data(), kHeadMagic.size()));
        writeFile(garbage.path() / segmentName(1 + random() % 100), noise);
        writeFile(garbage.path() / "notes.txt", "not a segment");
        EXPECT_TRUE(readAll(garbage.path(), symbols, pool).batches.empty());
        FaultyFiles files;
        Options o = options();
        o.directory = garbage.path();
        o.files = &files;
        const auto journal = open(std::move(o));
        Batch batch = source.make();
        ASSERT_TRUE(journal->append(batch));
        ASSERT_TRUE(journal->close());
        EXPECT_EQ(readAll(garbage.path(), symbols, pool).batches.size(), 1u);
        source.nextSeq += 200;
    }
}

}  // namespace
}  // namespace tickdeck::journal
