// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/client/alerts.h"

#include <QDateTime>

#include <algorithm>
#include <set>

#include "ui/client/words.h"

namespace tickdeck::ui {

namespace {

// How an engine's reason for a ban begins (engine/net/rate_budget.h).
constexpr const char* kBanned = "banned by the venue";

QString text(const std::string& utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

QString clock(Nanos time)
{
    return QDateTime::fromMSecsSinceEpoch(time / kMillisecond, Qt::UTC).toString(QStringLiteral("HH:mm:ss"));
}

QString sectionOf(const api::Component& component)
{
    const QString name = text(component.name);
    if (name.contains(QLatin1Char('.')))
        return name;
    const bool plural = component.kind == "connector" || component.kind == "sink" || component.kind == "pipeline";
    return plural ? text(component.kind) + QStringLiteral("s.") + name : name;
}

}  // namespace

AlertCentre::AlertCentre(EngineClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    connect(&client, &EngineClient::overviewChanged, this, &AlertCentre::look);
}

bool AlertCentre::isOpen(const Alert& alert) const
{
    return alert.holds() && !alert.acked &&
           (alert.silencedUntil == kNoTime || alert.silencedUntil <= m_client.overview().time);
}

std::uint64_t AlertCentre::open() const
{
    return static_cast<std::uint64_t>(
        std::ranges::count_if(m_alerts, [this](const auto& each) { return isOpen(each.second); }));
}

bool AlertCentre::anySevere() const
{
    return std::ranges::any_of(m_alerts,
                               [this](const auto& each) { return isOpen(each.second) && each.second.severe; });
}

const Alert* AlertCentre::find(const QString& key) const
{
    const auto found = m_alerts.find(key);
    return found == m_alerts.end() ? nullptr : &found->second;
}

std::vector<Alert> AlertCentre::alerts() const
{
    std::vector<Alert> out;
    for (const auto& [key, alert] : m_alerts)
        out.push_back(alert);
    // The bad ones that hold, the others that hold, the rest.
    const auto rank = [](const Alert& alert) { return !alert.holds() ? 2 : alert.severe ? 0 : 1; };
    std::ranges::stable_sort(out, [&](const Alert& a, const Alert& b) {
        return rank(a) != rank(b) ? rank(a) < rank(b) : a.raised > b.raised;
    });
    return out;
}

void AlertCentre::acknowledge(const QString& key)
{
    const auto found = m_alerts.find(key);
    if (found == m_alerts.end())
        return;
    if (found->second.holds())
        found->second.acked = true;
    else
        m_alerts.erase(found);
    Q_EMIT changed();
}

void AlertCentre::acknowledgeAll()
{
    std::erase_if(m_alerts, [](const auto& each) { return !each.second.holds(); });
    for (auto& [key, alert] : m_alerts)
        alert.acked = true;
    Q_EMIT changed();
}

void AlertCentre::silence(const QString& key)
{
    const auto found = m_alerts.find(key);
    if (found == m_alerts.end())
        return;
    found->second.silencedUntil = m_client.overview().time + kSilence;
    Q_EMIT changed();
}

void AlertCentre::lookAtComponents(std::vector<Alert>& out) const
{
    const api::Overview& overview = m_client.overview();
    const auto failed = [&](const QString& name, const QString& section, const std::string& reason, Nanos since) {
        out.push_back({.key = QStringLiteral("failed/") + name,
                       .kind = AlertKind::Failed,
                       .severe = true,
                       .title = tr("%1 has failed").arg(name),
                       .detail = tr("since %1 UTC. %2").arg(clock(since), text(reason)),
                       .subject = name.section(QLatin1Char('.'), -1),
                       .section = section});
    };
    for (const api::Component& component : overview.components) {
        if (component.state == api::State::Failed)
            failed(text(component.name), sectionOf(component), component.reason, component.since);
        if (component.reason.find(kBanned) != std::string::npos)
            out.push_back({.key = QStringLiteral("banned/") + text(component.name),
                           .kind = AlertKind::Banned,
                           .severe = true,
                           .title = tr("%1: banned by the venue").arg(text(component.name)),
                           .detail = text(component.reason),
                           .subject = text(component.name),
                           .section = sectionOf(component)});
    }
    if (overview.journal.state == api::State::Failed)
        failed(QStringLiteral("journal"), QStringLiteral("journal"), overview.journal.reason, overview.time);
    for (const api::Stage& stage : overview.stages)
        if (stage.breaker == api::Breaker::Open)
            out.push_back({.key = QStringLiteral("breaker/") + text(stage.name),
                           .kind = AlertKind::Breaker,
                           .severe = false,
                           .title = tr("%1: the store is left alone").arg(text(stage.name)),
                           .detail = tr("it failed again and again; %1").arg(text(stage.reason)),
                           .subject = text(stage.name),
                           .section = QStringLiteral("sinks.") + text(stage.name)});
}

void AlertCentre::lookAtStreams(std::vector<Alert>& out) const
{
    for (const api::Stream& stream : m_client.overview().streams) {
        const QString venue = text(stream.venue);
        const QString key = QStringLiteral("banned/") + venue;
        if (stream.reason.find(kBanned) == std::string::npos || std::ranges::find(out, key, &Alert::key) != out.end())
            continue;
        out.push_back({.key = key,
                       .kind = AlertKind::Banned,
                       .severe = true,
                       .title = tr("%1: banned by the venue").arg(venue),
                       .detail = text(stream.reason),
                       .subject = venue,
                       .section = QStringLiteral("connectors.") + venue});
    }
}

void AlertCentre::lookAtGaps(std::vector<Alert>& out) const
{
    struct Folded {
        const api::Gap* oldest = nullptr;
        std::set<std::string> symbols;
    };
    std::map<QString, Folded> channels;
    const Nanos now = m_client.overview().time;
    for (const api::Gap& gap : m_client.overview().gaps) {
        if (gap.to != kNoTime || now - gap.from < kGapPatience)
            continue;
        Folded& folded = channels[text(gap.venue) + QLatin1Char(' ') + text(gap.channel)];
        if (!folded.oldest || gap.from < folded.oldest->from)
            folded.oldest = &gap;
        if (!gap.symbol.empty())
            folded.symbols.insert(gap.symbol);
    }
    for (const auto& [channel, folded] : channels) {
        QString detail = tr("since %1 UTC: %2").arg(clock(folded.oldest->from), words::gapCause(folded.oldest->cause));
        if (folded.symbols.size() == 1)
            detail += tr(", %1").arg(text(*folded.symbols.begin()));
        else if (folded.symbols.size() > 1)
            detail += tr(", %1 symbols").arg(folded.symbols.size());
        out.push_back({.key = QStringLiteral("gap/") + channel,
                       .kind = AlertKind::Gap,
                       .severe = true,
                       .title = tr("%1: gap open").arg(channel),
                       .detail = detail,
                       .subject = channel,
                       .section = QStringLiteral("connectors.") + text(folded.oldest->venue)});
    }
}

void AlertCentre::lookAtDeadLetters(std::vector<Alert>& out)
{
    const api::Overview& overview = m_client.overview();
    if (m_seen && overview.deadLetters > m_letters) {
        if (m_lettersNewest == kNoTime)
            m_lettersBefore = m_letters;
        m_lettersNewest = overview.time;
    }
    m_letters = overview.deadLetters;
    if (m_lettersNewest != kNoTime && overview.time - m_lettersNewest >= kQuiet)
        m_lettersNewest = kNoTime;
    if (m_lettersNewest == kNoTime)
        return;
    const std::uint64_t fresh = m_letters - std::min(m_letters, m_lettersBefore);
    out.push_back({.key = QStringLiteral("letters"),
                   .kind = AlertKind::DeadLetters,
                   .severe = false,
                   .title = tr("Dead letters arrive"),
                   .detail = tr("%1 new, the newest at %2 UTC; %3 in all")
                                 .arg(QString::number(fresh), clock(m_lettersNewest), QString::number(m_letters)),
                   .subject = {},
                   .section = {}});
}

void AlertCentre::lookAtDisk(std::vector<Alert>& out) const
{
    const api::Journal& journal = m_client.overview().journal;
    if (journal.budget == 0 || static_cast<double>(journal.bytes) < kDiskShare * static_cast<double>(journal.budget))
        return;
    const bool spent = journal.bytes >= journal.budget;
    const auto percent = journal.bytes * 100 / journal.budget;
    out.push_back({.key = QStringLiteral("disk"),
                   .kind = AlertKind::Disk,
                   .severe = spent,
                   .title = spent ? tr("The journal's disk budget is spent") : tr("The journal's disk budget runs out"),
                   .detail = tr("%1 % of it are used").arg(percent),
                   .subject = QStringLiteral("journal"),
                   .section = QStringLiteral("journal")});
}

// Whether it is to be told.
bool AlertCentre::take(Alert alert, Nanos now)
{
    alert.raised = now;
    const auto found = m_alerts.find(alert.key);
    if (found == m_alerts.end()) {
        m_alerts.emplace(alert.key, std::move(alert));
        return true;
    }
    Alert& known = found->second;
    const bool silenced = known.silencedUntil != kNoTime && known.silencedUntil > now;
    const bool again = !known.holds();
    const bool worse = alert.severe && !known.severe;
    known.title = std::move(alert.title);
    known.detail = std::move(alert.detail);
    known.section = std::move(alert.section);
    known.severe = alert.severe;
    if (!silenced)
        known.silencedUntil = kNoTime;
    if (again) {
        known.raised = now;
        known.cleared = kNoTime;
        ++known.count;
    }
    if (again || worse)
        known.acked = false;
    return (again || worse) && !silenced;
}

void AlertCentre::look()
{
    const api::Overview& overview = m_client.overview();
    if (overview.time == 0)
        return;
    std::vector<Alert> held;
    lookAtComponents(held);
    lookAtStreams(held);
    lookAtGaps(held);
    lookAtDeadLetters(held);
    lookAtDisk(held);
    m_seen = true;
    std::set<QString> keys;
    std::vector<QString> told;
    for (Alert& alert : held) {
        keys.insert(alert.key);
        if (take(alert, overview.time))
            told.push_back(alert.key);
    }
    for (auto& [key, alert] : m_alerts)
        if (alert.holds() && !keys.contains(key))
            alert.cleared = overview.time;
    // One that was acknowledged while it held has nothing more to say.
    std::erase_if(m_alerts, [](const auto& each) { return !each.second.holds() && each.second.acked; });
    forget();
    Q_EMIT changed();
    for (const QString& key : told)
        if (const Alert* alert = find(key))
            Q_EMIT raised(*alert);
}

// The oldest cleared ones, then the oldest.
void AlertCentre::forget()
{
    while (m_alerts.size() > kKept) {
        const auto oldest = std::ranges::min_element(
            m_alerts, {}, [](const auto& each) { return std::pair(each.second.holds(), each.second.raised); });
        m_alerts.erase(oldest);
    }
}

}  // namespace tickdeck::ui
