// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/requests.h"

#include <deque>
#include <map>

#include <QString>
#include <QTimer>
#include <simdjson.h>

#include "engine/net/timer.h"

namespace tickdeck::net {

bool isJson(std::string_view bytes)
{
    if (bytes.starts_with("\xef\xbb\xbf"))  // a byte order mark would not be JSON inside the control's payload
        return false;
    simdjson::dom::parser parser;
    return parser.parse(bytes.data(), bytes.size(), true).error() == simdjson::SUCCESS;
}

std::string excerpt(std::string_view bytes)
{
    constexpr qsizetype kCharacters = 160;
    constexpr std::size_t kLooked = 1024;
    QString text = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(std::min(bytes.size(), kLooked)));
    for (QChar& c : text)
        if (!c.isPrint())
            c = QLatin1Char(' ');
    text = text.simplified();
    bool cut = bytes.size() > kLooked;
    QByteArray out = text.left(kCharacters).toUtf8();
    cut |= text.size() > kCharacters;
    while (out.size() > 197)
        out = QString::fromUtf8(out).chopped(1).toUtf8();
    return out.toStdString() + (cut ? "…" : "");
}

struct Requests::State {
    struct Request {
        std::string path;
        double weight;
    };

    State(const Rest& rest, RequestOptions options_, HostLookup& lookup, RateBudget& budget_, Clock& clock,
          RequestHandlers handlers_)
        : options(options_), budget(budget_), handlers(std::move(handlers_)), client(rest, lookup, clock)
    {
        timer.setSingleShot(true);
        timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&timer, &QTimer::timeout, &timer, [this] { pump(); });
    }

    void add(Request request)
    {
        if (stopped)
            return;
        if (waiting.size() >= options.mostWaiting) {
            fail(request.path, 0, std::to_string(waiting.size()) + " requests wait already");
            return;
        }
        waiting.push_back(std::move(request));
        pump();
    }

    void pump()
    {
        timer.stop();
        while (!held && !waiting.empty() && underWay.size() < options.mostInFlight) {
            if (const Nanos wait = budget.requestWait(waiting.front().weight); wait > 0) {
                timer.start(toTimer(wait));
                break;
            }
            const std::uint64_t id = ++lastId;
            Request request = std::move(waiting.front());
            waiting.pop_front();
            counters.weight += request.weight;
            const std::string path = request.path;
            underWay.emplace(id, std::move(request));
            client.get(path, [this, id](HttpAnswer&& answer) { onAnswer(id, answer); });
        }
        budget.setWaiting(waiting.size());
    }

    void onAnswer(std::uint64_t id, const HttpAnswer& answer)
    {
        const auto found = underWay.find(id);
        const std::string path = std::move(found->second.path);
        underWay.erase(found);
        if (answer.usedWeight)
            budget.counted(*answer.usedWeight);
        if (!answer.error.empty()) {
            fail(path, 0, answer.error);
        } else if (answer.status < 200 || answer.status > 299) {
            static_cast<void>(budget.refused(answer.status, answer.retryAfter));
            fail(path, answer.status, "HTTP " + std::to_string(answer.status) + ": " + excerpt(answer.body));
        } else if (!isJson(answer.body)) {
            fail(path, answer.status, "the answer is not JSON: " + excerpt(answer.body));
        } else {
            budget.answered();
            ++counters.answered;
            handlers.answered(path, answer.status, answer.body);
        }
        pump();
    }

    void fail(const std::string& path, int status, const std::string& error)
    {
        ++counters.failed;
        handlers.failed(path, status, error);
    }

    void failAll(std::string_view reason)
    {
        timer.stop();
        client.abort();
        auto sent = std::exchange(underWay, {});
        auto queued = std::exchange(waiting, {});
        budget.setWaiting(0);
        for (const auto& [id, request] : sent)
            fail(request.path, 0, std::string(reason));
        for (const Request& request : queued)
            fail(request.path, 0, std::string(reason));
    }

    RequestOptions options;
    RateBudget& budget;
    RequestHandlers handlers;
    HttpClient client;
    QTimer timer;
    std::deque<Request> waiting;
    std::map<std::uint64_t, Request> underWay;  // by when it was sent
    std::uint64_t lastId = 0;
    RequestCounters counters;
    bool held = false;
    bool stopped = false;
};

Requests::Requests(const Rest& rest, RequestOptions options, HostLookup& lookup, RateBudget& budget, Clock& clock,
                   RequestHandlers handlers)
    : m_state(std::make_unique<State>(rest, options, lookup, budget, clock, std::move(handlers)))
{
}

Requests::~Requests() = default;

void Requests::add(std::string path, double weight) { m_state->add({std::move(path), weight}); }

void Requests::failAll(std::string_view reason) { m_state->failAll(reason); }

void Requests::distrust() { m_state->client.distrust(); }

void Requests::hold(bool on)
{
    if (std::exchange(m_state->held, on) && !on)
        m_state->pump();
}

void Requests::stop()
{
    m_state->stopped = true;
    m_state->timer.stop();
    m_state->client.abort();
    m_state->waiting.clear();
    m_state->underWay.clear();
    m_state->budget.setWaiting(0);
}

RequestCounters Requests::counters() const noexcept { return m_state->counters; }

}  // namespace tickdeck::net
