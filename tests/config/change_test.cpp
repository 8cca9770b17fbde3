// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/change.h"

#include <cerrno>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/config/user_file.h"
#include "tests/config/sections.h"

namespace {

bool folderSyncFails = false;

}  // namespace

// In place of the C library's.
extern "C" int fsync(int file)
{
    struct stat status{};
    if (folderSyncFails && ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EIO;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fsync, file));
}

namespace tickdeck::config {
namespace {

using testing::ConnectorLike;
using ::testing::HasSubstr;
using testing::ServeLike;

class ChangeTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(::testing::TempDir()) / ("tickdeck_change_" + std::string(info->name()));
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
        m_file = m_folder / "tickdeck.toml";
        m_input.specs = testing::specs();
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    void load(std::string text)
    {
        m_text = std::move(text);
        std::ofstream(m_file, std::ios::binary) << m_text;
        m_input.files = {m_file};
        auto settings = Settings::load(m_input);
        ASSERT_TRUE(settings) << settings.error().detail;
        m_now = *settings;
    }
    auto changed(const std::vector<Change>& changes) { return change(m_now, m_input, m_file, m_text, changes); }
    // The faults as "key: message", a line each.
    std::string faults(const std::vector<Change>& changes)
    {
        const auto result = changed(changes);
        EXPECT_FALSE(result);
        std::string out;
        if (!result)
            for (const ChangeFault& fault : result.error())
                out += fault.key + ": " + fault.message + "\n";
        return out;
    }
    std::string bytes(const std::filesystem::path& file)
    {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path m_folder;
    std::filesystem::path m_file;
    std::string m_text;
    SettingsInput m_input;
    Settings m_now;
};

TEST_F(ChangeTest, IsWhatTheNextStartReads)
{
    load("[serve]\nhttp_port = 80 # p\n[connectors.alpha]\nbook_depth = 25\n");
    const auto result = changed({{"serve.http_port", "81"},
                                 {"connectors.alpha.symbols", "BTC/USD,ETH/USD"},
                                 {"connectors.alpha.book_depth", std::nullopt},
                                 {"serve.ratio", "1"},
                                 {"server.colour", "red"}});
    ASSERT_TRUE(result) << result.error().front().message;
    EXPECT_EQ(result->text, "[serve]\nhttp_port = 81 # p\nratio = 1.0\ncolour = \"red\"\n"
                            "[connectors.alpha]\nsymbols = [\"BTC/USD\", \"ETH/USD\"]\n");
    EXPECT_EQ(result->settings.section("connectors.alpha").as<ConnectorLike>().bookDepth, 10);
    EXPECT_EQ(result->settings.section("serve").as<ServeLike>().httpPort, 81);
    EXPECT_EQ(result->settings.differing(m_now),
              (std::vector<std::string>{"serve.http_port", "serve.ratio", "serve.colour", "connectors.alpha.symbols",
                                        "connectors.alpha.book_depth"}));
    std::ofstream(m_file, std::ios::binary) << result->text;
    const auto next = Settings::load(m_input);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->show(), result->settings.show());
    EXPECT_TRUE(next->differing(result->settings).empty());
}

TEST_F(ChangeTest, FileThatDoesNotExistYet)
{
    m_input.environment["TICKDECK_SERVE__BIND"] = "b";
    auto settings = Settings::load(m_input);
    ASSERT_TRUE(settings);
    m_now = *settings;
    const auto result = changed({{"serve.http_port", "81"}});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->text, "[serve]\nhttp_port = 81\n");
    EXPECT_EQ(result->settings.source("serve.http_port").text(), m_file.string() + ":2");
}

TEST_F(ChangeTest, FaultsNameTheirKeysAndNothingIsChanged)
{
    m_input.environment = {{"TICKDECK_SERVE__METRICS_PORT", "2000"}};
    m_input.sets = {"serve.bind=x"};
    load("[serve]\nhttp_port = 80\n");
    ASSERT_TRUE(m_now.force("serve.ratio", "0.75", "the demo"));
    EXPECT_EQ(
        faults({{"serve.http_prot", "1"},
                {"connectors.alhpa.enabled", std::nullopt},
                {"serve.http_port", "70000"},
                {"serve.colour", "blue"},
                {"serve.timeout_ms", "soon"},
                {"connectors.alpha.token", "hunter2"},
                {"serve.metrics_port", "3000"},
                {"serve.bind", "y"},
                {"serve.ratio", std::nullopt},
                {"connectors.alpha.book_depth", "25"},
                {"connectors.alpha.book_depth", "10"},
                {"nothing", "1"}}),
        "serve.http_prot: unknown key, did you mean `serve.http_port`?\n"
        "connectors.alhpa.enabled: unknown key, did you mean `connectors.alpha.enabled`?\n"
        "serve.http_port: 70000 is not allowed; allowed: a whole number from 0 to 65535\n"
        "serve.colour: `blue` is not allowed; allowed: one of: red, green\n"
        "serve.timeout_ms: a text is of the wrong type; allowed: a whole number from 0 to 60000\n"
        "connectors.alpha.token: a secret is not given literally; allowed: env:NAME or file:PATH\n"
        "serve.metrics_port: is set by the environment (TICKDECK_SERVE__METRICS_PORT), which comes before the file\n"
        "serve.bind: is set on the command line (--set), which comes before the file\n"
        "serve.ratio: is set by the engine itself (the demo), which comes before the file\n"
        "connectors.alpha.book_depth: is given twice\n"
        "nothing: unknown key\n");
    EXPECT_EQ(m_now.section("serve").as<ServeLike>().httpPort, 80);
}

