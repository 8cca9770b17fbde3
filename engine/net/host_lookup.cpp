// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/host_lookup.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QPointer>

namespace tickdeck::net {

namespace {

// So many names may fail to be answered before another has to wait.
constexpr int kThreads = 4;

}  // namespace

HostLookup::HostLookup(Post post) : m_post(std::move(post)) { m_pool.setMaxThreadCount(kThreads); }

void HostLookup::refresh(QObject* receiver, const QString& host, std::function<void(bool found)> done)
{
    QHostAddress address;
    const auto answer = [this, guard = QPointer<QObject>(receiver), done = std::move(done)](bool found) {
        m_post([guard, done, found] {
            if (guard)
                done(found);
        });
    };
    if (host == QLatin1String("localhost") || address.setAddress(host))
        answer(true);
    else
        m_pool.start([host, answer] { answer(QHostInfo::fromName(host).error() == QHostInfo::NoError); });
}

}  // namespace tickdeck::net
