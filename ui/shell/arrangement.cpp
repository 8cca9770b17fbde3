// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/arrangement.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace tickdeck::ui {

namespace {

constexpr qsizetype kMostBytes = 1 << 20;
constexpr qsizetype kMostDocks = 200;

QString checkOf(const QByteArray& state, const QJsonArray& docks)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(state);
    hash.addData(QJsonDocument(docks).toJson(QJsonDocument::Compact));
    return QString::fromLatin1(hash.result().toHex());
}

}  // namespace

QByteArray pack(const Arrangement& arrangement)
{
    QJsonArray docks;
    for (const Arrangement::Kept& kept : arrangement.docks)
        docks.append(QJsonObject{{QStringLiteral("id"), kept.id}, {QStringLiteral("look"), kept.look}});
    return QJsonDocument(QJsonObject{{QStringLiteral("state"), QString::fromLatin1(arrangement.state.toBase64())},
                                     {QStringLiteral("docks"), docks},
                                     {QStringLiteral("check"), checkOf(arrangement.state, docks)}})
        .toJson(QJsonDocument::Compact);
}

std::optional<Arrangement> unpack(const QByteArray& packed)
{
    if (packed.isEmpty() || packed.size() > kMostBytes)
        return {};
    const QJsonObject whole = QJsonDocument::fromJson(packed).object();
    const QJsonArray docks = whole[QStringLiteral("docks")].toArray();
    Arrangement out;
    out.state = QByteArray::fromBase64(whole[QStringLiteral("state")].toString().toLatin1());
    if (docks.size() > kMostDocks || whole[QStringLiteral("check")].toString() != checkOf(out.state, docks))
        return {};
    for (const auto each : docks)
        out.docks.push_back(
            {each.toObject()[QStringLiteral("id")].toString(), each.toObject()[QStringLiteral("look")].toObject()});
    return out;
}

}  // namespace tickdeck::ui
