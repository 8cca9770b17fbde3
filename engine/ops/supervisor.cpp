// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/supervisor.h"

#include <algorithm>
#include <utility>

namespace tickdeck::ops {

void Supervisor::watch(Component& component, Act restart, Act giveUp)
{
    Counter count = m_metrics->counter("tickdeck_component_restarts_total", "Restarts of failed components",
                                       {{"component", component.get().name}});
    const std::scoped_lock lock(m_mutex);
    m_watched.push_back({&component, std::move(restart), std::move(giveUp), {}, kNoTime, false, false, false, count});
}

Result<> Supervisor::restart(std::string_view name)
{
    const std::scoped_lock lock(m_mutex);
    std::string known;
    for (Watched& watched : m_watched) {
        const std::string own = watched.component->get().name;
        if (own == name) {
            if (watched.component->state() == State::Stopped)
                return fail(ErrorCode::Refused, own + " is stopped: it is switched off, or is being changed");
            watched.wanted = true;
            return {};
        }
        known += (known.empty() ? "" : ", ") + own;
    }
    return fail(ErrorCode::NotFound, "there is no component " + std::string(name) + "; there are: " + known);
}

void Supervisor::poll()
{
    const Nanos now = m_clock->steady();
    for (Watched& watched : m_watched) {
        const bool byHand = [&] {
            const std::scoped_lock lock(m_mutex);
            return std::exchange(watched.wanted, false);
        }();
        if (byHand) {
            if (run(watched, now)) {
                m_log->info(watched.component->get().name, "component.restart", "restarted by hand");
                watched.restarts.clear();
                watched.spent = false;
            } else {
                const std::scoped_lock lock(m_mutex);
                watched.wanted = true;
            }
        } else if (watched.component->state() != State::Failed) {
            watched.due = kNoTime;
            watched.spent = false;
            watched.stopPending = false;
        } else if (watched.stopPending) {
            watched.stopPending = !watched.giveUp();
        } else if (watched.due == kNoTime && !watched.spent) {
            schedule(watched, now);
        } else if (watched.due != kNoTime && now >= watched.due) {
            static_cast<void>(run(watched, now));
        }
    }
}

void Supervisor::schedule(Watched& watched, Nanos now)
{
    while (!watched.restarts.empty() && now - watched.restarts.front() >= toNanos(m_policy.window))
        watched.restarts.pop_front();
    const ComponentHealth health = watched.component->get();
    if (watched.restarts.size() >= static_cast<std::size_t>(m_policy.restarts)) {
        watched.spent = true;
        watched.component->set(State::Failed,
                               health.reason + " (not restarted any more: " + std::to_string(m_policy.restarts) +
                                   " restarts within " + std::to_string(m_policy.window.count()) + " s did not help)");
        m_log->error(health.name, "component.given_up", "failed again and is not restarted any more",
                     {{"reason", health.reason}, {"restarts", watched.restarts.size()}});
        if (watched.giveUp)
            watched.stopPending = !watched.giveUp();
        return;
    }
    Nanos delay = toNanos(m_policy.firstDelay);
    for (std::size_t i = 0; i < watched.restarts.size() && delay < toNanos(m_policy.longestDelay); ++i)
        delay *= 2;
    delay = std::min(delay, toNanos(m_policy.longestDelay));
    m_chance = m_chance * 6364136223846793005u + 1442695040888963407u;
    delay -= static_cast<Nanos>(static_cast<double>(delay) / 4 * (static_cast<double>(m_chance >> 40) / (1 << 24)));
    watched.due = now + delay;
    m_log->warning(health.name, "component.failed", "failed and will be restarted",
                   {{"reason", health.reason}, {"delay_seconds", static_cast<double>(delay) / kSecond}});
}

bool Supervisor::run(Watched& watched, Nanos now)
{
    if (!watched.restart())
        return false;
    watched.due = kNoTime;
    watched.stopPending = false;
    watched.restarts.push_back(now);
    watched.count.add();
    return true;
}

}  // namespace tickdeck::ops
