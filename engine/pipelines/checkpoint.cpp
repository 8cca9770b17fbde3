// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/checkpoint.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include "engine/core/state_bytes.h"
#include "engine/router/checked_file.h"

namespace tickdeck::pipelines {

namespace {

constexpr std::uint32_t kVersion = 2;

Result<Checkpoint> decode(std::string_view bytes)
{
    StateReader in(bytes);
    if (in.get<std::uint32_t>() != kVersion)
        return fail(ErrorCode::Unsupported, "checkpoint of another version");
    Checkpoint out;
    out.position = in.get<Seq>();
    out.ordinal = in.get<std::uint64_t>();
    out.fresh = in.get<std::uint8_t>() != 0;
    out.state = in.text();
    out.settings = in.text();
    TRY(in.finish());
    return out;
}

}  // namespace

CheckpointFiles::CheckpointFiles(const std::filesystem::path& directory, std::string_view name)
    : m_newest(directory / (std::string(name) + ".ckpt")), m_older(directory / (std::string(name) + ".ckpt.old"))
{
}

std::vector<Checkpoint> CheckpointFiles::load(std::vector<Error>& damaged)
{
    std::vector<Checkpoint> out;
    for (const auto& path : {m_newest, m_older}) {
        auto bytes = loadChecked(path);
        Result<Checkpoint> read = bytes ? decode(*bytes) : std::unexpected(std::move(bytes).error());
        if (read)
            out.push_back(std::move(*read));
        else if (m_newestGood = m_newestGood && path != m_newest; read.error().code != ErrorCode::NotFound)
            damaged.push_back(std::move(read).error().within(path.filename().string()));
    }
    return out;
}

Result<> CheckpointFiles::save(const Checkpoint& checkpoint)
{
    std::string bytes;
    StateWriter out(bytes);
    out.put(kVersion);
    out.put(checkpoint.position);
    out.put(checkpoint.ordinal);
    out.put(checkpoint.fresh);
    out.text(checkpoint.state);
    out.text(checkpoint.settings);
    if (m_newestGood && ::rename(m_newest.c_str(), m_older.c_str()) != 0 && errno != ENOENT)
        return fail(ErrorCode::Io, m_older.string() + ": rename: " + std::generic_category().message(errno));
    TRY(saveChecked(m_newest, bytes));
    m_newestGood = true;
    return {};
}

}  // namespace tickdeck::pipelines
