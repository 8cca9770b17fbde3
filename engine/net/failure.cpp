// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/failure.h"

namespace tickdeck::net {

Failure hostNotFound(const QString& host)
{
    return {SessionState::NoNetwork, "no network: the host " + host.toStdString() + " was not found"};
}

Failure refusedHandshake(int status, const std::string& text)
{
    const std::string code = std::to_string(status);
    switch (status) {
    case 401:
    case 403: return {SessionState::Refused, "the venue refuses this connection (HTTP " + code + ")"};
    case 451: return {SessionState::Refused, "the venue does not serve this place (HTTP 451)"};
    case 418:
    case 429: return {SessionState::RateLimited, "too many attempts to connect (HTTP " + code + ")"};
    case 503: return {SessionState::RateLimited, "the venue is not available (HTTP 503)"};
    default: return {SessionState::BackingOff, "the venue did not open the connection: " + text};
    }
}

Failure classify(QAbstractSocket::SocketError error, const QString& text, const QString& host)
{
    switch (error) {
    case QAbstractSocket::HostNotFoundError: return hostNotFound(host);
    case QAbstractSocket::NetworkError: return {SessionState::NoNetwork, "no network: " + text.toStdString()};
    case QAbstractSocket::SslHandshakeFailedError:
        return {SessionState::BackingOff, "the venue's certificate or TLS handshake failed: " + text.toStdString()};
    case QAbstractSocket::ConnectionRefusedError:
        return {SessionState::BackingOff, "nothing accepts connections at " + host.toStdString()};
    default: return {SessionState::BackingOff, text.toStdString()};
    }
}

Failure classify(QNetworkReply::NetworkError error, const QString& text, const QString& host)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError: return classify(QAbstractSocket::HostNotFoundError, text, host);
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError: return classify(QAbstractSocket::NetworkError, text, host);
    case QNetworkReply::SslHandshakeFailedError: return classify(QAbstractSocket::SslHandshakeFailedError, text, host);
    case QNetworkReply::ConnectionRefusedError: return classify(QAbstractSocket::ConnectionRefusedError, text, host);
    case QNetworkReply::RemoteHostClosedError:
        return {SessionState::BackingOff, "the connection was closed before the answer was whole"};
    default: return {SessionState::BackingOff, text.toStdString()};
    }
}

std::string inSeconds(Nanos wait)
{
    return std::to_string((wait + kSecond / 20) / kSecond) + "." +
           std::to_string((wait + kSecond / 20) / (kSecond / 10) % 10) + " s";
}

}  // namespace tickdeck::net
