// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/lake.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "engine/sinks/parquet/files.h"

namespace tickdeck::parquet {

namespace {

constexpr std::string_view kVenuePrefix = "venue=";
constexpr std::string_view kDatePrefix = "date=";
constexpr std::string_view kOpenFolder = ".open";
constexpr std::string_view kTemporarySuffix = ".parquet.tmp";

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

// "part-17-42.parquet"
bool parseSealed(std::string_view name, Seq& first, Seq& last)
{
    if (!name.starts_with("part-") || !name.ends_with(".parquet"))
        return false;
    name.remove_prefix(5);
    name.remove_suffix(8);
    const std::size_t dash = name.find('-');
    if (dash == std::string_view::npos)
        return false;
    const auto from = number(name.substr(0, dash));
    const auto to = number(name.substr(dash + 1));
    if (!from || !to)
        return false;
    first = *from;
    last = *to;
    return true;
}

// Calls take(path, file name, LakeFile without numbers) for each file in scope.
template <class Take>
Result<> walk(const std::filesystem::path& root, const LakeScope& scope, Take&& take)
{
    namespace fs = std::filesystem;
    std::error_code error;
    const auto folders = [&](const fs::path& path) {
        std::vector<fs::directory_entry> found;
        if (fs::exists(path, error))
            for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
                found.push_back(*at);
        return found;
    };
    for (std::size_t i = 0; i < kEventTypeCount && !error; ++i) {
        const auto type = static_cast<EventType>(i);
        if (scope.type && *scope.type != type)
            continue;
        for (const auto& venue : folders(root / std::string(enumName(type)))) {
            const std::string venueName = venue.path().filename().string();
            if (!venueName.starts_with(kVenuePrefix))
                continue;
            LakeFile file{{}, type, decodeVenue(std::string_view(venueName).substr(kVenuePrefix.size())), {}, 0, 0};
            if (scope.venue && *scope.venue != file.venue)
                continue;
            for (const auto& day : folders(venue.path())) {
                const std::string dayName = day.path().filename().string();
                if (!dayName.starts_with(kDatePrefix))
                    continue;
                file.date = dayName.substr(kDatePrefix.size());
                if ((!scope.fromDate.empty() && file.date < scope.fromDate) ||
                    (!scope.toDate.empty() && file.date > scope.toDate))
                    continue;
                for (const auto& entry : folders(day.path())) {
                    if (!entry.is_regular_file(error))
                        continue;
                    file.path = entry.path();
                    TRY(take(file));
                }
            }
        }
    }
    if (error)
        return fail(ErrorCode::Io, "list " + root.string() + ": " + error.message(), Remedy::Reconnect);
    return {};
}

}  // namespace

Lake::Lake(std::filesystem::path dataDirectory) : m_root(std::move(dataDirectory) / "data" / "v1") {}

std::filesystem::path Lake::folder(EventType type, std::string_view venue, std::string_view date) const
{
    return m_root / std::string(enumName(type)) / (std::string(kVenuePrefix) + encodeVenue(venue)) /
           (std::string(kDatePrefix) + std::string(date));
}

std::filesystem::path Lake::temporaryFile(EventType type, std::string_view venue, std::string_view date,
                                          Seq first) const
{
    std::string name = ".";
    name.append(enumName(type)).append("-").append(encodeVenue(venue)).append("-").append(date).append("-");
    name.append(std::to_string(first)).append(kTemporarySuffix);
    return m_root / kOpenFolder / name;
}

std::string Lake::sealedName(Seq first, Seq last)
{
    return "part-" + std::to_string(first) + "-" + std::to_string(last) + ".parquet";
}

Result<std::vector<LakeFile>> Lake::list(const LakeScope& scope) const
{
    std::vector<LakeFile> files;
    TRY(walk(m_root, scope, [&](const LakeFile& found) -> Result<> {
        LakeFile file = found;
        if (parseSealed(file.path.filename().string(), file.firstSeq, file.lastSeq))
            files.push_back(std::move(file));
        return {};
    }));
    std::ranges::sort(files, {}, [](const LakeFile& file) { return std::tuple(file.firstSeq, file.path); });
    return files;
}

Result<std::optional<LakePosition>> Lake::readPosition() const
{
    LakePosition found;
    auto text = readFile(m_root / "_position.json");
    if (!text && text.error().code != ErrorCode::NotFound)
        return std::unexpected(std::move(text).error());
    if (text) {
        const auto json = nlohmann::json::parse(*text, nullptr, false);
        if (json.is_object() && json.value("position", nlohmann::json()).is_number_unsigned() &&
            json.value("numbers", nlohmann::json()).is_string() &&
            json.value("price_scale", nlohmann::json()).is_number_unsigned()) {
            found.position = json["position"].get<Seq>();
            found.numbers = enumFromName<Numbers>(json["numbers"].get<std::string>()).value_or(Numbers::Decimal);
            found.priceScale = json["price_scale"].get<int>();
            return found;
        }
    }
    // Without the file: the newest cut of which every file is there.
    TRY_ASSIGN(const auto files, list({}));
    if (files.empty())
        return std::nullopt;
    struct Cut {
        std::uint64_t files = 0;
        std::uint64_t expected = 0;
    };
    std::map<Seq, Cut> cuts;
    for (const LakeFile& file : files) {
        const auto metadata = readMetadata(file.path);
        if (!metadata)
            continue;  // torn: its cut is not complete
        const auto value = [&](const char* key) {
            const auto at = metadata->find(key);
            return at == metadata->end() ? std::string() : at->second;
        };
        const auto to = number(value("tickdeck.cut_to"));
        const auto expected = number(value("tickdeck.cut_files"));
        if (!to || !expected)
            continue;
        ++cuts[*to].files;
        cuts[*to].expected = *expected;
        found.numbers = enumFromName<Numbers>(value("tickdeck.numbers")).value_or(found.numbers);
        found.priceScale = static_cast<int>(number(value("tickdeck.price_scale")).value_or(18));
    }
    for (const auto& [to, cut] : cuts)
        if (cut.files >= cut.expected)
            found.position = to;
    return found;
}

Result<> Lake::writePosition(const LakePosition& position) const
{
    TRY(makeFolders(m_root));
    return replaceFile(m_root / "_position.json", nlohmann::json{{"position", position.position},
                                                                 {"numbers", enumName(position.numbers)},
                                                                 {"price_scale", position.priceScale}}
                                                          .dump() +
                                                      "\n");
}

Result<Seq> Lake::repair(Seq position) const
{
    std::error_code error;
    TRY(makeFolders(m_root / kOpenFolder));
    for (std::filesystem::directory_iterator at(m_root / kOpenFolder, error), end; !error && at != end;
         at.increment(error))
        if (at->path().string().ends_with(kTemporarySuffix))
            TRY(removeFile(at->path()));
    if (error)
        return fail(ErrorCode::Io, "list " + m_root.string() + ": " + error.message(), Remedy::Reconnect);
    TRY_ASSIGN(const auto sealed, list({}));
    // A file across the position is no cut of this lake's (its position was put back by hand): what it holds at or before
    // the position comes again, so the position moves before it.
    for (bool moved = true; moved;) {
        moved = false;
        for (const LakeFile& file : sealed)
            if (file.firstSeq <= position && file.lastSeq > position) {
                position = file.firstSeq - 1;
                moved = true;
            }
    }
    for (const LakeFile& file : sealed)
        if (file.lastSeq > position) {
            TRY(removeFile(file.path));
            TRY(syncPath(file.path.parent_path()));
        }
    return position;
}

std::string encodeVenue(std::string_view venue)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : venue) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                           c == '-' || (c == '.' && !out.empty());
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out.empty() ? "unknown" : out;
}

std::string decodeVenue(std::string_view name)
{
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        unsigned value = 0;
        if (name[i] == '%' && i + 2 < name.size() &&
            std::from_chars(name.data() + i + 1, name.data() + i + 3, value, 16).ptr == name.data() + i + 3) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += name[i];
        }
    }
    return out;
}

}  // namespace tickdeck::parquet
