// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/settings_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/config/field_check.h"
#include "engine/config/user_file.h"
#include "engine/runtime/settings_plan.h"

namespace tickdeck::runtime {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostRevisions = 1'000;

std::vector<config::Change> toConfig(const std::vector<api::SettingChange>& changes)
{
    std::vector<config::Change> out;
    for (const api::SettingChange& change : changes)
        out.push_back({change.key, change.value});
    return out;
}

api::SettingsPlan toApi(const SettingsEffects& effects)
{
    api::SettingsPlan out;
    out.live = effects.live;
    out.later = effects.later;
    for (const std::string& section : effects.restarts)
        out.restarts.push_back(componentOf(section));
    return out;
}

std::string lines(const std::vector<api::SettingsPlan::Fault>& faults)
{
    std::string out;
    for (const api::SettingsPlan::Fault& fault : faults)
        out += (out.empty() ? "" : "\n") + fault.key + (fault.key.empty() ? "" : ": ") + fault.message;
    return out;
}

std::shared_ptr<const api::SettingsView> viewOf(const config::Settings& settings, std::int64_t revision,
                                                const std::filesystem::path& file)
{
    auto view = std::make_shared<api::SettingsView>();
    view->revision = revision;
    view->file = file.empty() ? std::string{} : std::filesystem::absolute(file).string();
    for (const config::SectionSpec& spec : settings.specs()) {
        api::SettingsSection& section = view->sections.emplace_back();
        section.name = spec.name;
        section.help = spec.help;
        const config::Section values = settings.section(spec.name);
        for (const config::FieldSpec& field : spec.fields) {
            const std::string key = spec.name + "." + field.name;
            const config::Source& source = settings.source(key);
            api::Setting& setting = section.settings.emplace_back();
            setting.spec = field;
            setting.value =
                config::isSecret(field) ? config::Value(settings.text(key)) : values.values().at(field.name);
            setting.origin = source.origin;
            setting.source = source.text();
            setting.overridden = source.origin > config::Origin::File;
        }
    }
    return view;
}

}  // namespace

SettingsStore::SettingsStore(OpenedSettings opened, ops::StateDb& db, Hooks hooks)
    : m_input(std::move(opened.input)), m_file(std::move(opened.file)), m_db(&db), m_hooks(std::move(hooks))
{
    publish(std::make_shared<const config::Settings>(std::move(opened.settings)), 0);
}

void SettingsStore::publish(SettingsRef settings, std::int64_t revision)
{
    auto view = viewOf(*settings, revision, m_file);
    const std::scoped_lock lock(m_mutex);
    m_settings = std::move(settings);
    m_view = std::move(view);
}

SettingsStore::SettingsRef SettingsStore::settings() const
{
    const std::scoped_lock lock(m_mutex);
    return m_settings;
}

std::shared_ptr<const api::SettingsView> SettingsStore::view() const
{
    const std::scoped_lock lock(m_mutex);
    return m_view;
}

