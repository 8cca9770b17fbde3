// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/http_client.h"

#include <algorithm>
#include <unordered_set>

#include <QDateTime>
#include <QHostAddress>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrl>

#include "engine/net/failure.h"

namespace tickdeck::net {

namespace {

// A host that answered so recently is where it was.
constexpr Nanos kFresh = 10 * kSecond;
// How much of an answer Qt may keep before it is taken from it.
constexpr qint64 kReadAhead = 1 << 20;

bool isLoopback(const QString& host) { return host == QLatin1String("localhost") || QHostAddress(host).isLoopback(); }

std::optional<double> number(const QByteArray& text)
{
    bool ok = false;
    const double value = text.trimmed().toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<QDateTime> httpDate(std::string_view text)
{
    const QDateTime time = QLocale::c().toDateTime(QString::fromLatin1(text.data(), qsizetype(text.size())).trimmed(),
                                                   QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    if (!time.isValid())
        return {};
    return QDateTime(time.date(), time.time(), Qt::UTC);
}

std::string view(const QByteArray& bytes) { return bytes.toStdString(); }

}  // namespace

std::optional<Nanos> parseRetryAfter(std::string_view value, std::string_view date, Nanos now)
{
    if (value.empty())
        return {};
    bool ok = false;
    const QByteArray text = QByteArray(value.data(), qsizetype(value.size())).trimmed();
    constexpr qulonglong kMostSeconds = 366ull * 24 * 3600;
    if (const qulonglong seconds = text.toULongLong(&ok); ok)
        return static_cast<Nanos>(std::min(seconds, kMostSeconds)) * kSecond;
    const auto end = httpDate(value);
    if (!end)
        return {};
    const auto from = httpDate(date);
    const qint64 nowSeconds = from ? from->toSecsSinceEpoch() : now / kSecond;
    return std::clamp<Nanos>(end->toSecsSinceEpoch() - nowSeconds, 0, kMostSeconds) * kSecond;
}

// One GET, from the lookup to the last byte. Deletes itself at its end.
class HttpRequest final : public QObject {
public:
    using Done = std::function<void(HttpAnswer&&)>;
    struct Shared {
        Rest rest;
        HostLookup& lookup;
        Clock& clock;
        // Replaced after a failure: a connection that hangs would be given the next request, and the old address with it.
        std::shared_ptr<QNetworkAccessManager> manager{};
        std::unordered_set<HttpRequest*> running{};
        Nanos heard = kNoTime;  // steady; when the host last answered
    };

    HttpRequest(Shared& shared, QUrl url, Done done) : m_shared(shared), m_url(std::move(url)), m_done(std::move(done))
    {
        m_timeout.setSingleShot(true);
        connect(&m_timeout, &QTimer::timeout, this,
                [this] { end("no answer within " + std::to_string(m_shared.rest.timeout.count()) + " ms"); });
        m_timeout.start(m_shared.rest.timeout);
    }
    ~HttpRequest() override { drop(); }

    void start()
    {
        const QString scheme = m_url.scheme();
        if (!m_url.isValid() || (scheme != QLatin1String("https") && scheme != QLatin1String("http"))) {
            end("no address of HTTP: " + m_url.toString().toStdString());
        } else if (scheme == QLatin1String("http") && !isLoopback(m_url.host())) {
            end("without TLS only the loopback is asked");
        } else if (m_shared.heard != kNoTime && m_shared.clock.steady() - m_shared.heard < kFresh) {
            send();
        } else {
            m_shared.lookup.refresh(this, m_url.host(), [this](bool found) {
                if (m_ended)
                    return;
                if (found)
                    send();
                else
                    end(hostNotFound(m_url.host()).reason);
            });
        }
    }

private:
    void send()
    {
        QNetworkRequest request(m_url);
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setProtocol(QSsl::TlsV1_2OrLater);
        tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
        request.setSslConfiguration(tls);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::SameOriginRedirectPolicy);
        request.setMaximumRedirectsAllowed(2);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
        request.setRawHeader("User-Agent", "Tickdeck");
        request.setRawHeader("Accept", "application/json");
        if (!m_shared.manager)
            m_shared.manager = std::make_shared<QNetworkAccessManager>();
        m_manager = m_shared.manager;
        m_reply = m_manager->get(request);
        m_reply->setReadBufferSize(kReadAhead);
        connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] { onHeaders(); });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { read(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { onFinished(); });
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError>& errors) {
            if (!errors.isEmpty())
                m_tlsError = errors.front().errorString();
        });
    }

    void onHeaders()
    {
        m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QByteArray date = m_reply->rawHeader("Date");
        m_answer.retryAfter =
            parseRetryAfter(view(m_reply->rawHeader("Retry-After")), view(date), m_shared.clock.now());
        if (!m_shared.rest.usedWeightHeader.empty())
            m_answer.usedWeight = number(m_reply->rawHeader(QByteArray::fromStdString(m_shared.rest.usedWeightHeader)));
        const QVariant length = m_reply->header(QNetworkRequest::ContentLengthHeader);
        if (length.isValid() && length.toULongLong() > m_shared.rest.largestAnswer)
            tooLarge();
    }

    void read()
    {
        if (!m_reply)
            return;
        const QByteArray bytes = m_reply->readAll();
        if (m_answer.body.size() + static_cast<std::size_t>(bytes.size()) > m_shared.rest.largestAnswer)
            tooLarge();
        else
            m_answer.body.append(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }

    void tooLarge() { end("the answer is larger than " + std::to_string(m_shared.rest.largestAnswer) + " bytes"); }

    void onFinished()
    {
        read();
        if (!m_reply)
            return;
        // Qt calls each status of 400 and more an error, too; below that the answer is not whole.
        const QNetworkReply::NetworkError error = m_reply->error();
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (error == QNetworkReply::NoError || (status >= 400 && error >= QNetworkReply::ContentAccessDenied)) {
            m_answer.status = status;
            end({});
        } else {
            end(classify(error, m_tlsError.isEmpty() ? m_reply->errorString() : m_tlsError, m_url.host()).reason);
        }
    }

    void end(std::string error)
    {
        if (m_ended)
            return;
        m_ended = true;
        m_timeout.stop();
        if (error.empty()) {
            m_shared.heard = m_shared.clock.steady();
        } else {
            m_shared.heard = kNoTime;
            m_shared.manager.reset();
        }
        m_answer.error = std::move(error);
        drop();
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_shared.running.erase(this);
                const Done done = std::move(m_done);
                HttpAnswer answer = std::move(m_answer);
                deleteLater();
                done(std::move(answer));
            },
            Qt::QueuedConnection);
    }

    void drop()
    {
        if (!m_reply)
            return;
        QNetworkReply* reply = std::exchange(m_reply, nullptr);
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }

    Shared& m_shared;
    QUrl m_url;
    Done m_done;
    QTimer m_timeout;
    std::shared_ptr<QNetworkAccessManager> m_manager;  // the reply's
    QNetworkReply* m_reply = nullptr;
    QString m_tlsError;
    HttpAnswer m_answer;
    bool m_ended = false;
};

struct HttpClient::State {
    HttpRequest::Shared shared;
};

HttpClient::HttpClient(Rest rest, HostLookup& lookup, Clock& clock)
    : m_state(new State{{.rest = std::move(rest), .lookup = lookup, .clock = clock}})
{
}

HttpClient::~HttpClient() { abort(); }

void HttpClient::get(std::string_view path, std::function<void(HttpAnswer&&)> done)
{
    std::string address = m_state->shared.rest.url;
    while (address.ends_with('/'))
        address.pop_back();
    address += path;
    auto* request =
        new HttpRequest(m_state->shared, QUrl(QString::fromStdString(address), QUrl::StrictMode), std::move(done));
    m_state->shared.running.insert(request);
    request->start();
}

void HttpClient::distrust()
{
    m_state->shared.manager.reset();
    m_state->shared.heard = kNoTime;
}

void HttpClient::abort()
{
    for (HttpRequest* request : std::exchange(m_state->shared.running, {}))
        delete request;
}

}  // namespace tickdeck::net
