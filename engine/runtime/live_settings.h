// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What front ends ask of the settings, answered without letting them wait.

#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/runtime/settings_store.h"
#include "engine/runtime/worker.h"

namespace tickdeck::runtime {

// A thread `settings` on which changes are made one after the other. Any thread may call.
class LiveSettings {
public:
    explicit LiveSettings(SettingsStore& store) : m_store(&store) {}

    // Lets the change that is being made end; what is asked from here on is never answered.
    void stop() { m_worker.stop(); }

    [[nodiscard]] api::AnswerRef<api::SettingsPlan> plan(std::vector<api::SettingChange> changes);
    [[nodiscard]] api::AnswerRef<std::int64_t> change(std::vector<api::SettingChange> changes, std::string who);
    [[nodiscard]] api::AnswerRef<std::vector<api::SettingsRevision>> history();
    [[nodiscard]] api::AnswerRef<std::int64_t> rollBack(std::int64_t revision, std::string who);

private:
    SettingsStore* m_store;
    Worker m_worker{"settings"};
};

}  // namespace tickdeck::runtime