TEST_F(ChangeTest, WhatIsForcedStays)
{
    load("[serve]\nhttp_port = 80\n");
    ASSERT_TRUE(m_now.force("serve.bind", "sim", "the demo"));
    const auto result = changed({{"serve.http_port", "81"}});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->settings.section("serve").as<ServeLike>().bind, "sim");
    EXPECT_EQ(result->settings.source("serve.bind").text(), "the demo");
    // … also over the next change.
    m_now = result->settings;
    m_text = result->text;
    const auto again = changed({{"serve.http_port", "82"}});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->settings.source("serve.bind").origin, Origin::Engine);
}

TEST_F(ChangeTest, SecretsAreReferencesThatResolve)
{
    m_input.environment["KEY"] = "hunter2";
    load("[serve]\nhttp_port = 80\n");
    const auto result = changed({{"connectors.alpha.token", "env:KEY"}});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->text, "[serve]\nhttp_port = 80\n\n[connectors.alpha]\ntoken = \"env:KEY\"\n");
    EXPECT_EQ(result->settings.text("connectors.alpha.token"), "env:KEY");
    EXPECT_EQ(faults({{"connectors.alpha.token", "env:NONE"}}),
              "connectors.alpha.token: the environment has no NONE\n");
}

TEST_F(ChangeTest, FileThatNoLongerLoadsIsRefusedWithItsLine)
{
    load("[serve]\nhttp_port = 80\n");
    m_text = "[serve]\nhttp_port = = 80\n";
    EXPECT_THAT(faults({{"serve.colour", "red"}}), HasSubstr("tickdeck.toml:2: not TOML"));
    m_text = "[serve]\nhttp_prot = 80\n";
    EXPECT_EQ(faults({{"serve.colour", "red"}}),
              ": " + m_file.string() + ":2: serve.http_prot: unknown key, did you mean `http_port`?\n");
}

TEST_F(ChangeTest, ValuesOfAFileLeadBackToIt)
{
    const auto specs = testing::specs();
    const auto before =
        valuesOf("[server]\nhttp_port = 80\n[connectors.alpha]\nsymbols = ['a', 'b,c']\ntoken = 'env:A'\n", specs);
    EXPECT_EQ(before, (std::map<std::string, std::string>{{"serve.http_port", "80"},
                                                          {"connectors.alpha.symbols", R"(["a", "b,c"])"},
                                                          {"connectors.alpha.token", "env:A"}}));
    m_input.environment["A"] = "a";
    load("[serve]\nratio = 0.1\nhttp_port = 81\n");
    const auto result = changed(changesBetween(valuesOf(m_text, specs), before));
    ASSERT_TRUE(result);
    EXPECT_EQ(valuesOf(result->text, specs), before);
    EXPECT_TRUE(changesBetween(before, before).empty());
}

TEST_F(ChangeTest, TextOfAValueIsReadBackAsIt)
{
    load("[connectors.alpha]\nsymbols = ['a,b', '\"', '']\n[serve]\nratio = 0.25\ntimeout_ms = 7\nbind = 'x # \"'\n");
    std::vector<Change> changes;
    for (const SectionSpec& spec : m_now.specs())
        for (const FieldSpec& field : spec.fields)
            if (const std::string key = spec.name + "." + field.name; key != "connectors.alpha.token")
                changes.push_back({key, m_now.text(key)});
    const auto result = changed(changes);
    ASSERT_TRUE(result) << result.error().front().key << result.error().front().message;
    EXPECT_TRUE(result->settings.differing(m_now).empty());
}

