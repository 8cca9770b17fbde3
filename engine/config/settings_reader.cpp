// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/settings_reader.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>

#include "engine/config/field_check.h"
#include "engine/config/nearest.h"
#include "engine/config/profiles.h"

namespace tickdeck::config {

namespace {

constexpr std::string_view kPrefix = "TICKDECK_";
constexpr std::uintmax_t kLargestFile = 1u << 20;
constexpr std::size_t kMostFaults = 100;

std::optional<std::string> slurp(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return std::nullopt;
    std::string text(kLargestFile + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (stream.bad())
        return std::nullopt;
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string path(std::string_view section, std::string_view key)
{
    return section.empty() ? std::string(key) : std::string(section) + "." + std::string(key);
}

// A name from outside may be long or hold control characters.
std::string printable(std::string_view name)
{
    constexpr std::size_t kMost = 100;
    std::string out;
    for (const char c : name.substr(0, kMost))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    return name.size() > kMost ? out + "…" : out;
}

// CONNECTORS__KRAKEN__BOOK_DEPTH → ("connectors.kraken", "book_depth")
std::pair<std::string, std::string> splitVariable(std::string_view name)
{
    std::string dotted = lowered(name);
    for (auto at = dotted.find("__"); at != std::string::npos; at = dotted.find("__", at + 1))
        dotted.replace(at, 2, ".");
    const auto dot = dotted.rfind('.');
    return {dotted.substr(0, dot), dotted.substr(dot + 1)};
}

bool isProfileName(std::string_view name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

}  // namespace

std::string canonicalSection(std::string_view section)
{
    constexpr std::string_view kPipeline = "pipeline.";
    if (section == "server")
        return "serve";
    if (section.starts_with(kPipeline))
        return "pipelines." + std::string(section.substr(kPipeline.size()));
    return std::string(section);
}

SettingsReader::SettingsReader(const SettingsInput& input) : m_input(&input)
{
    m_settings.m_specs = input.specs;
    for (const SectionSpec& section : input.specs)
        for (const FieldSpec& field : section.fields) {
            Settings::Entry entry{field.initial, {}, {}};
            if (const auto* secret = std::get_if<Secret>(&field.initial))
                entry.reference = secret->value;
            else if (isSecret(field))
                entry.reference = std::get<std::string>(field.initial);
            m_settings.m_entries.emplace(path(section.name, field.name), std::move(entry));
        }
}

Result<Settings> SettingsReader::read()
{
    for (const std::string& profile : m_input->profiles)
        readProfile(profile);
    for (const std::filesystem::path& file : m_input->files)
        readFile(file, {Origin::File, file.string(), 0});
    readEnvironment(m_input->environment);
    for (const std::string& assignment : m_input->sets)
        readSet(assignment);
    resolveSecrets();
    TRY(verdict());
    return std::move(m_settings);
}

Result<> SettingsReader::force(Settings& settings, std::string_view key, std::string_view value, std::string who)
{
    SettingsReader reader(settings);
    const auto dot = std::min(key.rfind('.'), key.size());
    const Source source{Origin::Engine, std::move(who), 0};
    const std::string_view name = key.substr(std::min(dot + 1, key.size()));
    if (const FieldSpec* field = reader.find(key.substr(0, dot), name, source); field && isSecret(*field))
        reader.fault(source, key, "a secret is not set by the engine");
    else if (field)
        reader.assign(key.substr(0, dot), name, value, source);
    TRY(reader.verdict());
    settings = std::move(reader.m_settings);
    return {};
}

void SettingsReader::readProfile(const std::string& name)
{
    const Source source{Origin::Profile, printable(name), 0};
    for (const std::filesystem::path& folder : m_input->profileFolders) {
        std::error_code ignored;
        if (const auto file = folder / (name + ".toml"); isProfileName(name) && std::filesystem::exists(file, ignored))
            return readFile(file, source);
    }
    std::vector<std::string> names;
    for (const BuiltInProfile& profile : builtInProfileTexts()) {
        if (profile.name == name)
            return readText(profile.text, source, {});
        names.emplace_back(profile.name);
    }
    std::string message = "no such profile";
    if (const std::string near = nearest(name, names); !near.empty())
        message += ", did you mean `" + near + "`?";
    fault(source, {}, message);
}

void SettingsReader::readFile(const std::filesystem::path& file, const Source& source)
{
    if (const auto given = m_input->texts.find(file); given != m_input->texts.end()) {
        if (given->second.size() > kLargestFile)
            return fault(source, {}, "is larger than 1 MiB");
        return readText(given->second, source, file.parent_path());
    }
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        return fault(source, {}, problem ? "cannot be read: " + problem.message() : "is no file");
    const auto text = slurp(file);
    if (!text)
        return fault(source, {}, "cannot be read");
    if (text->size() > kLargestFile)
        return fault(source, {}, "is larger than 1 MiB");
    readText(*text, source, file.parent_path());
}

void SettingsReader::readText(std::string_view text, const Source& source, const std::filesystem::path& folder)
{
    auto entries = readToml(text);
    if (!entries)
        return fault({source.origin, source.name, entries.error().line}, {}, entries.error().message);
    m_unknownSections.clear();
    std::map<std::string, std::size_t> lines;  // of the keys seen: an alias can say one twice
    for (const RawEntry& entry : *entries) {
        const Source at{source.origin, source.name, entry.line};
        if (entry.key.empty()) {  // a section begins; [connectors] alone says nothing
            if (!isParent(entry.section))
                static_cast<void>(findSection(entry.section, at));
            continue;
        }
        const FieldSpec* field = find(entry.section, entry.key, at);
        if (!field)
            continue;
        const std::string name = path(canonicalSection(entry.section), entry.key);
        if (const auto [first, added] = lines.emplace(name, entry.line); !added)
            fault(at, name, "is set in line " + std::to_string(first->second) + " already");
        else
            store(name, *field, entry.value, at, folder);
    }
}

void SettingsReader::readEnvironment(const std::map<std::string, std::string>& environment)
{
    // The names of other deployments first, so that ours win.
    for (const SectionSpec& section : m_settings.m_specs)
        for (const FieldSpec& field : section.fields)
            for (const std::string& name : detail::splitChoices(field.info.environment)) {
                const auto found = environment.find(name);
                if (found == environment.end() || found->second.empty())
                    continue;
                const RawValue raw = isSecret(field) ? RawValue("env:" + name) : parseText(field, found->second);
                store(path(section.name, field.name), field, raw, {Origin::Environment, name, 0}, {});
            }
    for (const auto& [name, value] : environment) {
        if (!name.starts_with(kPrefix) || name.find("__") == std::string::npos)
            continue;
        const auto [section, key] = splitVariable(std::string_view(name).substr(kPrefix.size()));
        m_unknownSections.clear();
        assign(section, key, value, {Origin::Environment, printable(name), 0});
    }
}

void SettingsReader::readSet(std::string_view assignment)
{
    const auto equals = assignment.find('=');
    const std::string_view key = assignment.substr(0, equals);
    const auto dot = key.rfind('.');
    const Source source{Origin::CommandLine, "--set", 0};
    if (equals == std::string_view::npos || dot == std::string_view::npos)
        return fault(source, equals == std::string_view::npos ? std::string{} : printable(key),
                     "is not of the form section.key=value");
    m_unknownSections.clear();
    assign(key.substr(0, dot), key.substr(dot + 1), assignment.substr(equals + 1), source);
}

void SettingsReader::assign(std::string_view section, std::string_view key, std::string_view text, const Source& source)
{
    if (const FieldSpec* field = find(section, key, source))
        store(path(canonicalSection(section), key), *field, parseText(*field, text), source, {});
}

void SettingsReader::store(const std::string& name, const FieldSpec& field, const RawValue& raw, const Source& source,
                           const std::filesystem::path& folder)
{
    auto checked = check(field, raw);
    if (!checked)
        return fault(source, name, checked.error());
    Settings::Entry& entry = m_settings.m_entries.at(name);
    entry.source = source;
    if (isSecret(field)) {
        entry.reference = std::get<std::string>(*checked);
        m_secretFolders[name] = folder;
    } else {
        entry.value = std::move(*checked);
    }
}

const FieldSpec* SettingsReader::find(std::string_view sectionName, std::string_view key, const Source& source)
{
    const SectionSpec* section = findSection(sectionName, source);
    if (!section)
        return nullptr;
    const auto field = std::ranges::find(section->fields, key, &FieldSpec::name);
    if (field != section->fields.end())
        return &*field;
    unknownKey(*section, key, source);
    return nullptr;
}

bool SettingsReader::isParent(std::string_view name) const
{
    const std::string prefix = canonicalSection(name) + ".";
    return std::ranges::any_of(m_settings.m_specs, [&](const SectionSpec& s) { return s.name.starts_with(prefix); });
}

const SectionSpec* SettingsReader::findSection(std::string_view name, const Source& source)
{
    const std::string canonical = canonicalSection(name);
    const auto& specs = m_settings.m_specs;
    const auto found = std::ranges::find(specs, canonical, &SectionSpec::name);
    if (found != specs.end())
        return &*found;
    if (!m_unknownSections.insert(canonical).second)
        return nullptr;
    if (canonical.empty())
        return fault(source, {}, "a key stands outside of any section"), nullptr;
    std::vector<std::string> names;
    names.reserve(specs.size());
    for (const SectionSpec& spec : specs)
        names.push_back(spec.name);
    std::string message = isParent(canonical) ? "keys stand in the sections below it" : "unknown section";
    if (const std::string near = nearest(canonical, names); !near.empty())
        message += ", did you mean `" + near + "`?";
    fault(source, printable(name), message);
    return nullptr;
}

void SettingsReader::unknownKey(const SectionSpec& section, std::string_view key, const Source& source)
{
    std::vector<std::string> names;
    std::string all;
    for (const FieldSpec& field : section.fields) {
        names.push_back(field.name);
        all += (all.empty() ? "" : ", ") + field.name;
    }
    std::string message = "unknown key";
    if (const std::string near = nearest(key, names); !near.empty()) {
        message += ", did you mean `" + near + "`?";
    } else {
        message += "; [" + section.name + "] has: " + all;
        for (const SectionSpec& other : m_settings.m_specs)
            if (std::ranges::find(other.fields, key, &FieldSpec::name) != other.fields.end()) {
                message += "; [" + other.name + "] has this key";
                break;
            }
    }
    fault(source, printable(path(section.name, key)), message);
}

void SettingsReader::fault(const Source& source, std::string_view key, std::string_view message)
{
    m_faults.push_back({source, std::string(key), std::string(message)});
}

Result<> SettingsReader::verdict() const
{
    if (m_faults.empty())
        return {};
    std::string detail;
    for (std::size_t i = 0; i < std::min(m_faults.size(), kMostFaults); ++i)
        detail += (detail.empty() ? "" : "\n") + m_faults[i].text();
    if (m_faults.size() > kMostFaults)
        detail += "\nand " + std::to_string(m_faults.size() - kMostFaults) + " more";
    return fail(ErrorCode::Invalid, detail);
}

void SettingsReader::resolveSecrets()
{
    for (const SectionSpec& section : m_settings.m_specs)
        for (const FieldSpec& field : section.fields) {
            if (!isSecret(field))
                continue;
            const std::string name = path(section.name, field.name);
            Settings::Entry& entry = m_settings.m_entries.at(name);
            std::string resolved;
            if (!entry.reference.empty() && m_settings.enabled(section.name))  // what is off needs no secrets
                resolved = resolve(name, entry);
            if (field.type == ValueType::Secret)
                entry.value = Secret{std::move(resolved)};
            else
                entry.value = std::move(resolved);
        }
}

std::string SettingsReader::resolve(const std::string& name, const Settings::Entry& entry)
{
    const std::string_view reference = entry.reference;
    const std::string target(reference.substr(reference.find(':') + 1));
    if (reference.starts_with("env:")) {
        const auto variable = m_input->environment.find(target);
        if (variable != m_input->environment.end() && !variable->second.empty())
            return variable->second;
        fault(entry.source, name, "the environment has no " + printable(target));
        return {};
    }
    const auto text = slurp(m_secretFolders[name] / target);
    if (text && text->find_last_not_of("\r\n") != std::string::npos && text->size() <= kLargestFile)
        return text->substr(0, text->find_last_not_of("\r\n") + 1);
    fault(entry.source, name, "the file " + printable(target) + " cannot be read or is empty");
    return {};
}

}  // namespace tickdeck::config
