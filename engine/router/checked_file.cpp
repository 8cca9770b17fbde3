// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/checked_file.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace tickdeck {

namespace {

constexpr std::string_view kMagic = "TDCHECK1";

struct Head {
    std::array<char, 8> magic{};
    std::uint64_t size = 0;
    std::uint64_t crc = 0;
};

class File {
public:
    explicit File(int descriptor) : m_descriptor(descriptor) {}
    ~File()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

std::unexpected<Error> systemError(const std::filesystem::path& path, const char* what)
{
    const int number = errno;
    return fail(number == ENOENT   ? ErrorCode::NotFound
                : number == ENOSPC ? ErrorCode::Full
                                   : ErrorCode::Io,
                path.string() + ": " + what + ": " + std::strerror(number));
}

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1u) ? 0xEDB88320u : 0u);
        table[i] = value;
    }
    return table;
}();

std::uint32_t crc32(std::string_view bytes)
{
    std::uint32_t crc = ~0u;
    for (const char c : bytes)
        crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFu];
    return ~crc;
}

Result<> writeAll(const File& file, const std::filesystem::path& path, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return systemError(path, "write");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Result<> syncFolder(const std::filesystem::path& folder)
{
    const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.isOpen() || ::fsync(file.get()) != 0)
        return systemError(folder, "fsync");
    return {};
}

Result<> saveChecked(const std::filesystem::path& path, std::string_view bytes)
{
    Head head;
    std::memcpy(head.magic.data(), kMagic.data(), kMagic.size());
    head.size = bytes.size();
    head.crc = crc32(bytes);
    std::filesystem::path temporary = path;
    temporary += ".tmp";
    {
        const File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (!file.isOpen())
            return systemError(temporary, "open");
        TRY(writeAll(file, temporary, {reinterpret_cast<const char*>(&head), sizeof head}));
        TRY(writeAll(file, temporary, bytes));
        if (::fsync(file.get()) != 0)
            return systemError(temporary, "fsync");
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return systemError(path, "rename");
    return syncFolder(path.parent_path());
}

Result<std::string> loadChecked(const std::filesystem::path& path)
{
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isOpen())
        return systemError(path, "open");
    std::string content;
    std::array<char, 65536> chunk;
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return systemError(path, "read");
        if (got == 0)
            break;
        content.append(chunk.data(), static_cast<std::size_t>(got));
    }
    Head head;
    if (content.size() < sizeof head)
        return fail(ErrorCode::Corrupt, path.string() + ": shorter than its head");
    std::memcpy(&head, content.data(), sizeof head);
    content.erase(0, sizeof head);
    if (std::string_view(head.magic.data(), head.magic.size()) != kMagic)
        return fail(ErrorCode::Corrupt, path.string() + ": not a file of ours");
    if (head.size != content.size() || head.crc != crc32(content))
        return fail(ErrorCode::Corrupt, path.string() + ": length or checksum is wrong");
    return content;
}

}  // namespace tickdeck
