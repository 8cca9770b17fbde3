// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alert_rows.h"

#include <algorithm>

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

Cell cell(QString shown, Role tone = Role::Text, Mark mark = Mark::None, QVariant sort = {})
{
    return {.text = std::move(shown), .sort = std::move(sort), .tone = tone, .mark = mark, .samples = {}};
}

}  // namespace

std::vector<Column> AlertRows::columns()
{
    return {{tr("State"), tr("Sorts by the worst"), CellLook::Words, false, false},
            {tr("Alert"), {}, CellLook::Words, false, false},
            {tr("Raised UTC"), tr("When it was raised last"), CellLook::Number, false, false},
            {tr("Length"), tr("How long it has held, or held"), CellLook::Number, false, false},
            {tr("Times"), tr("How often it was raised"), CellLook::Number, false, false},
            {tr("Details"), {}, CellLook::Words, false, false}};
}

std::vector<Row> AlertRows::rows(const std::vector<Alert>& alerts, Nanos now)
{
    std::vector<Row> out;
    out.reserve(alerts.size());
    for (const Alert& alert : alerts) {
        const bool silenced = alert.silencedUntil != kNoTime && alert.silencedUntil > now;
        const bool quiet = !alert.holds() || alert.acked || silenced;
        Cell state;
        if (!alert.holds())
            state = cell(tr("cleared"), Role::Muted, Mark::Ok, 4);
        else if (silenced)
            state = cell(tr("silenced"), Role::Muted, Mark::Stopped, 3);
        else if (alert.acked)
            state = cell(tr("seen"), Role::Muted, Mark::Stopped, 2);
        else if (alert.severe)
            state = cell(tr("bad"), Role::Bad, Mark::Failed, 0);
        else
            state = cell(tr("warning"), Role::Warn, Mark::Degraded, 1);
        const Nanos length = std::max<Nanos>((alert.holds() ? now : alert.cleared) - alert.raised, 0);
        Row row{.key = alert.key, .tip = tr("%1, %2").arg(alert.title, alert.detail), .cells = {}};
        if (silenced)
            row.tip += tr(". Silenced until %1 UTC").arg(secondsText(alert.silencedUntil));
        row.cells = {std::move(state),
                     cell(alert.title, quiet ? Role::Muted : Role::Text),
                     cell(secondsText(alert.raised), Role::Muted, Mark::None, static_cast<double>(alert.raised)),
                     cell(ageText(length), quiet ? Role::Muted : Role::Text, Mark::None, static_cast<double>(length)),
                     cell(countText(alert.count), alert.count > 1 ? Role::Warn : Role::Muted, Mark::None,
                          static_cast<qulonglong>(alert.count)),
                     cell(alert.detail, Role::Muted)};
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace tickdeck::ui
