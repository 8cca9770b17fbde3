// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The engine's settings: looked at, searched, changed, taken back.

#include "ui/client/engine_client.h"
#include "ui/widgets/dock.h"

namespace tickdeck::ui {

class SettingsView;

class SettingsDock final : public Dock {
    Q_OBJECT
public:
    SettingsDock(const Theme& theme, EngineClient& client);

    [[nodiscard]] SettingsView& view() { return *m_view; }
    [[nodiscard]] bool hasFilter() const override { return true; }
    void openFilter() override;
    bool closeFilter() override;
    void showOnly(const QString& what) override;

private:
    SettingsView* m_view;
};

}  // namespace tickdeck::ui
