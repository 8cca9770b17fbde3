// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/settings_dock.h"

#include "ui/settings/settings_view.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

SettingsDock::SettingsDock(const Theme& theme, EngineClient& client)
    : Dock(QStringLiteral("settings"), tr("Settings"), theme), m_view(new SettingsView(theme, client))
{
    setBody(m_view);
    setCopied(&m_view->table());
    setNeverFrozen();
}

void SettingsDock::openFilter() { m_view->focusSearch(); }

bool SettingsDock::closeFilter() { return m_view->clearSearch(); }

void SettingsDock::showOnly(const QString& what) { m_view->showOnly(what); }

}  // namespace tickdeck::ui
