// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/files.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tickdeck::parquet {

namespace {

std::unexpected<Error> systemError(int number, const char* what, const std::filesystem::path& path)
{
    const bool full = number == ENOSPC || number == EDQUOT;
    return fail(full ? ErrorCode::Full : ErrorCode::Io,
                std::string(what) + " " + path.string() + ": " + std::generic_category().message(number),
                Remedy::Reconnect);
}

class Descriptor {
public:
    Descriptor(const std::filesystem::path& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return m_fd; }

private:
    int m_fd;
};

}  // namespace

Result<> syncPath(const std::filesystem::path& path)
{
    const Descriptor file(path, O_RDONLY);
    if (file.get() < 0)
        return systemError(errno, "open", path);
    if (::fsync(file.get()) != 0)
        return systemError(errno, "sync", path);
    return {};
}

Result<> makeFolders(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> missing;
    std::error_code error;
    for (auto at = folder; !at.empty() && !std::filesystem::exists(at, error); at = at.parent_path())
        missing.push_back(at);
    for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
        if (!std::filesystem::create_directory(*at, error) && error)
            return systemError(error.value(), "make folder", *at);
        TRY(syncPath(at->has_parent_path() ? at->parent_path() : "."));
    }
    return {};
}

Result<> renameFile(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (::rename(from.c_str(), to.c_str()) != 0)
        return systemError(errno, "rename", from);
    return {};
}

Result<> removeFile(const std::filesystem::path& path)
{
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return systemError(errno, "remove", path);
    return {};
}

Result<> replaceFile(const std::filesystem::path& path, std::string_view content)
{
    std::filesystem::path temporary = path;
    temporary += ".tmp";
    {
        const Descriptor file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
        if (file.get() < 0)
            return systemError(errno, "create", temporary);
        while (!content.empty()) {
            const ssize_t written = ::write(file.get(), content.data(), content.size());
            if (written < 0 && errno != EINTR)
                return systemError(errno, "write", temporary);
            content.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        }
        if (::fsync(file.get()) != 0)
            return systemError(errno, "sync", temporary);
    }
    TRY(renameFile(temporary, path));
    return syncPath(path.parent_path());
}

Result<std::string> readFile(const std::filesystem::path& path)
{
    const Descriptor file(path, O_RDONLY);
    if (file.get() < 0) {
        if (errno == ENOENT)
            return fail(ErrorCode::NotFound, path.string() + " does not exist");
        return systemError(errno, "open", path);
    }
    std::string content;
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno != EINTR)
            return systemError(errno, "read", path);
        if (got == 0)
            return content;
        content.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
}

}  // namespace tickdeck::parquet