// {"file":{"section.key":"value"},"settings":{…}}: what the user's file says, and all that is in force.
std::string SettingsStore::revisionJson(const config::Settings& settings, std::string_view fileText) const
{
    Json file = Json::object();
    for (const auto& [key, value] : config::valuesOf(fileText, settings.specs()))
        file[key] = value;
    const Json out{{"file", std::move(file)}, {"settings", Json::parse(settings.json(), nullptr, false)}};
    return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<> SettingsStore::begin()
{
    const std::scoped_lock lock(m_changing);
    std::string text;
    if (!m_file.empty()) {
        TRY_ASSIGN(const auto read, config::readUserFile(m_file));
        text = read.value_or("");
    }
    const SettingsRef now = settings();
    TRY_ASSIGN(const std::int64_t revision, m_db->addRevision("start", "settings at start", revisionJson(*now, text)));
    publish(now, revision);
    return {};
}

Result<SettingsStore::Planned> SettingsStore::planned(const std::vector<config::Change>& changes)
{
    if (m_file.empty())
        return fail(ErrorCode::Unsupported, "there is no settings file to write to");
    Planned out;
    TRY_ASSIGN(out.before, config::readUserFile(m_file));
    const SettingsRef now = settings();
    std::vector<api::SettingsPlan::Fault>& faults = out.done.plan.faults;
    auto changed = config::change(*now, m_input, m_file, out.before.value_or(""), changes);
    if (!changed) {
        for (config::ChangeFault& fault : changed.error())
            faults.push_back({std::move(fault.key), std::move(fault.message)});
        return out;
    }
    for (const config::Fault& fault : addressFaults(changed->settings))
        faults.push_back({fault.key, fault.message});
    if (m_hooks.check)
        for (config::ChangeFault& fault : m_hooks.check(changed->settings))
            faults.push_back({std::move(fault.key), std::move(fault.message)});
    if (!faults.empty())
        return out;
    out.after = std::move(changed->text);
    out.next = std::make_shared<const config::Settings>(std::move(changed->settings));
    out.keys = out.next->differing(*now);
    out.done.plan = toApi(effectsOf(*now, *out.next, out.keys));
    out.done.what = describeChanges(*now, *out.next, out.keys);
    return out;
}

Result<SettingsStore::Done> SettingsStore::plan(const std::vector<api::SettingChange>& changes)
{
    const std::scoped_lock lock(m_changing);
    TRY_ASSIGN(Planned planned, this->planned(toConfig(changes)));
    planned.done.revision = view()->revision;
    return std::move(planned.done);
}

Result<SettingsStore::Done> SettingsStore::change(const std::vector<api::SettingChange>& changes,
                                                  const std::string& who)
{
    const std::scoped_lock lock(m_changing);
    TRY_ASSIGN(Planned planned, this->planned(toConfig(changes)));
    std::string what = inOneLine(planned.done.what);
    return carryOut(std::move(planned), who, std::move(what));
}

Result<SettingsStore::Done> SettingsStore::carryOut(Planned planned, const std::string& who, std::string what)
{
    Done& done = planned.done;
    done.revision = view()->revision;
    if (!done.plan.faults.empty())
        return fail(ErrorCode::Invalid, lines(done.plan.faults));
    const bool sameFile = planned.after == planned.before.value_or("");
    if (sameFile && planned.keys.empty())
        return std::move(done);
    if (m_hooks.ready)
        TRY(m_hooks.ready());
    if (!sameFile)
        TRY(config::writeUserFile(m_file, planned.before, planned.after));
    auto revision =
        m_db->addRevision(who, what.empty() ? "the file alone" : what, revisionJson(*planned.next, planned.after));
    if (!revision) {
        if (const auto restored =
                sameFile ? Result<>{} : config::restoreUserFile(m_file, planned.before, planned.after);
            !restored)
            return std::unexpected(
                std::move(revision).error().within("putting the file back failed: " + restored.error().text()));
        return std::unexpected(std::move(revision).error());
    }
    done.revision = *revision;
    if (m_hooks.apply)
        m_hooks.apply(planned.next, planned.keys, done.revision);
    publish(planned.next, done.revision);
    return std::move(done);
}

Result<std::vector<api::SettingsRevision>> SettingsStore::history(std::size_t most)
{
    TRY_ASSIGN(auto revisions, m_db->revisions(std::min(most, kMostRevisions)));
    std::vector<api::SettingsRevision> out;
    for (ops::Revision& revision : revisions)
        out.push_back({revision.id, revision.time, std::move(revision.who), std::move(revision.what)});
    return out;
}

Result<SettingsStore::Done> SettingsStore::rollBack(std::int64_t revision, const std::string& who, bool dryRun)
{
    const std::scoped_lock lock(m_changing);
    if (m_file.empty())
        return fail(ErrorCode::Unsupported, "there is no settings file to write to");
    TRY_ASSIGN(const auto revisions, m_db->revisions(kMostRevisions));
    const auto found = std::ranges::find(revisions, revision, &ops::Revision::id);
    if (found == revisions.end())
        return fail(ErrorCode::NotFound, "there is no revision " + std::to_string(revision));
    const Json kept = Json::parse(found->settings, nullptr, false);
    if (!kept.is_object() || !kept.contains("file") || !kept["file"].is_object())
        return fail(ErrorCode::NotFound,
                    "revision " + std::to_string(revision) + " does not tell what the settings file said");
    std::map<std::string, std::string> wanted;
    for (const auto& [key, value] : kept["file"].items())
        if (value.is_string())
            wanted[key] = value.get<std::string>();
    TRY_ASSIGN(const auto text, config::readUserFile(m_file));
    TRY_ASSIGN(Planned planned,
               this->planned(config::changesBetween(config::valuesOf(text.value_or(""), m_input.specs), wanted)));
    if (dryRun) {
        planned.done.revision = view()->revision;
        return std::move(planned.done);
    }
    const std::string differences = inOneLine(planned.done.what);
    std::string what = "back to " + std::to_string(revision) + (differences.empty() ? "" : ": ") + differences;
    return carryOut(std::move(planned), who, std::move(what));
}

}  // namespace tickdeck::runtime
