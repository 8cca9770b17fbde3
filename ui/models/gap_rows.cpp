// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/gap_rows.h"

#include <algorithm>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

QString text(const std::string& utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

Cell cell(QString shown, Role tone = Role::Text, QVariant sort = {})
{
    return {.text = std::move(shown), .sort = std::move(sort), .tone = tone, .mark = Mark::None, .samples = {}};
}

bool isOpen(const api::Gap& gap) { return gap.to == kNoTime; }

}  // namespace

std::vector<Column> GapRows::columns()
{
    return {
        {tr("State"), {}, CellLook::Words, true, false},
        {tr("From UTC"), tr("Last instant known to be whole"), CellLook::Number, false, false},
        {tr("Length"), tr("Until it was whole again, or until now"), CellLook::Number, false, false},
        {tr("Venue"), {}, CellLook::Words, false, false},
        {tr("Channel"), {}, CellLook::Words, false, false},
        {tr("Symbol"), {}, CellLook::Words, false, false},
        {tr("What was missed"), tr("What the channel carries, and whether it came later"), CellLook::Words, false,
         false},
        {tr("Cause"), {}, CellLook::Words, false, false},
        {tr("To UTC"), tr("Whole again from then on"), CellLook::Number, false, false},
        {tr("Recovered by"), {}, CellLook::Words, false, false},
    };
}

QString GapRows::missed(const api::Gap& gap)
{
    QString what = tr("messages");
    for (std::size_t i = 0; i < kEventTypeCount; ++i)
        if (gap.channel == enumName(static_cast<EventType>(i)))
            what = words::eventType(static_cast<EventType>(i)).toLower();
    if (isOpen(gap))
        return tr("%1; still missing").arg(what);
    switch (gap.recovered) {
    case GapRecovery::None: return tr("%1; lost").arg(what);
    case GapRecovery::Snapshot: return tr("%1 between; the state is whole again").arg(what);
    case GapRecovery::Backfill: return tr("nothing: %1 were fetched later").arg(what);
    }
    return what;
}

std::vector<Row> GapRows::rows(const std::vector<api::Gap>& gaps, Nanos now)
{
    std::vector<const api::Gap*> sorted;
    sorted.reserve(gaps.size());
    for (const api::Gap& gap : gaps)
        sorted.push_back(&gap);
    std::ranges::stable_sort(sorted, [](const api::Gap* a, const api::Gap* b) {
        return isOpen(*a) != isOpen(*b) ? isOpen(*a) : a->from > b->from;
    });
    std::vector<Row> out;
    out.reserve(gaps.size());
    for (const api::Gap* each : sorted) {
        const api::Gap& gap = *each;
        const bool open = isOpen(gap);
        const Nanos length = std::max<Nanos>((open ? now : gap.to) - gap.from, 0);
        Row row{.key = text(gap.id), .tip = {}, .cells = {}};
        row.tip =
            tr("%1 %2 %3, gap %4: %5 from %6 to %7 UTC. Missed: %8.")
                .arg(text(gap.venue), text(gap.channel), gap.symbol.empty() ? tr("all symbols") : text(gap.symbol),
                     text(gap.id), words::gapCause(gap.cause), dateTimeText(gap.from),
                     open ? tr("now") : dateTimeText(gap.to), missed(gap));
        Cell state = cell(open ? tr("open") : tr("closed"), open ? Role::Bad : Role::Text, open ? 0 : 1);
        state.mark = open ? Mark::Failed : Mark::Stopped;
        row.cells = {
            std::move(state),
            cell(dateTimeText(gap.from), Role::Text, static_cast<double>(gap.from)),
            cell(ageText(length), open ? Role::Bad : Role::Text, static_cast<double>(length)),
            cell(text(gap.venue)),
            cell(text(gap.channel)),
            cell(gap.symbol.empty() ? tr("all") : text(gap.symbol), gap.symbol.empty() ? Role::Muted : Role::Text),
            cell(missed(gap)),
            cell(words::gapCause(gap.cause), Role::Muted),
            cell(open ? QStringLiteral("–") : secondsText(gap.to), Role::Muted, static_cast<double>(gap.to)),
            cell(words::gapRecovery(gap.recovered), Role::Muted)};
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace tickdeck::ui
