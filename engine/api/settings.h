// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An engine's settings as a front end shows and changes them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/settings.h"
#include "engine/core/time.h"

namespace tickdeck::api {

// One setting with what it is now and where that comes from.
struct Setting {
    config::FieldSpec spec;
    config::Value value;  // effective; a secret is its reference (text), never what it stands for
    config::Origin origin = config::Origin::Default;
    std::string source;  // "tickdeck.toml:12"
    // A value in the user's file would not take effect: the environment or the command line says otherwise.
    bool overridden = false;
};

struct SettingsSection {
    std::string name;  // "connectors.kraken"
    std::string help;
    std::vector<Setting> settings;
};

struct SettingsView {
    std::int64_t revision = 0;  // the one in force
    std::string file;           // the user's file, which changes are written to
    std::vector<SettingsSection> sections;
};

// `value` as after the equals sign of --set; none: what it would be without the user's file.
struct SettingChange {
    std::string key;  // "connectors.kraken.book_depth"
    std::optional<std::string> value;
};

// What a set of changes would do.
struct SettingsPlan {
    struct Fault {
        std::string key;      // of the change that it is about
        std::string message;  // English, without the key
    };
    std::vector<Fault> faults;          // none: it can be applied
    std::vector<std::string> live;      // keys that apply at once
    std::vector<std::string> restarts;  // components that restart: "kraken", "sinks.parquet"
    std::vector<std::string> later;     // keys that hold from the engine's next start only
};

struct SettingsRevision {
    std::int64_t id = 0;
    Nanos time = 0;
    std::string who;
    std::string what;  // "connectors.kraken.book_depth: 100 → 25"
};

}  // namespace tickdeck::api
