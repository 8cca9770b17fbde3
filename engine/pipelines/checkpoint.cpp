// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/checkpoint.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

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

struct InFlight::Page {
    std::atomic<Seq> now;
    std::atomic<Seq> suspect;
    std::atomic<std::uint64_t> attempts;
};

InFlight::~InFlight()
{
    if (m_page)
        ::munmap(m_page, sizeof(Page));
}

Result<> InFlight::open(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    void* memory = MAP_FAILED;
    if (file >= 0 && ::ftruncate(file, sizeof(Page)) == 0)
        memory = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    const int error = errno;
    if (file >= 0)
        ::close(file);
    if (memory == MAP_FAILED)
        return fail(ErrorCode::Io, path.string() + ": " + std::generic_category().message(error));
    m_page = static_cast<Page*>(memory);
    if (const Seq now = m_page->now.exchange(0)) {
        m_page->attempts = now == m_page->suspect ? m_page->attempts + 1 : 1;
        m_page->suspect = now;
    }
    return {};
}

Seq InFlight::poison() const noexcept
{
    return m_page->attempts.load(std::memory_order_relaxed) >= kAttempts
               ? m_page->suspect.load(std::memory_order_relaxed)
               : 0;
}

void InFlight::enter(Seq input) noexcept { m_page->now.store(input, std::memory_order_relaxed); }

void InFlight::forgive() noexcept
{
    m_page->attempts = 0;
    m_page->suspect = 0;
}

}  // namespace tickdeck::pipelines
