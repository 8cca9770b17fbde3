// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/reach.h"

#include <QFile>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTcpServer>
#include <QTcpSocket>
#include <QWebSocketServer>
#include <gtest/gtest.h>

namespace tickdeck::net {
namespace {

using std::chrono::milliseconds;

QByteArray fixture(const char* name)
{
    QFile file(QStringLiteral(TICKDECK_TEST_DATA "/tls/") + QString::fromLatin1(name));
    EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << name;
    return file.readAll();
}

// All on one thread: reach() runs the event loop that serves them.
class ReachTest : public testing::Test {
protected:
    void TearDown() override { QSslConfiguration::setDefaultConfiguration(m_system); }

    std::string secureServer()
    {
        m_secure = std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::SecureMode);
        QSslConfiguration tls = m_system;
        tls.setLocalCertificate(QSslCertificate(fixture("localhost.crt")));
        tls.setPrivateKey(QSslKey(fixture("localhost.key"), QSsl::Ec));
        m_secure->setSslConfiguration(tls);
        EXPECT_TRUE(m_secure->listen(QHostAddress::LocalHost));
        return "wss://localhost:" + std::to_string(m_secure->serverPort());
    }
    // Says `answer` to whatever is asked; nothing where it is empty.
    std::string plainServer(const QByteArray& answer)
    {
        m_plain = std::make_unique<QTcpServer>();
        QObject::connect(m_plain.get(), &QTcpServer::newConnection, m_plain.get(), [this, answer] {
            QTcpSocket* client = m_plain->nextPendingConnection();
            QObject::connect(client, &QTcpSocket::readyRead, client, [client, answer] { client->write(answer); });
        });
        EXPECT_TRUE(m_plain->listen(QHostAddress::LocalHost));
        return "http://127.0.0.1:" + std::to_string(m_plain->serverPort());
    }
    static Reached one(const std::string& url, milliseconds limit = milliseconds(20'000))
    {
        return reach({url}, limit).at(0);
    }

    QSslConfiguration m_system = QSslConfiguration::defaultConfiguration();
    std::unique_ptr<QWebSocketServer> m_secure;
    std::unique_ptr<QTcpServer> m_plain;
};

TEST_F(ReachTest, ACertificateThatNobodyVouchesForIsNamed)
{
    const Reached found = one(secureServer());
    EXPECT_EQ(found.fault, ReachFault::Certificate);
    EXPECT_NE(found.detail, "");
    EXPECT_FALSE(found.encrypted);
}

TEST_F(ReachTest, AGoodCertificateIsTold)
{
    const std::string url = secureServer();
    QSslConfiguration trusting = m_system;
    trusting.addCaCertificate(QSslCertificate(fixture("localhost.crt")));
    QSslConfiguration::setDefaultConfiguration(trusting);
    const Reached found = one(url);
    EXPECT_EQ(found.fault, ReachFault::None) << found.detail;
    EXPECT_TRUE(found.encrypted);
    EXPECT_GT(found.took, 0);
}

TEST_F(ReachTest, TheClocksAreCompared)
{
    const Reached found = one(plainServer("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"));
    EXPECT_EQ(found.fault, ReachFault::None);
    ASSERT_TRUE(found.offset);
    const Nanos ours = SystemClock().now();
    EXPECT_NEAR(static_cast<double>(ours + *found.offset) / kSecond, 784'111'777.5, 10);
}

TEST_F(ReachTest, WhatStandsWithoutADateIsReached)
{
    const Reached found = one(plainServer("HTTP/1.1 400 Bad Request\r\n\r\n"));
    EXPECT_EQ(found.fault, ReachFault::None);
    EXPECT_FALSE(found.offset);
    EXPECT_FALSE(one(plainServer(""), milliseconds(200)).offset) << "it says nothing, and stands";
}

TEST_F(ReachTest, EachFaultIsOfItsOwnAddress)
{
    QTcpServer mute;
    ASSERT_TRUE(mute.listen(QHostAddress::LocalHost));
    QTcpServer gone;
    ASSERT_TRUE(gone.listen(QHostAddress::LocalHost));
    const std::string closed = "ws://127.0.0.1:" + std::to_string(gone.serverPort());
    gone.close();
    const std::string silent = "wss://127.0.0.1:" + std::to_string(mute.serverPort());
    const auto found = reach({"", closed, silent, "ws://no-such-host.invalid"}, milliseconds(1'000));
    ASSERT_EQ(found.size(), 4u);
    EXPECT_EQ(found[0].fault, ReachFault::Address);
    EXPECT_EQ(found[1].fault, ReachFault::Connection);
    EXPECT_EQ(found[1].url, closed);
    EXPECT_EQ(found[2].fault, ReachFault::Certificate);
    EXPECT_EQ(found[2].detail, "no answer in time");
    EXPECT_EQ(found[3].fault, ReachFault::Name);
}

}  // namespace
}  // namespace tickdeck::net
