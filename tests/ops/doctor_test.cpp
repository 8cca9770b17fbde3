// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/doctor.h"

#include <algorithm>
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ops/data_lock.h"
#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using ::testing::HasSubstr;

class DoctorTest : public ::testing::Test {
protected:
    DoctorTest()
    {
        m_input.dataDirectory = m_scratch.path() / "data" / "deeper";
        m_input.window = false;
    }
    Check named(std::string_view name)
    {
        for (const Check& check : runDoctor(m_input))
            if (check.name == name)
                return check;
        ADD_FAILURE() << "no check " << name;
        return {};
    }

    testing::Scratch m_scratch;
    DoctorInput m_input;
};

TEST_F(DoctorTest, ASoundMachineIsOkAndNothingIsLeftBehind)
{
    m_input.diskBudgetBytes = 1;
    m_input.libraries = {{"Qt", "6.4.2"}};
    m_input.ports = {{"serve.http_port", "127.0.0.1", 0}};
    EXPECT_EQ(named("data directory").verdict, Verdict::Ok);
    EXPECT_THAT(named("data directory").detail, HasSubstr("will be made"));
    EXPECT_EQ(named("lock").verdict, Verdict::Ok);
    EXPECT_EQ(named("disk space").verdict, Verdict::Ok);
    EXPECT_THAT(named("disk sync").detail, HasSubstr("median"));
    EXPECT_THAT(named("libraries").detail, HasSubstr("Qt 6.4.2"));
    EXPECT_THAT(named("libraries").detail, HasSubstr("SQLite 3."));
    EXPECT_EQ(named("port 0").verdict, Verdict::Ok);
    EXPECT_TRUE(std::filesystem::is_empty(m_scratch.path()));
}

TEST_F(DoctorTest, ATakenPortIsNamedWithItsSetting)
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    const std::uint16_t port = ntohs(address.sin_port);
    m_input.ports = {{"serve.http_port", "127.0.0.1", port}};
    Check check = named("port " + std::to_string(port));
    EXPECT_EQ(check.verdict, Verdict::Bad);
    EXPECT_THAT(check.detail, HasSubstr("serve.http_port"));
    EXPECT_THAT(check.remedy, HasSubstr("serve.http_port"));

    const auto lock = DataLock::take(m_input.dataDirectory);
    check = named("port " + std::to_string(port));
    EXPECT_EQ(check.verdict, Verdict::Warning);
    EXPECT_EQ(named("lock").verdict, Verdict::Warning);
    EXPECT_THAT(named("lock").detail, HasSubstr("process " + std::to_string(getpid())));
    close(listener);
    EXPECT_EQ(named("port " + std::to_string(port)).verdict, Verdict::Ok);
}

TEST_F(DoctorTest, TooLittleSpaceIsTold)
{
    m_input.diskBudgetBytes = std::uint64_t{1} << 60;
    const Check check = named("disk space");
    EXPECT_NE(check.verdict, Verdict::Ok);
    EXPECT_THAT(check.detail, HasSubstr("wanted"));
    EXPECT_FALSE(check.remedy.empty());
}

TEST_F(DoctorTest, ADirectoryThatCannotBeWrittenIsBad)
{
    m_input.dataDirectory = "/proc/self/tickdeck";
    const Check check = named("data directory");
    EXPECT_EQ(check.verdict, Verdict::Bad);
    EXPECT_THAT(check.remedy, HasSubstr("--data"));
    EXPECT_TRUE(std::ranges::none_of(runDoctor(m_input), [](const Check& c) { return c.name == "disk sync"; }));
}

TEST_F(DoctorTest, TheDisplayIsLookedFor)
{
    m_input.window = true;
    const auto with = [&](const char* platform, const char* x) {
        setenv("QT_QPA_PLATFORM", platform, 1);
        setenv("DISPLAY", x, 1);
        unsetenv("WAYLAND_DISPLAY");
        return named("display");
    };
    EXPECT_EQ(with("offscreen", "").verdict, Verdict::Ok);
    EXPECT_EQ(with("", "").verdict, Verdict::Warning);
    EXPECT_THAT(with("", "").remedy, HasSubstr("--no-gui"));
    EXPECT_THAT(with("", ":4242").detail, HasSubstr("does not answer"));
}

TEST(DoctorTextTest, HasALineForEachCheckAndItsRemedy)
{
    EXPECT_EQ(doctorText({{"lock", Verdict::Ok, "free", ""}, {"port 80", Verdict::Bad, "taken", "Choose another."}}),
              "ok       lock: free\n"
              "bad      port 80: taken\n"
              "         Choose another.\n");
}

TEST_F(DoctorTest, TheClockAndTheLimitsAreTold)
{
    EXPECT_NE(named("clock").verdict, Verdict::Bad);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit few = before;
    few.rlim_cur = std::min<rlim_t>(512, before.rlim_max);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
    const Check limits = named("limits");
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(limits.verdict, Verdict::Warning);
    EXPECT_THAT(limits.detail, HasSubstr(std::to_string(few.rlim_cur) + " open files"));
    EXPECT_THAT(limits.remedy, HasSubstr("ulimit"));
}

TEST_F(DoctorTest, AsJsonTheWorstSpeaksForAll)
{
    const auto parsed = nlohmann::json::parse(
        doctorJson({{"a", Verdict::Ok, "fine", ""}, {"b", Verdict::Warning, "\"so\"", "mend it"}}));
    EXPECT_EQ(parsed["verdict"], "warning");
    EXPECT_EQ(parsed["checks"][1]["detail"], "\"so\"");
    EXPECT_EQ(parsed["checks"][1]["remedy"], "mend it");
    EXPECT_EQ(parsed["checks"][0]["verdict"], "ok");
}

}  // namespace
}  // namespace tickdeck::ops
