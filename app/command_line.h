// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The command line: what was asked for, read and checked, without doing any of it.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tickdeck::app {

// Exit codes of every mode.
inline constexpr int kDone = 0;
inline constexpr int kFault = 1;  // it ran and found a fault
inline constexpr int kUsage = 2;  // wrong usage or settings, or a taken port

// What holds for every mode: where settings and data come from.
struct Common {
    std::vector<std::string> profiles;
    std::vector<std::string> configFiles;
    std::vector<std::string> overrides;  // section.key=value
    std::string dataDirectory;           // empty: the default one
    bool demo = false;
};

struct RunMode {
    bool window = true;
};
struct DecodeMode {
    std::string venue;
    std::vector<std::string> files;  // empty: standard input
    std::string format = "jsonl";
    std::string out;  // empty: standard output
};
struct ReplayMode {
    std::string directory;
    std::string from;
    std::string to;
    std::string into;
};
struct ExportMode {
    std::string type;
    std::string from;
    std::string to;
    std::string symbol;
    std::string format = "csv";
    std::string out;
};
struct SimulateMode {
    std::vector<std::string> venues;  // empty: all
    std::string faults;
    std::uint64_t seed = 1;
    double rate = 400;       // events per second and venue
    std::uint16_t port = 0;  // of the first venue; 0: free ones
};
enum class ConfigAction : std::uint8_t { Check, Show, Docs, Schema, Set, Unset, History, Rollback };
struct ConfigMode {
    ConfigAction action = ConfigAction::Check;
    std::vector<std::string> items;  // section.key=value (set) or section.key (unset)
    bool dryRun = false;
    std::int64_t revision = 0;  // to go back to
    std::uint64_t most = 20;    // lines of history
};
enum class DeadLetterAction : std::uint8_t { List, Show, Retry, Drop };
struct DeadLetterMode {
    DeadLetterAction action = DeadLetterAction::List;
    std::vector<std::pair<std::int64_t, std::int64_t>> ids;  // ranges, both ends included
    std::string component;                                   // empty: all
    bool all = false;
    int most = 20;  // of the list
};
struct DoctorMode {
    bool json = false;
    bool offline = false;  // no venue is asked
};
struct RestartMode {
    std::string component;
};

using Mode = std::variant<RunMode, DecodeMode, ReplayMode, ExportMode, SimulateMode, ConfigMode, DeadLetterMode,
                          DoctorMode, RestartMode>;

struct CommandLine {
    Common common;
    Mode mode;
};

// Reads the arguments. Where they are wrong, or help or the version was asked for, says so and gives the exit code.
[[nodiscard]] std::variant<CommandLine, int> parseCommandLine(int argc, char** argv);

}  // namespace tickdeck::app
