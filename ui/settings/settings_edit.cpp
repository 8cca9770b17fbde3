// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_edit.h"

#include <algorithm>

#include "ui/client/words.h"
#include "ui/settings/setting_text.h"

namespace tickdeck::ui {

SettingsEdit::SettingsEdit(EngineClient& client, QObject* parent) : QObject(parent), m_client(client)
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kPause);
    connect(&m_typing, &QTimer::timeout, this, &SettingsEdit::askPlan);
    connect(&client, &EngineClient::frame, this, &SettingsEdit::frame);
}

std::string SettingsEdit::keyOf(const api::SettingsSection& section, const api::Setting& setting)
{
    return section.name.empty() ? setting.spec.name : section.name + "." + setting.spec.name;
}

const api::Setting* SettingsEdit::find(const std::string& key) const
{
    const auto found = m_byKey.find(key);
    return found == m_byKey.end() ? nullptr : found->second;
}

void SettingsEdit::frame()
{
    take();
    pollPlan();
    pollChange();
    pollHistory();
}

void SettingsEdit::take()
{
    auto view = m_client.engine().settings();
    if (!view || view == m_view)
        return;
    const bool newRevision = !m_view || view->revision != m_view->revision;
    m_view = std::move(view);
    m_byKey.clear();
    for (const api::SettingsSection& section : m_view->sections)
        for (const api::Setting& setting : section.settings)
            m_byKey.emplace(keyOf(section, setting), &setting);
    std::erase_if(m_edits, [this](const auto& edit) {
        const api::Setting* setting = find(edit.first);
        return !setting || setting->overridden ||
               (edit.second ? *edit.second == SettingText::written(setting->value)
                            : setting->origin != config::Origin::File);
    });
    Q_EMIT viewChanged();
    touched();
    if (newRevision && !m_history.empty())
        askHistory();
}

void SettingsEdit::setEdit(const std::string& key, Change change)
{
    const auto found = m_edits.find(key);
    if (found != m_edits.end() && found->second == change)
        return;
    m_edits.insert_or_assign(key, std::move(change));
    touched();
}

void SettingsEdit::edit(const std::string& key, std::string value)
{
    const api::Setting* setting = find(key);
    if (!setting || setting->overridden)
        return;
    if (value == SettingText::written(setting->value))
        revert(key);
    else
        setEdit(key, std::move(value));
}

void SettingsEdit::reset(const std::string& key)
{
    const api::Setting* setting = find(key);
    if (!setting || setting->overridden)
        return;
    if (setting->origin == config::Origin::File)
        setEdit(key, std::nullopt);
    else
        edit(key, SettingText::written(setting->spec.initial));
}

void SettingsEdit::revert(const std::string& key)
{
    if (m_edits.erase(key) > 0)
        touched();
}

void SettingsEdit::revertAll()
{
    if (m_edits.empty())
        return;
    m_edits.clear();
    touched();
}

bool SettingsEdit::isReset(const std::string& key) const
{
    const auto found = m_edits.find(key);
    return found != m_edits.end() && !found->second;
}

std::string SettingsEdit::value(const std::string& key) const
{
    const api::Setting* setting = find(key);
    if (!setting)
        return {};
    const auto found = m_edits.find(key);
    if (found == m_edits.end())
        return SettingText::written(setting->value);
    return found->second ? *found->second : SettingText::written(setting->spec.initial);
}

std::vector<api::SettingChange> SettingsEdit::changes() const
{
    std::vector<api::SettingChange> out;
    for (const auto& [key, value] : m_edits)
        out.push_back({key, value});
    return out;
}

// What was known of the edits holds no longer.
void SettingsEdit::touched()
{
    m_plan.reset();
    m_planAnswer.reset();
    if (m_edits.empty())
        m_typing.stop();
    else
        m_typing.start();
    Q_EMIT editsChanged();
}

void SettingsEdit::askPlan()
{
    if (!m_edits.empty())
        m_planAnswer = m_client.engine().planSettings(changes());
}

void SettingsEdit::pollPlan()
{
    const auto* answer = m_planAnswer ? m_planAnswer->get() : nullptr;
    if (!answer)
        return;
    if (*answer)
        m_plan = **answer;
    else
        Q_EMIT told(Mark::Failed,
                    tr("The changes could not be checked. %1 (%2)")
                        .arg(words::sentence(answer->error().code), QString::fromStdString(answer->error().text())));
    m_planAnswer.reset();
    Q_EMIT planChanged();
}

QString SettingsEdit::fault(const std::string& key) const
{
    if (m_plan)
        for (const auto& fault : m_plan->faults)
            if (fault.key == key)
                return QString::fromStdString(fault.message);
    return {};
}

bool SettingsEdit::canApply() const { return m_plan && m_plan->faults.empty() && !m_edits.empty() && !m_changed; }

std::string SettingsEdit::who()
{
    QString user = qEnvironmentVariable("USER");
    if (user.isEmpty())
        user = qEnvironmentVariable("USERNAME");
    return user.isEmpty() ? "window" : (user + QStringLiteral(" (window)")).toStdString();
}

void SettingsEdit::apply()
{
    if (!canApply())
        return;
    m_sent = m_edits;
    m_changed = m_client.engine().changeSettings(changes(), who());
    Q_EMIT planChanged();
}

void SettingsEdit::rollBack(std::int64_t revision)
{
    if (m_changed)
        return;
    m_sent.clear();
    m_changed = m_client.engine().rollBackSettings(revision, who());
    Q_EMIT planChanged();
}

void SettingsEdit::pollChange()
{
    const auto* answer = m_changed ? m_changed->get() : nullptr;
    if (!answer)
        return;
    if (*answer) {
        // What was typed meanwhile stays an edit.
        std::erase_if(m_edits, [this](const auto& edit) {
            const auto sent = m_sent.find(edit.first);
            return sent != m_sent.end() && sent->second == edit.second;
        });
        Q_EMIT told(Mark::Ok, tr("Applied as revision %1.").arg(**answer));
    } else {
        Q_EMIT told(Mark::Failed,
                    tr("Nothing was changed. %1 %2")
                        .arg(words::sentence(answer->error().code), QString::fromStdString(answer->error().text())));
    }
    m_changed.reset();
    m_sent.clear();
    take();
    touched();
    askHistory();
}

void SettingsEdit::askHistory()
{
    // An answer to an earlier question may be from before the newest revision.
    m_historyAnswer = m_client.engine().settingsHistory();
}

void SettingsEdit::pollHistory()
{
    const auto* answer = m_historyAnswer ? m_historyAnswer->get() : nullptr;
    if (!answer)
        return;
    if (*answer)
        m_history = **answer;
    else
        Q_EMIT told(Mark::Failed, tr("The history could not be read. %1").arg(words::sentence(answer->error().code)));
    m_historyAnswer.reset();
    Q_EMIT historyChanged();
}

}  // namespace tickdeck::ui
