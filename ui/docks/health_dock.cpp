// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/health_dock.h"

#include <map>
#include <string>

namespace tickdeck::ui {

HealthDock::HealthDock(const Theme& theme, EngineClient& client)
    : OverviewDock(QStringLiteral("health"), tr("Health"), theme, client, HealthRows::streamColumns())
{
    table().setWidths({76, 104, 104, 152, 72, 56, 84, 76, 96, 96, 108, 108});
    table().sortBy(2, Qt::AscendingOrder);
    table().setNotice({Mark::Starting, tr("No stream has started yet."),
                       tr("Streams appear as soon as the first connector runs; the log tells what it does.")});
    connect(&client, &EngineClient::overviewChanged, this, [this] { m_rates.add(this->client().overview()); });
}

std::vector<Row> HealthDock::rows()
{
    summarise();
    return HealthRows::streams(client().overview(), client().now(), m_rates);
}

// One word a venue: how many of its streams are well.
void HealthDock::summarise()
{
    struct Count {
        int all = 0;
        int well = 0;
    };
    std::map<std::string, Count> venues;
    api::State worst = api::State::Ok;
    for (const api::Stream& stream : client().overview().streams) {
        Count& venue = venues[stream.venue];
        ++venue.all;
        venue.well += stream.state == api::State::Ok ? 1 : 0;
        if (api::severity(stream.state) > api::severity(worst))
            worst = stream.state;
    }
    QStringList words;
    for (const auto& [venue, count] : venues)
        words << tr("%1 %2 of %3 ok").arg(QString::fromStdString(venue)).arg(count.well).arg(count.all);
    setSubtitle(words.join(QStringLiteral(" · ")));
    setQuality(venues.empty() ? Mark::Starting : markOf(worst), tr("The worst state of all streams"));
}

std::vector<Step> HealthDock::steps(const QString& key)
{
    const QString venue = key.section(QLatin1Char('/'), 0, 0);
    const QString channel = key.section(QLatin1Char('/'), 1);
    return {
        stepTo(tr("&Gaps of %1 %2").arg(venue, channel), QStringLiteral("gaps"), venue + QLatin1Char(' ') + channel),
        stepTo(tr("&Log of %1").arg(venue), QStringLiteral("log"), venue),
        stepTo(tr("&Settings of %1").arg(venue), QStringLiteral("settings"), QStringLiteral("connectors.") + venue),
        stepTo(tr("&Dead letters of %1").arg(venue), QStringLiteral("dead_letters"), venue)};
}

}  // namespace tickdeck::ui
