// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/sqlite.h"

#include <csignal>
#include <sys/resource.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

// No file of this process grows beyond `bytes` while it lives.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) : m_signal(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_signal);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;

private:
    rlimit m_before{};
    void (*m_signal)(int);
};

TEST(SqliteTest, AFileThatCannotBeOpenedIsToldWithTheSystemsReason)
{
    const testing::Scratch folder;
    const auto database = sqlite::Database::open(folder.path() / "missing" / "x.db");
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, ErrorCode::Io);
    EXPECT_EQ(database.error().detail, "unable to open database file: No such file or directory");
}

TEST(SqliteTest, AFailedWriteIsToldWithTheSystemsReason)
{
    const testing::Scratch folder;
    auto database = sqlite::Database::open(folder.path() / "x.db");
    ASSERT_TRUE(database) << database.error().text();
    ASSERT_TRUE(database->execute("CREATE TABLE t (bytes BLOB)"));
    const auto attached =
        database->execute(("ATTACH '" + (folder.path() / "missing" / "y.db").string() + "' AS y").c_str());
    ASSERT_FALSE(attached);
    EXPECT_TRUE(attached.error().detail.ends_with(": No such file or directory")) << attached.error().detail;
    // The reason is this write's own, not that of the failure before.
    const FileLimit limit(16'384);
    const auto done = database->execute("INSERT INTO t VALUES (zeroblob(100000))");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::Io);
    EXPECT_EQ(done.error().detail, "disk I/O error: File too large");
}

}  // namespace
}  // namespace tickdeck::ops
