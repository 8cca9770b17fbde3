// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/gaps_dock.h"

#include <QComboBox>

#include <algorithm>
#include <array>
#include <string_view>

#include "ui/client/words.h"
#include "ui/models/gap_rows.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

constexpr Nanos kHour = 3600 * kSecond;
constexpr std::string_view kOwnVenue = "tickdeck";
constexpr std::array kReaches{kHour, 24 * kHour, 7 * 24 * kHour, Nanos{0}};  // 0: all

}  // namespace

GapsDock::GapsDock(const Theme& theme, EngineClient& client)
    : OverviewDock(QStringLiteral("gaps"), tr("Gaps"), theme, client, GapRows::columns()), m_range(new QComboBox)
{
    table().setWidths({76, 156, 68, 68, 72, 92, 208, 100, 76});
    m_range->addItems({tr("last hour"), tr("last 24 hours"), tr("last 7 days"), tr("all that is kept")});
    m_range->setAccessibleName(tr("Range of the gap ledger"));
    m_range->setCurrentIndex(1);
    addControl(m_range);
    connect(m_range, &QComboBox::currentIndexChanged, this, [this] {
        m_wanted = true;
        m_known = false;
        m_answer.reset();
    });
}

void GapsDock::setRange(int range) { m_range->setCurrentIndex(range); }

Nanos GapsDock::reach() const { return kReaches[static_cast<std::size_t>(m_range->currentIndex())]; }

std::string GapsDock::newest() const
{
    const api::Overview& overview = client().overview();
    std::string out = std::to_string(overview.openGaps);
    if (!overview.gaps.empty())
        out += overview.gaps.front().id + std::to_string(overview.gaps.front().to);
    return out;
}

void GapsDock::poll()
{
    const Nanos now = client().now();
    if (!m_answer && (m_wanted || newest() != m_newest || now - m_asked > kAnew)) {
        m_wanted = false;
        m_asked = now;
        m_newest = newest();
        m_answer = client().engine().gaps({.from = reach() == 0 ? 0 : now - reach(),
                                           .to = now + kHour,
                                           .venue = {},
                                           .symbol = {},
                                           .channel = {},
                                           .most = kShown});
    }
    const auto* answer = m_answer ? m_answer->get() : nullptr;
    if (!answer)
        return;
    if (*answer) {
        m_ledger = **answer;
        table().setNotice({Mark::Ok, tr("Nothing was missed in this range."),
                           tr("Gaps of all streams are listed here; a longer range may have some.")});
    } else {
        m_ledger = {};
        table().setNotice({Mark::Failed,
                           tr("The ledger could not be read. %1").arg(words::sentence(answer->error().code)),
                           tr("Gaps that are open now are shown all the same; the log has the details.")});
    }
    m_known = true;
    m_answer.reset();
}

std::vector<Row> GapsDock::rows()
{
    poll();
    if (!m_known)
        table().setNotice({Mark::Starting, tr("The ledger is being read."), tr("This takes a moment.")});
    // What the overview has is newer than the ledger's answer.
    std::vector<api::Gap> all;
    const Nanos from = reach() == 0 ? 0 : client().now() - reach();
    for (const api::Gap& gap : client().overview().gaps)
        if (gap.to == kNoTime || gap.to > from)
            all.push_back(gap);
    const auto live = static_cast<std::ptrdiff_t>(all.size());
    for (const api::Gap& gap : m_ledger.gaps)
        if (std::ranges::find(all.begin(), all.begin() + live, gap.id, &api::Gap::id) == all.begin() + live)
            all.push_back(gap);
    const auto open = static_cast<std::uint64_t>(std::ranges::count(all, kNoTime, &api::Gap::to));
    m_counts = tr("%1 open, %2 in the range")
                   .arg(countText(open), countText(std::max<std::uint64_t>(all.size(), m_ledger.total)));
    if (m_ledger.total > kShown)
        m_counts += tr(", the newest %1 shown").arg(countText(kShown));
    setSubtitle(m_counts);
    return GapRows::rows(all, client().now());
}

std::vector<Step> GapsDock::steps(const QString& key)
{
    const auto find = [&](const std::vector<api::Gap>& gaps) {
        const auto found = std::ranges::find(gaps, key.toStdString(), &api::Gap::id);
        return found == gaps.end() ? nullptr : &*found;
    };
    const api::Gap* gap = find(client().overview().gaps);
    if (!gap)
        gap = find(m_ledger.gaps);
    if (!gap)
        return {};
    const QString venue = QString::fromStdString(gap->venue);
    const QString symbol = QString::fromStdString(gap->symbol);
    const QString chart = gap->channel == enumName(EventType::Mark) || gap->channel == enumName(EventType::Funding)
                              ? QStringLiteral("mark")
                              : QStringLiteral("candles");
    std::vector<Step> out;
    // The engine's own are of every instrument's time.
    if (gap->venue == kOwnVenue || client().instrumentOf(gap->venue, gap->symbol))
        out.push_back({tr("&Chart at %1 UTC").arg(secondsText(gap->from)),
                       [this, chart, venue, symbol, at = gap->from] { Q_EMIT timeAsked(chart, venue, symbol, at); }});
    out.push_back(stepTo(tr("&Log of %1").arg(venue), QStringLiteral("log"), venue));
    out.push_back(
        stepTo(tr("&Settings of %1").arg(venue), QStringLiteral("settings"), QStringLiteral("connectors.") + venue));
    out.push_back(stepTo(tr("&Health of %1").arg(venue), QStringLiteral("health"), venue));
    return out;
}

}  // namespace tickdeck::ui
