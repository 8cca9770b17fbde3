// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/health.h"

#include <algorithm>

namespace tickdeck::ops {

void Component::set(State state, std::string reason)
{
    ComponentHealth now;
    State before{};
    {
        const std::lock_guard lock(m_mutex);
        before = m_value.state;
        const bool late = before == State::Stopped && state != State::Starting;
        if (late || (before == state && m_value.reason == reason))
            return;
        m_value.reason = std::move(reason);
        if (before == state)
            return;
        m_value.state = state;
        m_value.since = m_health->m_clock->now();
        now = m_value;
    }
    if (m_health->m_listener)
        m_health->m_listener(now, before);
}

ComponentHealth Component::get() const
{
    const std::lock_guard lock(m_mutex);
    return m_value;
}

State Component::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_value.state;
}

Component& Health::add(std::string_view name, ComponentKind kind)
{
    const std::lock_guard lock(m_mutex);
    for (Component& component : m_components) {
        const ComponentHealth existing = component.get();
        if (existing.name == name && existing.kind == kind)
            return component;
    }
    Component& component = m_components.emplace_back();
    component.m_health = this;
    component.m_value = {std::string(name), kind, State::Starting, {}, m_clock->now()};
    return component;
}

std::vector<ComponentHealth> Health::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<ComponentHealth> out;
    out.reserve(m_components.size());
    for (const Component& component : m_components)
        out.push_back(component.get());
    return out;
}

State Health::worst() const
{
    std::array<bool, kEnumNames<State>.size()> seen{};
    for (const ComponentHealth& component : snapshot())
        seen[static_cast<std::size_t>(component.state)] = true;
    for (const State state : {State::Failed, State::Degraded, State::Starting, State::Ok})
        if (seen[static_cast<std::size_t>(state)])
            return state;
    return State::Stopped;
}

bool Health::ready() const
{
    const std::vector<ComponentHealth> components = snapshot();
    const auto runs = [](const ComponentHealth& c) { return c.state == State::Ok || c.state == State::Degraded; };
    const auto isConnector = [](const ComponentHealth& c) { return c.kind == ComponentKind::Connector; };
    const auto isBackbone = [](const ComponentHealth& c) {
        return c.kind == ComponentKind::Journal || c.kind == ComponentKind::Router || c.kind == ComponentKind::Serve;
    };
    if (std::ranges::none_of(components, isBackbone))
        return false;
    return std::ranges::all_of(components, [&](const auto& c) { return !isBackbone(c) || runs(c); }) &&
           (std::ranges::none_of(components, isConnector) ||
            std::ranges::any_of(components, [&](const auto& c) { return isConnector(c) && runs(c); }));
}

}  // namespace tickdeck::ops
