// SPDX-License-Identifier: GPL-3.0-or-later

// A venue that moves to another address is found there at the next attempt, although Qt keeps addresses for a minute.
// This program answers the system's name lookups for moving.test itself.

#include <dlfcn.h>
#include <netdb.h>

#include <cstring>

#include <QEventLoop>
#include <QHostInfo>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/http_client.h"
#include "tests/net/http_server.h"
#include "tests/net/session_probe.h"

namespace {

std::atomic<const char*> addressOfMoving{nullptr};  // null: there is no such name
std::atomic<int> lookups{0};
tickdeck::test::Watched<bool> hanging;  // lookups of it wait meanwhile

}  // namespace

// Stands before libc's, for Qt as well.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node, const char* service,
                                                                  const addrinfo* hints, addrinfo** result)
{
    using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
    if (node && std::strcmp(node, "moving.test") == 0) {
        ++lookups;
        static_cast<void>(hanging.waitUntil([](bool on) { return !on; }));
        node = addressOfMoving;
        if (!node)
            return EAI_NONAME;
    }
    return real(node, service, hints, result);
}

namespace tickdeck::net {
namespace {

using test::HttpReply;
using test::httpReply;
using test::HttpSeen;
using test::HttpServer;
using test::Probe;
using test::Seen;
using test::Watched;
using namespace std::chrono_literals;

TEST(HostLookup, ASessionFindsAVenueThatHasMoved)
{
    const auto answer = [](const std::string&) { return HttpReply{.upgrade = true}; };
    HttpServer before(answer);
    HttpServer after(answer, "127.0.0.2", before.port());
    addressOfMoving = "127.0.0.1";
    lookups = 0;
    Probe probe(before.wsUrl("moving.test"));
    probe.start();
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 1; }));
    EXPECT_EQ(before.seen().get().opened, 1);
    EXPECT_EQ(lookups, 1) << "the socket itself took what was found";

    addressOfMoving = nullptr;
    before.stop();
    Seen lost;
    ASSERT_TRUE(probe.seen().waitUntil([&](const Seen& seen) {
        lost = seen;
        return seen.last.state == SessionState::NoNetwork;
    }));
    EXPECT_EQ(lost.last.reason, "no network: the host moving.test was not found");

    addressOfMoving = "127.0.0.2";
    ASSERT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened == 2; }));
    EXPECT_EQ(after.seen().get().opened, 1);
}

TEST(HostLookup, ARequestFindsAVenueThatHasMoved)
{
    HttpServer before([](const std::string&) { return httpReply(200, "1"); });
    HttpServer after([](const std::string&) { return httpReply(200, "2"); }, "127.0.0.2", before.port());
    SystemClock clock;
    IoThread thread("io-test");
    Rest rest;
    rest.url = "https://moving.test:" + std::to_string(before.port());
    // Without TLS only the loopback is asked, so that the name is enough here: the servers see who comes.
    rest.timeout = 1500ms;
    std::unique_ptr<HttpClient> client;
    Watched<std::vector<HttpAnswer>> answers;
    const auto get = [&] {
        const std::size_t count = answers.get().size();
        thread.run([&] {
            client->get("/", [&](HttpAnswer&& answer) {
                answers.update([&](auto& all) { all.push_back(std::move(answer)); });
            });
        });
        ASSERT_TRUE(answers.waitUntil([&](const auto& all) { return all.size() > count; }));
    };
    addressOfMoving = "127.0.0.1";
    thread.run([&] { client = std::make_unique<HttpClient>(rest, thread.hostLookup(), clock); });
    get();
    EXPECT_TRUE(before.seen().waitUntil([](const HttpSeen& seen) { return seen.opened == 1; }));
    addressOfMoving = "127.0.0.2";
    get();
    EXPECT_TRUE(after.seen().waitUntil([](const HttpSeen& seen) { return seen.opened >= 1; }));
    EXPECT_EQ(before.seen().get().opened, 1);
    thread.run([&] { client.reset(); });
}

TEST(HostLookup, AHostThatIsBeingLookedUpIsNotAskedForTwice)
{
    IoThread thread("io-test");
    Watched<int> found;
    std::atomic<int> goneWasTold{0};
    addressOfMoving = "127.0.0.1";
    lookups = 0;
    hanging.update([](bool& on) { on = true; });
    thread.run([&] {
        auto shortLived = std::make_unique<QObject>();
        thread.hostLookup().refresh(shortLived.get(), QStringLiteral("moving.test"), [&](bool) { ++goneWasTold; });
        for (int i = 0; i < 3; ++i)
            thread.hostLookup().refresh(thread.context(), QStringLiteral("moving.test"),
                                        [&](bool ok) { found.update([&](int& n) { n += ok ? 1 : 0; }); });
    });
    hanging.update([](bool& on) { on = false; });
    ASSERT_TRUE(found.waitUntil([](int n) { return n == 3; }));
    EXPECT_EQ(lookups, 1);
    EXPECT_EQ(goneWasTold, 0);
    // Once it is answered, the next one asks anew.
    thread.run([&] {
        thread.hostLookup().refresh(thread.context(), QStringLiteral("moving.test"),
                                    [&](bool ok) { found.update([&](int& n) { n += ok ? 1 : 0; }); });
    });
    ASSERT_TRUE(found.waitUntil([](int n) { return n == 4; }));
    EXPECT_EQ(lookups, 2);
}

// What the above is there for; should Qt no longer keep addresses, this tells.
TEST(HostLookup, QtKeepsAnAddressUntilTheSystemIsAskedAnew)
{
    const auto cached = [] {
        QString found;
        QEventLoop loop;
        QHostInfo::lookupHost(QStringLiteral("moving.test"), &loop, [&](const QHostInfo& info) {
            found = info.addresses().isEmpty() ? QString() : info.addresses().constFirst().toString();
            loop.quit();
        });
        loop.exec();
        return found.toStdString();
    };
    IoThread thread("io-test");
    const auto refresh = [&thread] {
        Watched<int> found;
        thread.run([&] {
            thread.hostLookup().refresh(thread.context(), QStringLiteral("moving.test"),
                                        [&](bool ok) { found.update([&](int& n) { n = ok ? 1 : -1; }); });
        });
        EXPECT_TRUE(found.waitUntil([](int n) { return n != 0; }));
        return found.get() == 1;
    };
    addressOfMoving = "127.0.0.3";
    EXPECT_TRUE(refresh());
    addressOfMoving = "127.0.0.4";
    EXPECT_EQ(cached(), "127.0.0.3");
    EXPECT_TRUE(refresh());
    EXPECT_EQ(cached(), "127.0.0.4");
}

}  // namespace
}  // namespace tickdeck::net
