// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/settings.h"

#include "engine/config/common.h"
#include "engine/journal/options.h"
#include "engine/ops/log.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/sections.h"
#include "engine/serve/settings.h"

namespace tickdeck::runtime {

std::vector<config::SectionSpec> allSections()
{
    std::vector<config::SectionSpec> sections{
        config::describe<RouterSection>("router", "The one order of all batches, and the room around it"),
        config::describe<journal::Settings>("journal", "What is kept of everything that came in"),
        config::describe<serve::ServeSettings>("serve", "HTTP for operators: health and metrics"),
        config::describe<ops::LogSettings>("log", "The log"),
    };
    for (const ConnectorSpec& spec : connectorSpecs())
        sections.push_back(config::connectorSection(spec.settings));
    for (const PipelineSpec& spec : pipelineSpecs())
        sections.push_back(config::readerSection(spec.settings, kEnumNames<EventType>));
    for (const SinkSpec& spec : sinkSpecs())
        sections.push_back(config::readerSection(spec.settings, kEnumNames<EventType>));
    return sections;
}

Result<config::Settings> loadSettings(const SettingsSources& sources)
{
    config::SettingsInput input{.specs = allSections(),
                                .profiles = sources.profiles,
                                .profileFolders = {},
                                .files = {},
                                .environment = config::processEnvironment(),
                                .sets = sources.overrides};
    if (const auto own = userSettingsFile(); sources.userFile && std::filesystem::exists(own))
        input.files.push_back(own);
    input.files.insert(input.files.end(), sources.files.begin(), sources.files.end());
    return config::Settings::load(input);
}

}  // namespace tickdeck::runtime
