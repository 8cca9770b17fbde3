// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The settings of the fake engine: checked by the real rules, applied whole or not at all, kept as revisions.

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "engine/api/jobs.h"
#include "engine/api/settings.h"

namespace tickdeck::ui {

class FakeSettings {
public:
    explicit FakeSettings(Nanos now);

    [[nodiscard]] std::shared_ptr<const api::SettingsView> view() const { return m_view; }
    [[nodiscard]] api::SettingsPlan plan(const std::vector<api::SettingChange>& changes) const;
    [[nodiscard]] Result<std::int64_t> change(const std::vector<api::SettingChange>& changes, const std::string& who,
                                              Nanos now);
    [[nodiscard]] const std::vector<api::SettingsRevision>& history() const { return m_history; }
    [[nodiscard]] Result<std::int64_t> rollBack(std::int64_t revision, const std::string& who, Nanos now);

private:
    using File = std::map<std::string, config::Value>;
    void publish();
    [[nodiscard]] const api::Setting* find(const std::string& key) const;
    std::int64_t keep(const std::string& who, const std::string& what, Nanos now);

    api::SettingsView m_base;  // as without the user's file
    File m_file;
    std::map<std::int64_t, File> m_files;  // by revision
    std::vector<api::SettingsRevision> m_history;
    std::shared_ptr<const api::SettingsView> m_view;
};

}  // namespace tickdeck::ui
