// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The lake's folder: its names, its position, and how it is made whole after a crash.
//
//   data/v1/TYPE/venue=V/date=YYYY-MM-DD/part-FIRSTSEQ-LASTSEQ.parquet    sealed
//   data/v1/.open/.TYPE-V-YYYY-MM-DD-FIRSTSEQ.parquet.tmp                 being written
//   data/v1/_position.json                                                {"position":…,"numbers":…,"price_scale":…}
//
// Open files lie apart: Polars refuses a folder in which not every name ends the same, be it dot-prefixed.
// All types are cut at one number: a sealed file lies wholly at or before the position, or is deleted at the next start.
// A cut's files carry its range and their number (tickdeck.cut_from, cut_to, cut_files), so that the position can be
// found again without its file.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"
#include "engine/sinks/parquet/settings.h"

namespace tickdeck::parquet {

struct LakeFile {
    std::filesystem::path path;
    EventType type{};
    std::string venue;
    std::string date;  // of receive_time, UTC; "unknown" where there is none
    Seq firstSeq = 0;  // of its first and last event
    Seq lastSeq = 0;
};

// What to list; unset: everything.
struct LakeScope {
    std::optional<EventType> type;
    std::optional<std::string> venue;
    std::string fromDate;  // inclusive; empty: from the first
    std::string toDate;    // inclusive; empty: to the last
};

struct LakePosition {
    Seq position = 0;
    Numbers numbers = Numbers::Decimal;
    int priceScale = 18;
};

class Lake {
public:
    explicit Lake(std::filesystem::path dataDirectory);

    [[nodiscard]] const std::filesystem::path& root() const noexcept { return m_root; }
    [[nodiscard]] std::filesystem::path folder(EventType type, std::string_view venue, std::string_view date) const;
    [[nodiscard]] std::filesystem::path temporaryFile(EventType type, std::string_view venue, std::string_view date,
                                                      Seq first) const;
    [[nodiscard]] static std::string sealedName(Seq first, Seq last);

    // Sealed files in order of their first number.
    [[nodiscard]] Result<std::vector<LakeFile>> list(const LakeScope& scope) const;

    // The stored position, or nullopt for a new lake. Found again from the sealed files where its file is gone or damaged.
    [[nodiscard]] Result<std::optional<LakePosition>> readPosition() const;
    [[nodiscard]] Result<> writePosition(const LakePosition& position) const;
    // Deletes unfinished files and what lies beyond the position. Gives the position: an earlier one where a file reaches
    // across it.
    [[nodiscard]] Result<Seq> repair(Seq position) const;

private:
    std::filesystem::path m_root;  // <data>/data/v1
};

// A venue as a folder's name: bytes other than letters, digits and ._- as %XX; and back.
[[nodiscard]] std::string encodeVenue(std::string_view venue);
[[nodiscard]] std::string decodeVenue(std::string_view name);

// The key-value metadata of a sealed file.
[[nodiscard]] Result<std::map<std::string, std::string>> readMetadata(const std::filesystem::path& file);

}  // namespace tickdeck::parquet
