// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/user_file.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tickdeck::config {

namespace {

constexpr std::size_t kLargest = 1u << 20;

class Descriptor {
public:
    explicit Descriptor(int value) noexcept : m_value(value) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (m_value >= 0)
            ::close(m_value);
    }
    [[nodiscard]] int get() const noexcept { return m_value; }
    [[nodiscard]] bool close() noexcept { return ::close(std::exchange(m_value, -1)) == 0; }

private:
    int m_value;
};

std::unexpected<Error> failure(const std::filesystem::path& file)
{
    return fail(ErrorCode::Io, file.string() + ": " + std::generic_category().message(errno));
}

// The file that is meant, behind all symbolic links; also one that does not exist yet.
Result<std::filesystem::path> meant(std::filesystem::path file)
{
    constexpr int kMostLinks = 32;
    for (int links = 0; links < kMostLinks; ++links) {
        std::error_code problem;
        if (!std::filesystem::is_symlink(file, problem))
            return file;
        std::filesystem::path target = std::filesystem::read_symlink(file, problem);
        if (problem)
            return fail(ErrorCode::Io, file.string() + ": " + problem.message());
        file = target.is_absolute() ? target : file.parent_path() / target;
    }
    return fail(ErrorCode::Io, file.string() + ": too many symbolic links");
}

Result<> writeAll(const Descriptor& out, const std::filesystem::path& file, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t size = ::write(out.get(), text.data(), text.size());
        if (size < 0 && errno != EINTR)
            return failure(file);
        text.remove_prefix(static_cast<std::size_t>(size < 0 ? 0 : size));
    }
    return {};
}

Result<> syncFolder(const std::filesystem::path& folder)
{
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0 || ::fsync(opened.get()) != 0)
        return failure(folder);
    return {};
}

Result<> writeBeside(const std::filesystem::path& file, const std::filesystem::path& temporary, const std::string& text)
{
    struct stat old{};
    const bool exists = ::stat(file.c_str(), &old) == 0;
    Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.get() < 0)
        return failure(temporary);
    if (exists) {
        // Another owner is kept where this user may; the mode goes last, as a change of owner clears parts of it.
        if (old.st_uid != ::geteuid() || old.st_gid != ::getegid())
            static_cast<void>(::fchown(out.get(), old.st_uid, old.st_gid) == 0);
        if (::fchmod(out.get(), old.st_mode & 07777u) != 0)
            return failure(temporary);
    }
    TRY(writeAll(out, temporary, text));
    if (::fsync(out.get()) != 0 || !out.close())
        return failure(temporary);
    if (::rename(temporary.c_str(), file.c_str()) != 0)
        return failure(file);
    return {};
}

// The file then has the text, or is as it was; that it stays so is for syncFolder() to say.
Result<> replace(const std::filesystem::path& file, const std::string& text)
{
    const std::filesystem::path temporary = file.parent_path() / ("." + file.filename().string() + ".tmp");
    auto written = writeBeside(file, temporary, text);
    if (!written)
        ::unlink(temporary.c_str());
    return written;
}

Result<> putBack(const std::filesystem::path& file, const std::optional<std::string>& before)
{
    if (before)
        return replace(file, *before);
    if (::unlink(file.c_str()) != 0)
        return failure(file);
    return {};
}

Result<> expect(const std::filesystem::path& file, const std::optional<std::string>& text)
{
    TRY_ASSIGN(const auto now, readUserFile(file));
    if (now != text)
        return fail(ErrorCode::Refused, file.string() + ": was changed by somebody else in the meantime; try again",
                    Remedy::Retry);
    return {};
}

}  // namespace

Result<std::optional<std::string>> readUserFile(const std::filesystem::path& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem) && !problem)
        return std::nullopt;
    std::ifstream in(file, std::ios::binary);
    std::string text(kLargest + 1, '\0');
    if (in)
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (problem || in.bad() || !in.is_open() || std::filesystem::is_directory(file, problem))
        return fail(ErrorCode::Io, file.string() + ": cannot be read");
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLargest)
        return fail(ErrorCode::Full, file.string() + ": is larger than 1 MiB");
    return text;
}

Result<> writeUserFile(const std::filesystem::path& file, const std::optional<std::string>& before,
                       const std::string& text)
{
    if (text.size() > kLargest)
        return fail(ErrorCode::Full, file.string() + ": would be larger than 1 MiB");
    TRY_ASSIGN(const std::filesystem::path target, meant(std::filesystem::absolute(file)));
    std::error_code problem;
    std::filesystem::create_directories(target.parent_path(), problem);
    if (problem)
        return fail(ErrorCode::Io, target.parent_path().string() + ": " + problem.message());
    TRY(expect(target, before));
    TRY(replace(target, text));
    auto lasting = syncFolder(target.parent_path());
    if (!lasting) {
        const auto undone = putBack(target, before);
        lasting.error().detail +=
            undone ? "; the file is as it was" : "; the file has the change all the same: " + undone.error().detail;
    }
    return lasting;
}

Result<> restoreUserFile(const std::filesystem::path& file, const std::optional<std::string>& before,
                         const std::string& written)
{
    TRY_ASSIGN(const std::filesystem::path target, meant(std::filesystem::absolute(file)));
    TRY(expect(target, written));
    TRY(putBack(target, before));
    auto lasting = syncFolder(target.parent_path());
    if (!lasting)
        lasting.error().detail += "; the file is as it was, but perhaps not after a crash";
    return lasting;
}

}  // namespace tickdeck::config
