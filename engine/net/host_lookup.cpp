// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/host_lookup.h"

#include <map>
#include <vector>

#include <QHostAddress>
#include <QHostInfo>
#include <QPointer>

namespace tickdeck::net {

namespace {

// So many names may fail to be answered before another has to wait.
constexpr int kThreads = 4;

}  // namespace

struct HostLookup::Pending {
    struct Asker {
        QPointer<QObject> receiver;
        std::function<void(bool found)> done;

        void tell(bool found) const
        {
            if (receiver)
                done(found);
        }
    };

    std::map<QString, std::vector<Asker>> hosts;  // that are being looked up
};

HostLookup::HostLookup(Post post) : m_post(std::move(post)), m_pending(std::make_shared<Pending>())
{
    m_pool.setMaxThreadCount(kThreads);
}

HostLookup::~HostLookup() { m_pool.clear(); }

void HostLookup::refresh(QObject* receiver, const QString& host, std::function<void(bool found)> done)
{
    Pending::Asker asker{receiver, std::move(done)};
    QHostAddress address;
    if (host == QLatin1String("localhost") || address.setAddress(host)) {
        m_post([asker = std::move(asker)] { asker.tell(true); });
        return;
    }
    const auto [at, first] = m_pending->hosts.try_emplace(host);
    std::erase_if(at->second, [](const Pending::Asker& waiting) { return !waiting.receiver; });
    at->second.push_back(std::move(asker));
    if (!first)
        return;
    m_pool.start([this, host, pending = m_pending] {
        const bool found = QHostInfo::fromName(host).error() == QHostInfo::NoError;
        m_post([host, found, pending] {
            // Who is told may ask again.
            const auto askers = pending->hosts.extract(host);
            for (const Pending::Asker& told : askers.mapped())
                told.tell(found);
        });
    });
}

}  // namespace tickdeck::net
