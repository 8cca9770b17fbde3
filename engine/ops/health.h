// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The state of every component of the engine, as /health, metrics, the supervisor and the window show it.

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/enum_names.h"
#include "engine/core/time.h"

namespace tickdeck::ops {

enum class ComponentKind : std::uint8_t { Connector, Pipeline, Sink, Router, Journal, Serve };
enum class State : std::uint8_t { Starting, Ok, Degraded, Failed, Stopped };

}  // namespace tickdeck::ops

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<ops::ComponentKind> = {"connector"sv, "pipeline"sv, "sink"sv,
                                                              "router"sv,    "journal"sv,  "serve"sv};
template <>
inline constexpr std::array kEnumNames<ops::State> = {"starting"sv, "ok"sv, "degraded"sv, "failed"sv, "stopped"sv};
}  // namespace tickdeck

namespace tickdeck::ops {

struct ComponentHealth {
    std::string name;
    ComponentKind kind{};
    State state = State::Starting;
    std::string reason;  // empty when ok
    Nanos since = 0;     // UTC, when this state began; a new reason alone does not change it
};

class Health;

// One component's state. Owned by Health, lives as long; any thread may call.
class Component {
public:
    // A stopped component leaves that state only through Starting: a late report of a thread that ends is ignored.
    void set(State state, std::string reason = {});
    [[nodiscard]] ComponentHealth get() const;
    [[nodiscard]] State state() const;

private:
    friend class Health;
    Health* m_health = nullptr;
    mutable std::mutex m_mutex;
    ComponentHealth m_value;
};

// The registry. Any thread may call; nothing here blocks for longer than a copy takes.
class Health {
public:
    // Told of each change of state, on the thread that caused it, with no lock of Health held.
    using Listener = std::function<void(const ComponentHealth& now, State before)>;

    explicit Health(Clock& clock, Listener listener = {}) : m_clock(&clock), m_listener(std::move(listener)) {}
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;

    // A component of this name and kind, in the state Starting; the one that exists already, as it is.
    Component& add(std::string_view name, ComponentKind kind);
    // In the order in which they were added.
    [[nodiscard]] std::vector<ComponentHealth> snapshot() const;
    // Failed, else Degraded, Starting, Ok; Stopped only when all are (or there are none).
    [[nodiscard]] State worst() const;
    // Journal, router and server run, and, where there are connectors, at least one does.
    [[nodiscard]] bool ready() const;

private:
    friend class Component;
    Clock* m_clock;
    Listener m_listener;
    mutable std::mutex m_mutex;
    std::deque<Component> m_components;  // addresses hold
};

}  // namespace tickdeck::ops
