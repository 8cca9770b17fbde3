// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common.h"

#include <cstdio>

#include "engine/runtime/data_directory.h"
#include "engine/runtime/settings.h"

namespace tickdeck::app {

Result<runtime::OpenedSettings> openSettings(const Common& common)
{
    std::vector<std::string> profiles = common.profiles;
    if (common.demo)
        profiles.insert(profiles.begin(), "demo");
    runtime::SettingsSources sources{.profiles = std::move(profiles),
                                     .files = {common.configFiles.begin(), common.configFiles.end()},
                                     .overrides = common.overrides};
    // The demo shows the same to everybody; what is changed in one lies beside its data.
    if (common.demo)
        sources.ownFile = dataDirectory(common) / "tickdeck.toml";
    return runtime::openSettings(sources);
}

Result<config::Settings> loadSettings(const Common& common)
{
    TRY_ASSIGN(runtime::OpenedSettings opened, openSettings(common));
    return std::move(opened.settings);
}

std::filesystem::path dataDirectory(const Common& common)
{
    return common.dataDirectory.empty() ? runtime::defaultDataDirectory(common.demo)
                                        : std::filesystem::absolute(common.dataDirectory);
}

int complain(std::string_view text, int code)
{
    std::fprintf(stderr, "tickdeck: %.*s\n", static_cast<int>(text.size()), text.data());
    return code;
}

int complain(const Error& error, int code) { return complain(error.text(), code); }

int exitCode(const Error& error)
{
    return error.code == ErrorCode::Invalid || error.code == ErrorCode::Exists ? kUsage : kFault;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace tickdeck::app
