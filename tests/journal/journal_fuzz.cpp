// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a segment file: recovery and reading must end, without a crash and without an error that isn't told.
//
// Checksums would keep nearly all mutations outside, so an input whose first byte is odd gets its CRCs put right first.

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/core/pool.h"
#include "engine/journal/crc32c.h"
#include "engine/journal/file_system.h"
#include "engine/journal/format.h"
#include "engine/journal/reader.h"
#include "engine/journal/recovery.h"

namespace {

using namespace tickdeck;
using namespace tickdeck::journal;

constexpr Seq kSegment = 1;

template <class T>
std::uint32_t crcAfterCrc(const T& header)
{
    return crc32c(std::as_bytes(std::span(&header, 1)).subspan(offsetof(T, crc) + sizeof header.crc));
}

// The bytes of a part, where they are there.
std::uint32_t crcOf(std::span<std::byte> bytes, std::size_t from, std::size_t size)
{
    return from <= bytes.size() && size <= bytes.size() - from ? crc32c(bytes.subspan(from, size)) : 0;
}

void repair(std::span<std::byte> bytes)
{
    for (std::size_t at = 0; at + sizeof(BlockHeader) <= bytes.size(); ++at) {
        if (std::memcmp(bytes.data() + at, kHeadMagic.data(), kHeadMagic.size()) == 0) {
            HeadPrefix prefix;
            std::memcpy(&prefix, bytes.data() + at, sizeof prefix);
            prefix.firstSeq = kSegment;
            prefix.bodyCrc = crcOf(bytes, at + sizeof prefix, prefix.bodyStored);
            prefix.crc = crcAfterCrc(prefix);
            std::memcpy(bytes.data() + at, &prefix, sizeof prefix);
        } else if (std::memcmp(bytes.data() + at, kBlockMagic.data(), kBlockMagic.size()) == 0) {
            BlockHeader header;
            std::memcpy(&header, bytes.data() + at, sizeof header);
            header.segment = kSegment;
            const std::size_t meta = at + sizeof header;
            const std::size_t events = meta + header.metaSize;
            header.metaCrc = crcOf(bytes, meta, header.metaSize);
            header.eventsCrc = crcOf(bytes, events, header.eventsStored);
            header.framesCrc = crcOf(bytes, events + header.eventsStored, header.framesStored);
            sealHeader(header);
            std::memcpy(bytes.data() + at, &header, sizeof header);
        }
    }
}

void check(bool good)
{
    if (!good)
        std::abort();
}

void readAll(const std::filesystem::path& folder, bool withFrames)
{
    SymbolTable symbols;
    BufferPool pool;
    auto reader = Reader::open(folder, {.withFrames = withFrames, .onDamage = [](const Damage&) {}}, symbols, pool);
    check(reader.has_value());
    Seq last = 0;
    for (;;) {
        auto batch = reader->next();
        check(batch.has_value());
        if (!*batch)
            break;
        check((*batch)->lastSeq() > last);
        last = (*batch)->lastSeq();
        for (const EventView event : **batch)
            check(event.symbol() < symbols.size());
    }
    check(!*reader->next());  // the end stays the end
}

class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "tickdeck-fuzz-XXXXXX").string();
        m_path = ::mkdtemp(name.data());
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

// As the system's, without waiting for the disk.
class NoSync final : public FileSystem {
public:
    Result<std::unique_ptr<File>> create(const std::filesystem::path& path) override { return m_system.create(path); }
    Result<> remove(const std::filesystem::path& path) override { return m_system.remove(path); }
    Result<> truncate(const std::filesystem::path& path, std::uint64_t size) override
    {
        std::filesystem::resize_file(path, size);
        return {};
    }
    Result<> reserve(const std::filesystem::path&, std::uint64_t) override { return {}; }
    Result<> syncFolder(const std::filesystem::path&) override { return {}; }

private:
    SystemFiles m_system;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Folder folder;
    if (size == 0)
        return 0;
    const auto rest = std::as_bytes(std::span(data, size)).subspan(1);
    std::vector<std::byte> bytes(rest.begin(), rest.end());
    if (data[0] % 2 != 0)
        repair(bytes);
    const auto path = folder.path() / segmentName(kSegment);
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    readAll(folder.path(), true);
    readAll(folder.path(), false);
    NoSync files;
    SymbolTable symbols;
    check(recover(files, folder.path(), symbols).has_value());
    readAll(folder.path(), true);
    return 0;
}
