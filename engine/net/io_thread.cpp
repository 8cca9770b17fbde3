// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/io_thread.h"

#include <future>

#include <QEventLoop>
#include <QObject>
#include <QThread>

#include "engine/net/host_lookup.h"

namespace tickdeck::net {

struct IoThread::State {
    std::unique_ptr<QThread> thread;
    QEventLoop* loop = nullptr;  // on the thread's stack; also the receiver of what is posted
    std::unique_ptr<HostLookup> lookup;
};

IoThread::IoThread(const std::string& name) : m_state(std::make_unique<State>())
{
    std::promise<QEventLoop*> ready;
    m_state->thread.reset(QThread::create([&ready] {
        QEventLoop loop;
        ready.set_value(&loop);
        loop.exec();
    }));
    m_state->thread->setObjectName(QString::fromStdString(name));
    m_state->thread->start();
    m_state->loop = ready.get_future().get();
    m_state->lookup = std::make_unique<HostLookup>([this](std::function<void()> task) { post(std::move(task)); });
}

IoThread::~IoThread()
{
    m_state->lookup.reset();
    post([loop = m_state->loop] { loop->quit(); });
    m_state->thread->wait();
}

void IoThread::post(std::function<void()> task)
{
    QMetaObject::invokeMethod(m_state->loop, std::move(task), Qt::QueuedConnection);
}

void IoThread::run(const std::function<void()>& task)
{
    QMetaObject::invokeMethod(m_state->loop, task, isCurrent() ? Qt::DirectConnection : Qt::BlockingQueuedConnection);
}

bool IoThread::isCurrent() const { return QThread::currentThread() == m_state->thread.get(); }

QObject* IoThread::context() const { return m_state->loop; }

HostLookup& IoThread::hostLookup() const { return *m_state->lookup; }

}  // namespace tickdeck::net
