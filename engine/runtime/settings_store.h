// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of one data directory: in force, in the user's file, and as revisions in state.db; changed together.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/settings.h"
#include "engine/config/change.h"
#include "engine/ops/state_db.h"
#include "engine/runtime/settings.h"

namespace tickdeck::runtime {

// Any thread; one change at a time gets in. view() and settings() wait for nothing but a copy; all else may wait for the
// disk and, where an engine runs, for the components that restart.
class SettingsStore {
public:
    using SettingsRef = std::shared_ptr<const config::Settings>;
    // Of a running engine; each may be empty.
    struct Hooks {
        // What is wrong with them beside what the sections say.
        std::function<std::vector<config::ChangeFault>(const config::Settings& next)> check;
        // Whether the engine can take a change now; asked before anything is written.
        std::function<Result<>()> ready;
        // Carries it out. The keys are those that differ.
        std::function<void(const SettingsRef& next, const std::vector<std::string>& keys, std::int64_t revision)> apply;
    };
    struct Done {
        std::int64_t revision = 0;
        api::SettingsPlan plan;
        std::vector<std::string> what;  // a line for each difference; none: there is none
    };

    // `db` outlives it.
    SettingsStore(OpenedSettings opened, ops::StateDb& db, Hooks hooks);

    // Keeps the settings as a revision where they are not the newest one's.
    [[nodiscard]] Result<> begin();

    [[nodiscard]] SettingsRef settings() const;
    [[nodiscard]] std::shared_ptr<const api::SettingsView> view() const;

    // What the changes would do; nothing is changed. An error is one of reading the file; what is wrong with the changes is
    // in the plan.
    [[nodiscard]] Result<Done> plan(const std::vector<api::SettingChange>& changes);
    // All or none: writes the user's file, keeps a revision, applies. Invalid: a line a fault.
    [[nodiscard]] Result<Done> change(const std::vector<api::SettingChange>& changes, const std::string& who);
    // Newest first.
    [[nodiscard]] Result<std::vector<api::SettingsRevision>> history(std::size_t most);
    // Makes what the user's file says what it said in that revision, as a new one. NotFound.
    [[nodiscard]] Result<Done> rollBack(std::int64_t revision, const std::string& who, bool dryRun = false);

private:
    struct Planned {
        Done done;
        std::optional<std::string> before;  // the file
        std::string after;
        SettingsRef next;
        std::vector<std::string> keys;
    };
    [[nodiscard]] Result<Planned> planned(const std::vector<config::Change>& changes);
    [[nodiscard]] Result<Done> carryOut(Planned planned, const std::string& who, std::string what);
    void publish(SettingsRef settings, std::int64_t revision);
    [[nodiscard]] std::string revisionJson(const config::Settings& settings, std::string_view fileText) const;

    const config::SettingsInput m_input;
    const std::filesystem::path m_file;
    ops::StateDb* m_db;
    Hooks m_hooks;
    std::mutex m_changing;       // of a whole change
    mutable std::mutex m_mutex;  // of the two below
    SettingsRef m_settings;
    std::shared_ptr<const api::SettingsView> m_view;
};

}  // namespace tickdeck::runtime
