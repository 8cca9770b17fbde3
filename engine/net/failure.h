// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Why a connection or request failed, told alike for sockets and REST.

#include <string>

#include <QAbstractSocket>
#include <QNetworkReply>

#include "engine/net/session.h"

namespace tickdeck::net {

struct Failure {
    SessionState state = SessionState::BackingOff;
    std::string reason;  // for people, English
};

[[nodiscard]] Failure hostNotFound(const QString& host);
// The venue answered a handshake with this HTTP status; `text` is what else is known.
[[nodiscard]] Failure refusedHandshake(int status, const std::string& text);
[[nodiscard]] Failure classify(QAbstractSocket::SocketError error, const QString& text, const QString& host);
[[nodiscard]] Failure classify(QNetworkReply::NetworkError error, const QString& text, const QString& host);

// "1.5 s"
[[nodiscard]] std::string inSeconds(Nanos wait);

}  // namespace tickdeck::net
