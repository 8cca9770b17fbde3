// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/control_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "tests/ops/scratch.h"

namespace tickdeck::ops {
namespace {

using ::testing::HasSubstr;

// Answers with what it was asked; "fail" fails.
Result<std::string> echo(std::string_view command, std::string_view arguments)
{
    if (command == "fail")
        return fail(ErrorCode::NotFound, "nothing \"here\"\n");
    return R"({"command":")" + std::string(command) + R"(","arguments":)" + std::string(arguments) + "}";
}

class ControlSocketTest : public ::testing::Test {
protected:
    ControlSocketTest() : m_path(m_scratch.path() / "control.sock") {}
    std::unique_ptr<ControlServer> started()
    {
        auto server = ControlServer::start(m_path, echo);
        EXPECT_TRUE(server) << server.error().text();
        return server ? std::move(*server) : nullptr;
    }

    testing::Scratch m_scratch;
    std::filesystem::path m_path;
};

// A client that speaks bytes.
class RawClient {
public:
    explicit RawClient(const std::filesystem::path& path) : m_socket(socket(AF_UNIX, SOCK_STREAM, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~RawClient() { close(m_socket); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool send(std::string_view text) const
    {
        while (!text.empty()) {
            const ssize_t size = ::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL);
            if (size <= 0)
                return false;
            text.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }
    // Up to the line's end, or what came before the other side closed.
    [[nodiscard]] std::string readLine() const
    {
        std::string out;
        for (char c = 0; recv(m_socket, &c, 1, 0) == 1 && c != '\n';)
            out += c;
        return out;
    }

private:
    int m_socket;
};

TEST_F(ControlSocketTest, AnswersACommand)
{
    const auto server = started();
    const auto result = askControl(m_path, "dlq.list", R"({"most":3})");
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_EQ(*result, R"({"command":"dlq.list","arguments":{"most":3}})");
    EXPECT_EQ(*askControl(m_path, "status"), R"({"command":"status","arguments":{}})");
}

TEST_F(ControlSocketTest, AnErrorComesBackWithItsCode)
{
    const auto server = started();
    const auto result = askControl(m_path, "fail");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::NotFound);
    EXPECT_EQ(result.error().detail, "nothing \"here\"\n");
}

TEST_F(ControlSocketTest, OnlyTheOwnerMayConnect)
{
    const auto server = started();
    struct stat status{};
    ASSERT_EQ(stat(m_path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
}

TEST_F(ControlSocketTest, NobodyListensIsToldApart)
{
    EXPECT_EQ(askControl(m_path, "status").error().code, ErrorCode::NotFound);
    EXPECT_EQ(askControl(m_scratch.path() / "no" / "control.sock", "status").error().code, ErrorCode::NotFound);
    {
        const auto server = started();
    }
    EXPECT_FALSE(std::filesystem::exists(m_path));
    // One that a killed engine left behind.
    const int left = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    m_path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    close(left);
    EXPECT_EQ(askControl(m_path, "status").error().code, ErrorCode::NotFound);
    const auto server = started();
    EXPECT_TRUE(askControl(m_path, "status"));
}

TEST_F(ControlSocketTest, ALongPathWorks)
{
    auto folder = m_scratch.path();
    while (folder.string().size() < 300)
        folder /= std::string(50, 'x');
    std::filesystem::create_directories(folder);
    m_path = folder / "control.sock";
    const auto server = started();
    EXPECT_TRUE(askControl(m_path, "status"));
}

TEST_F(ControlSocketTest, SeveralRequestsOnOneConnection)
{
    const auto server = started();
    const RawClient client(m_path);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.send("{\"command\":\"a\","));
        ASSERT_TRUE(client.send("\"arguments\":{}}\n"));
        EXPECT_EQ(client.readLine(), R"({"ok":true,"result":{"command":"a","arguments":{}}})");
    }
    // Two at once are answered one after the other.
    ASSERT_TRUE(client.send("{\"command\":\"b\"}\n{\"command\":\"c\"}\n"));
    EXPECT_THAT(client.readLine(), HasSubstr(R"("command":"b")"));
    EXPECT_THAT(client.readLine(), HasSubstr(R"("command":"c")"));
}

TEST_F(ControlSocketTest, GarbageIsAnsweredAndTooMuchIsCutOff)
{
    const auto server = started();
    for (const char* line : {"", "x", "[]", "{}", "{\"command\":1}", "{\"command\":\"a\"", "\xFF\xFE", "[[[[[[[["}) {
        const RawClient client(m_path);
        ASSERT_TRUE(client.send(std::string(line) + "\n"));
        EXPECT_THAT(client.readLine(), HasSubstr("\"code\":\"malformed\"")) << line;
    }
    const RawClient client(m_path);
    static_cast<void>(client.send(std::string(1u << 20, 'x')));  // closed before all of it is through
    EXPECT_EQ(client.readLine(), "");
    EXPECT_TRUE(askControl(m_path, "status"));
}

TEST_F(ControlSocketTest, ASilentClientHoldsUpNobody)
{
    const auto server = started();
    const RawClient silent(m_path);
    const RawClient half(m_path);
    ASSERT_TRUE(half.send("{\"command\":"));
    EXPECT_TRUE(askControl(m_path, "status"));
}

TEST_F(ControlSocketTest, AnEngineThatDoesNotAnswerTimesOut)
{
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    m_path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener, 1), 0);
    const auto result = askControl(m_path, "status", "{}", std::chrono::milliseconds(20));
    close(listener);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::TimedOut);
}

TEST_F(ControlSocketTest, ManyClientsAtOnce)
{
    const auto server = started();
    std::atomic<int> answered = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                answered += askControl(m_path, "status") ? 1 : 0;
        });
    threads.clear();
    EXPECT_EQ(answered, 200);
}

}  // namespace
}  // namespace tickdeck::ops
