// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Looks a host's address up anew, past the copy that Qt keeps for a minute.

#include <functional>

#include <QThreadPool>

class QObject;
class QString;

namespace tickdeck::net {

// A venue that moves to another address must be found there at the next attempt. Sockets take a host's address from Qt's
// cache, whose entries live for 60 s; asking the system (which blocks, so on a thread of the pool) replaces the entry.
// Owned by an IoThread; its end waits for lookups that are under way.
class HostLookup {
public:
    using Post = std::function<void(std::function<void()>)>;
    // `post` runs a task in the thread in which refresh() is called.
    explicit HostLookup(Post post);

    // Calls done(found) in this thread, never before this has returned, once the system has answered, unless `receiver`
    // is gone by then. An address and localhost need no asking.
    void refresh(QObject* receiver, const QString& host, std::function<void(bool found)> done);

private:
    Post m_post;
    QThreadPool m_pool;  // last: its end waits for what uses the rest
};

}  // namespace tickdeck::net