TEST_F(ChangeTest, FileIsReplacedWholeAndKeepsItsMode)
{
    std::ofstream(m_file) << "a = 1\n";
    ASSERT_EQ(::chmod(m_file.c_str(), 0640), 0);
    const auto before = readUserFile(m_file);
    ASSERT_TRUE(before && *before);
    ASSERT_TRUE(writeUserFile(m_file, *before, "a = 2\n"));
    EXPECT_EQ(bytes(m_file), "a = 2\n");
    EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(m_file).permissions()), 0640u);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(m_folder))
        ++files;
    EXPECT_EQ(files, 1u);
}

TEST_F(ChangeTest, FileIsWrittenThroughALink)
{
    std::filesystem::create_directories(m_folder / "elsewhere");
    std::ofstream(m_folder / "elsewhere/real.toml") << "a = 1\n";
    std::filesystem::create_symlink("elsewhere/real.toml", m_file);
    ASSERT_TRUE(writeUserFile(m_file, "a = 1\n", "a = 2\n"));
    EXPECT_TRUE(std::filesystem::is_symlink(m_file));
    EXPECT_EQ(bytes(m_folder / "elsewhere/real.toml"), "a = 2\n");
    ASSERT_TRUE(restoreUserFile(m_file, "a = 1\n", "a = 2\n"));
    EXPECT_EQ(bytes(m_folder / "elsewhere/real.toml"), "a = 1\n");
}

TEST_F(ChangeTest, FileThatSomebodyElseChangedIsLeftAlone)
{
    std::ofstream(m_file) << "a = 1\n";
    const auto written = writeUserFile(m_file, "a = 0\n", "a = 2\n");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::Refused);
    EXPECT_EQ(bytes(m_file), "a = 1\n");
    EXPECT_FALSE(writeUserFile(m_file, std::nullopt, "a = 2\n"));
}

TEST_F(ChangeTest, MissingFileIsMadeWithItsFolderAndTakenBack)
{
    const auto file = m_folder / "x/y/tickdeck.toml";
    const auto none = readUserFile(file);
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    ASSERT_TRUE(writeUserFile(file, std::nullopt, "a = 2\n"));
    EXPECT_EQ(bytes(file), "a = 2\n");
    ASSERT_TRUE(restoreUserFile(file, std::nullopt, "a = 2\n"));
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(ChangeTest, FileWhoseFolderCannotBeSyncedIsAsItWas)
{
    std::ofstream(m_file) << "a = 1\n";
    folderSyncFails = true;
    const auto written = writeUserFile(m_file, "a = 1\n", "a = 2\n");
    const auto made = writeUserFile(m_folder / "new.toml", std::nullopt, "a = 2\n");
    folderSyncFails = false;
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().detail, m_folder.string() + ": Input/output error; the file is as it was");
    EXPECT_EQ(bytes(m_file), "a = 1\n");
    ASSERT_FALSE(made);
    EXPECT_FALSE(std::filesystem::exists(m_folder / "new.toml"));
    EXPECT_TRUE(writeUserFile(m_file, "a = 1\n", "a = 2\n")) << "and can be tried again";
}

TEST_F(ChangeTest, WhatIsTakenBackStaysSoWithoutASyncedFolder)
{
    const auto made = m_folder / "new.toml";
    std::ofstream(m_file) << "a = 2\n";
    std::ofstream(made) << "a = 2\n";
    folderSyncFails = true;
    const auto restored = restoreUserFile(m_file, "a = 1\n", "a = 2\n");
    const auto removed = restoreUserFile(made, std::nullopt, "a = 2\n");
    folderSyncFails = false;
    ASSERT_FALSE(restored);
    EXPECT_THAT(restored.error().detail, HasSubstr("Input/output error; the file is as it was"));
    EXPECT_EQ(bytes(m_file), "a = 1\n");
    ASSERT_FALSE(removed);
    EXPECT_FALSE(std::filesystem::exists(made));
}

TEST_F(ChangeTest, WhatSomebodyElseChangedIsNotTakenBack)
{
    std::ofstream(m_file) << "a = 3\n";
    for (const auto& before : {std::optional<std::string>("a = 1\n"), std::optional<std::string>()}) {
        const auto restored = restoreUserFile(m_file, before, "a = 2\n");
        ASSERT_FALSE(restored);
        EXPECT_EQ(restored.error().code, ErrorCode::Refused);
        EXPECT_EQ(bytes(m_file), "a = 3\n");
    }
}

TEST_F(ChangeTest, FileThatCannotBeWrittenIsAnError)
{
    EXPECT_EQ(readUserFile(m_folder).error().code, ErrorCode::Io);
    std::ofstream(m_folder / "plain") << "x";
    const auto written = writeUserFile(m_folder / "plain/tickdeck.toml", std::nullopt, "a = 2\n");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace tickdeck::config
