// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/settings.h"

#include "engine/config/common.h"
#include "engine/journal/options.h"
#include "engine/ops/log.h"
#include "engine/ops/port.h"
#include "engine/ops/supervisor.h"
#include "engine/runtime/data_directory.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/sections.h"
#include "engine/serve/settings.h"

namespace tickdeck::runtime {

namespace {

// Whether what comes from there can be trusted: TLS, or this very machine. `scheme` is that of plain text, "ws" or "http".
bool isSafe(std::string_view url, std::string_view scheme)
{
    constexpr std::string_view kSeparator = "://";
    if (!url.starts_with(scheme))
        return false;
    url.remove_prefix(scheme.size());
    if (url.starts_with("s://"))
        return true;
    if (!url.starts_with(kSeparator))
        return false;
    std::string_view host = url.substr(kSeparator.size());
    if (host.substr(0, host.find_first_of("/?#")).contains('@'))
        return false;  // a user's name may look like a host
    host = host.starts_with('[') ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find_first_of(":/"));
    return host == "localhost" || ops::isLoopback(std::string(host));
}

}  // namespace

std::vector<config::SectionSpec> allSections()
{
    std::vector<config::SectionSpec> sections{
        config::describe<RouterSection>("router", "The one order of all batches, and the room around it"),
        config::describe<journal::Settings>("journal", "What is kept of everything that came in"),
        config::describe<serve::ServeSettings>("serve", "HTTP for operators: health and metrics"),
        config::describe<ops::RestartPolicy>("supervisor", "What becomes of a component that fails"),
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

std::vector<config::Fault> addressFaults(const config::Settings& settings)
{
    std::vector<config::Fault> faults;
    const auto fault = [&](const std::string& key, std::string_view what) {
        faults.push_back({settings.source(key), key, std::string(what)});
    };
    const auto serve = settings.section("serve").as<serve::ServeSettings>();
    for (const auto& [key, address] :
         {std::pair{"serve.http_bind", &serve.httpBind}, std::pair{"serve.metrics_bind", &serve.metricsBind}})
        if (!ops::isLoopback(*address))
            fault(key, "only loopback addresses: others need TLS and a token, which this version does not offer");
    for (const ConnectorSpec& spec : connectorSpecs()) {
        const auto values = settings.section(spec.settings.name).values();
        for (const auto& [key, scheme, rule] :
             {std::tuple{"url", "ws", "must be wss://…, or ws://… on this machine's loopback"},
              std::tuple{"rest_url", "http", "must be https://…, or http://… on this machine's loopback"}}) {
            const auto found = values.find(key);
            const auto* url = found == values.end() ? nullptr : std::get_if<std::string>(&found->second);
            if (url && !isSafe(*url, scheme))
                fault(spec.settings.name + "." + key, rule);
        }
    }
    return faults;
}

Result<OpenedSettings> openSettings(const SettingsSources& sources)
{
    OpenedSettings out;
    out.input = {.specs = allSections(),
                 .profiles = sources.profiles,
                 .profileFolders = {},
                 .files = {},
                 .texts = {},
                 .environment = config::processEnvironment(),
                 .sets = sources.overrides};
    if (sources.userFile) {
        out.file = sources.ownFile.empty() ? userSettingsFile() : sources.ownFile;
        std::error_code problem;  // then the reader names it
        if (std::filesystem::exists(out.file, problem) || problem)
            out.input.files.push_back(out.file);
    }
    for (const std::filesystem::path& file : sources.files)
        out.file = out.input.files.emplace_back(file);
    TRY_ASSIGN(out.settings, config::Settings::load(out.input));
    std::string faults;
    for (const config::Fault& fault : addressFaults(out.settings))
        faults += (faults.empty() ? "" : "\n") + fault.text();
    if (!faults.empty())
        return fail(ErrorCode::Invalid, std::move(faults));
    return out;
}

Result<config::Settings> loadSettings(const SettingsSources& sources)
{
    TRY_ASSIGN(OpenedSettings opened, openSettings(sources));
    return std::move(opened.settings);
}

}  // namespace tickdeck::runtime
