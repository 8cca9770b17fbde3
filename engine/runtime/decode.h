// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The mode `decode`: recorded frames, one a line, to normalised events. No network, no clock, no data directory.

#include <iosfwd>
#include <string>
#include <vector>

#include "engine/plugin/connector.h"

namespace tickdeck {

enum class DecodeFormat : std::uint8_t { Jsonl, Csv, Parquet };
template <>
inline constexpr std::array kEnumNames<DecodeFormat> = {"jsonl"sv, "csv"sv, "parquet"sv};

struct DecodeOptions {
    std::vector<std::string> files;  // none, or "-": standard input
    DecodeFormat format = DecodeFormat::Jsonl;
    // Empty: `out`, which Parquet refuses. CSV and Parquet hold one event type a file: a folder gets TYPE.csv each; a file
    // NAME.csv is written as such when there is one type only, else as NAME.TYPE.csv each.
    std::string output;
};

// Decodes all files in order with one decoder. A line {"rest":PATH,"body":…} is the answer to a request. Receive times come
// from FILE.recv where it stands beside FILE (Unix seconds, a line each), else they are null. Told on `log`: bad frames by
// file and line, failed checks, notices once, and at the end what was ignored, by kind. Returns the exit code: 0 done,
// 1 bad frames, failed checks or a failed write, 2 files or options that cannot be used.
[[nodiscard]] int decodeFiles(const ConnectorSpec& connector, const DecodeOptions& options, std::istream& in,
                              std::ostream& out, std::ostream& log);

}  // namespace tickdeck
