// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Changes to loaded settings, made in the text of the user's file: checked as a whole, applied as a whole or not at all.

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/settings.h"

namespace tickdeck::config {

// `value` as after the equals sign of --set; none: the key goes from the user's file, and what stands below it holds again.
struct Change {
    std::string key;  // "connectors.kraken.book_depth"; aliases of sections are understood
    std::optional<std::string> value;
};

struct ChangeFault {
    std::string key;      // of the change that it is about; else what is wrong beside it, or empty
    std::string message;  // English, without the key; never holds a secret
};

// What the changes would lead to.
struct Changed {
    Settings settings;
    std::string text;  // of the user's file
};

// `input` is what `now` was loaded from; `file` is the last of its files, or goes behind them where it does not exist yet;
// `text` is what it holds now. The result is loaded from all sources with the edited text, so that it is what the next start
// would read; what was forced upon `now` is forced again. Refused, with a fault for each key: unknown keys, values that are
// not allowed, keys that the environment, the command line or the engine decides, and a file that does not load.
[[nodiscard]] std::expected<Changed, std::vector<ChangeFault>> change(const Settings& now, SettingsInput input,
                                                                      const std::filesystem::path& file,
                                                                      std::string_view text,
                                                                      std::span<const Change> changes);

// What a settings file says, by "section.key" and as after the equals sign of --set; keys that no section has are left out.
[[nodiscard]] std::map<std::string, std::string> valuesOf(std::string_view text, std::span<const SectionSpec> specs);

// The changes that lead from the one file's values to the other's.
[[nodiscard]] std::vector<Change> changesBetween(const std::map<std::string, std::string>& from,
                                                 const std::map<std::string, std::string>& to);

}  // namespace tickdeck::config
