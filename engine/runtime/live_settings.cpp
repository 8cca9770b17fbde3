// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/live_settings.h"

namespace tickdeck::runtime {

namespace {

constexpr std::size_t kMostRevisions = 500;

template <class T>
Result<T> part(Result<SettingsStore::Done> done, T SettingsStore::Done::* member)
{
    if (!done)
        return std::unexpected(std::move(done).error());
    return std::move((*done).*member);
}

}  // namespace

api::AnswerRef<api::SettingsPlan> LiveSettings::plan(std::vector<api::SettingChange> changes)
{
    auto answer = std::make_shared<api::Answer<api::SettingsPlan>>();
    m_worker.post([this, answer, changes = std::move(changes)] {
        answer->set(part(m_store->plan(changes), &SettingsStore::Done::plan));
    });
    return answer;
}

api::AnswerRef<std::int64_t> LiveSettings::change(std::vector<api::SettingChange> changes, std::string who)
{
    auto answer = std::make_shared<api::Answer<std::int64_t>>();
    m_worker.post([this, answer, changes = std::move(changes), who = std::move(who)] {
        answer->set(part(m_store->change(changes, who), &SettingsStore::Done::revision));
    });
    return answer;
}

api::AnswerRef<std::vector<api::SettingsRevision>> LiveSettings::history()
{
    auto answer = std::make_shared<api::Answer<std::vector<api::SettingsRevision>>>();
    m_worker.post([this, answer] { answer->set(m_store->history(kMostRevisions)); });
    return answer;
}

api::AnswerRef<std::int64_t> LiveSettings::rollBack(std::int64_t revision, std::string who)
{
    auto answer = std::make_shared<api::Answer<std::int64_t>>();
    m_worker.post([this, answer, revision, who = std::move(who)] {
        answer->set(part(m_store->rollBack(revision, who), &SettingsStore::Done::revision));
    });
    return answer;
}

}  // namespace tickdeck::runtime
