// SPDX-License-Identifier: GPL-3.0-or-later

// Certificates are always verified, of sockets and of REST: the chain, and the host's name. tests/data/tls holds a certificate that is its own
// authority, for the name "localhost", and its key, which guards nothing.

#include <QFile>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/net/http_client.h"
#include "tests/net/session_probe.h"

namespace tickdeck::net {
namespace {

using test::Probe;
using test::Seen;
using test::Watched;

QByteArray fixture(const char* name)
{
    QFile file(QStringLiteral(TICKDECK_TEST_DATA "/tls/") + QString::fromLatin1(name));
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << name;
    return file.readAll();
}

class TlsTest : public testing::Test {
protected:
    void SetUp() override
    {
        m_thread.run([this] {
            m_server = std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::SecureMode);
            QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
            tls.setLocalCertificate(QSslCertificate(fixture("localhost.crt")));
            tls.setPrivateKey(QSslKey(fixture("localhost.key"), QSsl::Ec));
            m_server->setSslConfiguration(tls);
            ASSERT_TRUE(m_server->listen(QHostAddress::LocalHost));
            m_port = m_server->serverPort();
        });
    }
    void TearDown() override
    {
        m_thread.run([this] { m_server.reset(); });
        QSslConfiguration::setDefaultConfiguration(m_system);
    }

    void trustTheCertificate()
    {
        QSslConfiguration trusting = m_system;
        trusting.addCaCertificate(QSslCertificate(fixture("localhost.crt")));
        QSslConfiguration::setDefaultConfiguration(trusting);
    }
    [[nodiscard]] std::string url(const std::string& host) const
    {
        return "wss://" + host + ":" + std::to_string(m_port);
    }

    QSslConfiguration m_system = QSslConfiguration::defaultConfiguration();
    IoThread m_thread{"tls-server"};
    std::unique_ptr<QWebSocketServer> m_server;
    std::uint16_t m_port = 0;
};

// The state after the first attempt has ended, one way or the other.
SessionStatus firstResult(Probe& probe)
{
    probe.start();
    EXPECT_TRUE(
        probe.seen().waitUntil([](const Seen& seen) { return seen.states.back() != SessionState::Connecting; }));
    return probe.seen().get().last;
}

TEST_F(TlsTest, OpensWhenTheCertificateIsTrustedAndNamesTheHost)
{
    trustTheCertificate();
    Probe probe(url("localhost"));
    probe.start();
    EXPECT_TRUE(probe.seen().waitUntil([](const Seen& seen) { return seen.opened >= 1; }))
        << probe.seen().get().last.reason;
}

TEST_F(TlsTest, RefusesACertificateOfNoKnownAuthority)
{
    Probe probe(url("localhost"), {.backoff = {.first = 600 * kSecond, .cap = 600 * kSecond, .floor = 600 * kSecond}});
    const SessionStatus result = firstResult(probe);
    EXPECT_EQ(result.state, SessionState::BackingOff);
    EXPECT_THAT(result.reason, testing::HasSubstr("certificate"));
    EXPECT_EQ(probe.seen().get().opened, 0);
}

TEST_F(TlsTest, ReadsTheRetryAfterOfARefusedHandshakeThroughTls)
{
    trustTheCertificate();
    std::unique_ptr<QSslServer> server;
    std::uint16_t port = 0;
    m_thread.run([&] {
        server = std::make_unique<QSslServer>();
        server->setSslConfiguration(m_server->sslConfiguration());
        QObject::connect(server.get(), &QTcpServer::pendingConnectionAvailable, server.get(), [&server] {
            QTcpSocket* socket = server->nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 2\r\nretry-after:  9\r\n\r\n{}");
            });
        });
        ASSERT_TRUE(server->listen(QHostAddress::LocalHost));
        port = server->serverPort();
    });
    Probe probe("wss://localhost:" + std::to_string(port));
    const SessionStatus result = firstResult(probe);
    EXPECT_EQ(result.state, SessionState::RateLimited) << result.reason;
    EXPECT_THAT(result.reason, testing::HasSubstr("(HTTP 418)"));
    EXPECT_GT(result.retryAt - result.since, 8 * kSecond);
    EXPECT_LE(result.retryAt - result.since, 9 * kSecond);
    m_thread.run([&] { server.reset(); });
}

TEST_F(TlsTest, RequestsTrustNoOtherCertificatesThanConnections)
{
    std::unique_ptr<QSslServer> server;
    Rest rest;
    m_thread.run([&] {
        server = std::make_unique<QSslServer>();
        server->setSslConfiguration(m_server->sslConfiguration());
        QObject::connect(server.get(), &QTcpServer::pendingConnectionAvailable, server.get(), [&server] {
            QTcpSocket* socket = server->nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
            });
        });
        ASSERT_TRUE(server->listen(QHostAddress::LocalHost));
        rest.url = "https://localhost:" + std::to_string(server->serverPort());
    });
    SystemClock clock;
    IoThread thread("io-test");
    const auto ask = [&] {
        Watched<std::optional<HttpAnswer>> seen;
        std::unique_ptr<HttpClient> client;
        thread.run([&] {
            client = std::make_unique<HttpClient>(rest, thread.hostLookup(), clock);
            client->get("/", [&](HttpAnswer&& answer) { seen.update([&](auto& a) { a = std::move(answer); }); });
        });
        EXPECT_TRUE(seen.waitUntil([](const auto& a) { return a.has_value(); }));
        thread.run([&] { client.reset(); });
        return seen.get().value_or(HttpAnswer{});
    };
    EXPECT_THAT(ask().error, testing::HasSubstr("certificate"));
    trustTheCertificate();
    const HttpAnswer trusted = ask();
    EXPECT_EQ(trusted.error, "");
    EXPECT_EQ(trusted.body, "{}");
    m_thread.run([&] { server.reset(); });
}

TEST_F(TlsTest, RefusesACertificateOfAnotherHost)
{
    trustTheCertificate();
    Probe probe(url("127.0.0.1"), {.backoff = {.first = 600 * kSecond, .cap = 600 * kSecond, .floor = 600 * kSecond}});
    const SessionStatus result = firstResult(probe);
    EXPECT_EQ(result.state, SessionState::BackingOff);
    EXPECT_THAT(result.reason, testing::HasSubstr("host name"));
    EXPECT_EQ(probe.seen().get().opened, 0);
}

}  // namespace
}  // namespace tickdeck::net
