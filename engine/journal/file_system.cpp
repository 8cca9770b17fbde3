// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/file_system.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tickdeck::journal {

namespace {

std::unexpected<Error> failed(const char* what, const std::filesystem::path& path, int error)
{
    const bool full = error == ENOSPC || error == EDQUOT;
    const ErrorCode code = full ? ErrorCode::Full : error == EEXIST ? ErrorCode::Exists : ErrorCode::Io;
    return fail(code, std::string(what) + " " + path.string() + ": " + std::generic_category().message(error),
                full ? Remedy::Retry : Remedy::None);
}

int syncData(int file)
{
#ifdef __APPLE__
    return ::fcntl(file, F_FULLFSYNC);
#else
    return ::fdatasync(file);
#endif
}

class SystemFile final : public File {
public:
    SystemFile(int file, std::filesystem::path path) : m_file(file), m_path(std::move(path)) {}
    ~SystemFile() override { ::close(m_file); }
    SystemFile(const SystemFile&) = delete;
    SystemFile& operator=(const SystemFile&) = delete;

    Result<> write(std::span<const std::byte> bytes) override
    {
        while (!bytes.empty()) {
            const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return failed("write", m_path, errno);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        }
        return {};
    }

    Result<> sync() override
    {
        if (syncData(m_file) != 0)
            return failed("sync", m_path, errno);
        return {};
    }

private:
    int m_file;
    std::filesystem::path m_path;
};

// Opens, applies `act` to the descriptor, closes.
template <class Act>
Result<> withFile(const char* what, const std::filesystem::path& path, int flags, Act&& act)
{
    const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
    if (file < 0)
        return failed("open", path, errno);
    const int error = act(file) != 0 ? errno : 0;
    ::close(file);
    if (error != 0)
        return failed(what, path, error);
    return {};
}

}  // namespace

Result<std::unique_ptr<File>> SystemFiles::create(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0)
        return failed("create", path, errno);
    return std::make_unique<SystemFile>(file, path);
}

Result<> SystemFiles::remove(const std::filesystem::path& path)
{
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return failed("remove", path, errno);
    return {};
}

Result<> SystemFiles::truncate(const std::filesystem::path& path, std::uint64_t size)
{
    return withFile("truncate", path, O_WRONLY, [size](int file) {
        return ::ftruncate(file, static_cast<off_t>(size)) == 0 ? syncData(file) : -1;
    });
}

Result<> SystemFiles::reserve(const std::filesystem::path& path, std::uint64_t size)
{
    return withFile("reserve", path, O_WRONLY | O_CREAT, [size](int file) {
        errno = ::posix_fallocate(file, 0, static_cast<off_t>(size));
        return errno;
    });
}

Result<> SystemFiles::syncFolder(const std::filesystem::path& path)
{
    return withFile("sync", path, O_RDONLY | O_DIRECTORY, [](int file) { return ::fsync(file); });
}

}  // namespace tickdeck::journal
