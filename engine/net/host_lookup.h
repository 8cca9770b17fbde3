// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Looks a host's address up anew, past the copy that Qt keeps for a minute.

#include <functional>
#include <memory>

#include <QThreadPool>

class QObject;
class QString;

namespace tickdeck::net {

// A venue that moves to another address must be found there at the next attempt. Sockets take a host's address from Qt's
// cache, whose entries live for 60 s; asking the system (which blocks, so on a thread of the pool) replaces the entry. Who
// asks while a host is being looked up gets that answer, so that a system that hangs is asked for each host once at a time.
// Owned by an IoThread; its end waits for lookups that are under way, and for no others.
class HostLookup {
public:
    using Post = std::function<void(std::function<void()>)>;
    // `post` runs a task in the thread in which refresh() is called.
    explicit HostLookup(Post post);
    ~HostLookup();
    HostLookup(const HostLookup&) = delete;
    HostLookup& operator=(const HostLookup&) = delete;

    // Calls done(found) in this thread, never before this has returned, once the system has answered, unless `receiver`
    // is gone by then. An address and localhost need no asking.
    void refresh(QObject* receiver, const QString& host, std::function<void(bool found)> done);

private:
    struct Pending;

    Post m_post;
    std::shared_ptr<Pending> m_pending;  // touched in the thread of refresh() alone
    QThreadPool m_pool;                  // last: its end waits for what uses the rest
};

}  // namespace tickdeck::net
