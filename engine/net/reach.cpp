// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/reach.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <QDateTime>
#include <QEventLoop>
#include <QLocale>
#include <QSslConfiguration>
#include <QSslError>
#include <QSslSocket>
#include <QTimer>
#include <QUrl>

namespace tickdeck::net {

namespace {

constexpr qsizetype kMostHead = 16 * 1024;  // bytes of an answer that are looked at

class Attempt {
public:
    Attempt(const std::string& url, std::function<void()> ended)
        : m_url(QString::fromStdString(url)), m_ended(std::move(ended))
    {
        m_found.url = url;
    }

    void start()
    {
        const bool tls = m_url.scheme() == u"wss" || m_url.scheme() == u"https";
        if (!m_url.isValid() || m_url.host().isEmpty()) {
            fault(ReachFault::Address, "is no address");
            return;
        }
        const auto port = static_cast<quint16>(m_url.port(tls ? 443 : 80));
        QObject::connect(&m_socket, &QSslSocket::hostFound, &m_socket, [this] { m_stage = ReachFault::Connection; });
        QObject::connect(&m_socket, &QSslSocket::sslErrors, &m_socket, [this](const QList<QSslError>& errors) {
            if (!errors.isEmpty())
                m_tlsError = errors.front().errorString().toStdString();
        });
        QObject::connect(&m_socket, &QSslSocket::errorOccurred, &m_socket, [this] { failed(); });
        QObject::connect(&m_socket, &QSslSocket::readyRead, &m_socket, [this] { read(); });
        m_began = std::chrono::steady_clock::now();
        if (tls) {
            QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
            configuration.setProtocol(QSsl::TlsV1_2OrLater);
            m_socket.setSslConfiguration(configuration);
            QObject::connect(&m_socket, &QSslSocket::connected, &m_socket,
                             [this] { m_stage = ReachFault::Certificate; });
            QObject::connect(&m_socket, &QSslSocket::encrypted, &m_socket, [this] { stands(true); });
            m_socket.connectToHostEncrypted(m_url.host(), port);
        } else {
            QObject::connect(&m_socket, &QSslSocket::connected, &m_socket, [this] { stands(false); });
            m_socket.connectToHost(m_url.host(), port);
        }
    }

    // The time is over; whether the system still looks up its name.
    bool end()
    {
        if (!m_done && m_stage != ReachFault::None)
            fault(m_stage, "no answer in time");
        m_done = true;
        m_socket.abort();
        return m_found.fault == ReachFault::Name && m_found.detail == "no answer in time";
    }
    [[nodiscard]] bool done() const { return m_done; }
    [[nodiscard]] const Reached& found() const { return m_found; }

private:
    void fault(ReachFault at, std::string detail)
    {
        m_found.fault = at;
        m_found.detail = std::move(detail);
        finish();
    }
    void finish()
    {
        if (!std::exchange(m_done, true))
            m_ended();
    }
    void failed()
    {
        if (m_done)
            return;
        if (m_stage == ReachFault::None) {
            finish();  // it stood; without a Date
            return;
        }
        fault(m_stage, m_tlsError.empty() ? m_socket.errorString().toStdString() : m_tlsError);
    }
    void stands(bool encrypted)
    {
        m_stage = ReachFault::None;
        m_found.took = toNanos(std::chrono::steady_clock::now() - m_began);
        m_found.encrypted = encrypted;
        m_asked = std::chrono::system_clock::now();
        m_socket.write("HEAD / HTTP/1.1\r\nHost: " + m_url.host().toUtf8() +
                       "\r\nUser-Agent: tickdeck\r\nConnection: close\r\n\r\n");
    }
    void read()
    {
        m_head += m_socket.read(kMostHead - m_head.size());
        const qsizetype at = m_head.toLower().indexOf("\r\ndate:");
        const qsizetype end = at < 0 ? -1 : m_head.indexOf("\r\n", at + 7);
        if (end >= 0) {
            const QString text = QString::fromLatin1(m_head.mid(at + 7, end - at - 7)).trimmed();
            QDateTime date = QLocale::c().toDateTime(text.left(25), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss"));
            if (date.isValid()) {
                date.setTimeSpec(Qt::UTC);
                // It was cut to the second, and spoken somewhere between the question and the answer.
                const auto asked = m_asked + (std::chrono::system_clock::now() - m_asked) / 2;
                m_found.offset = date.toMSecsSinceEpoch() * kMillisecond + kSecond / 2 -
                                 std::chrono::nanoseconds(asked.time_since_epoch()).count();
            }
        }
        if (end >= 0 || m_head.contains("\r\n\r\n") || m_head.size() >= kMostHead)
            finish();
    }

    QUrl m_url;
    std::function<void()> m_ended;
    Reached m_found;
    ReachFault m_stage = ReachFault::Name;
    bool m_done = false;
    std::string m_tlsError;
    std::chrono::steady_clock::time_point m_began;
    std::chrono::system_clock::time_point m_asked;
    QByteArray m_head;
    QSslSocket m_socket;  // last: ends first
};

}  // namespace

std::vector<Reached> reach(const std::vector<std::string>& urls, std::chrono::milliseconds limit, bool* hanging)
{
    QEventLoop loop;
    std::vector<std::unique_ptr<Attempt>> attempts;
    const auto allDone = [&] {
        return std::ranges::all_of(attempts, [](const auto& attempt) { return attempt->done(); });
    };
    for (const std::string& url : urls)
        attempts.push_back(std::make_unique<Attempt>(url, [&loop, &allDone] {
            if (allDone())
                loop.quit();
        }));
    for (const auto& attempt : attempts)
        attempt->start();
    if (!allDone()) {
        QTimer::singleShot(limit, &loop, &QEventLoop::quit);
        loop.exec();
    }
    std::vector<Reached> out;
    bool looksUp = false;
    for (const auto& attempt : attempts) {
        looksUp = attempt->end() || looksUp;
        out.push_back(attempt->found());
    }
    if (hanging)
        *hanging = looksUp;
    return out;
}

}  // namespace tickdeck::net
