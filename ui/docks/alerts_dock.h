// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The alert centre: what needs someone, since when, and the way to it.

#include "ui/client/alerts.h"
#include "ui/docks/overview_dock.h"

namespace tickdeck::ui {

class AlertsDock final : public OverviewDock {
    Q_OBJECT
public:
    AlertsDock(const Theme& theme, EngineClient& client, AlertCentre& alerts);

    // Of the selected ones, or of the current one.
    void acknowledge();
    void silence();

private:
    std::vector<Row> rows() override;
    std::vector<Step> steps(const QString& key) override;
    [[nodiscard]] QStringList selectedKeys();

    AlertCentre& m_alerts;
};

}  // namespace tickdeck::ui
