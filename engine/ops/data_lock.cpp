// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/data_lock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "engine/core/time.h"

namespace tickdeck::ops {

namespace {

std::filesystem::path lockFile(const std::filesystem::path& dataDirectory) { return dataDirectory / "lock"; }

// An exclusive lock of the open file description: it ends with the descriptor, and can be asked for without taking it.
flock wholeFile()
{
    flock out{};
    out.l_type = F_WRLCK;
    out.l_whence = SEEK_SET;
    return out;
}

std::string thisProcess()
{
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0)
        host[0] = '?';
    return "process " + std::to_string(getpid()) + " on host " + host.data() + " since " +
           formatRfc3339(SystemClock().now());
}

// What the file says; a holder that has not written yet is "another process".
std::string readHolder(int descriptor)
{
    std::array<char, 512> buffer{};
    const ssize_t size = pread(descriptor, buffer.data(), buffer.size(), 0);
    std::string text(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    text.resize(std::min(text.find('\n'), text.size()));
    return text.starts_with("process ") ? text : "another process";
}

}  // namespace

Result<DataLock> DataLock::take(const std::filesystem::path& dataDirectory)
{
    std::error_code problem;
    std::filesystem::create_directories(dataDirectory, problem);
    if (problem)
        return fail(ErrorCode::Io, dataDirectory.string() + ": " + problem.message());
    const std::filesystem::path file = lockFile(dataDirectory);
    DataLock lock(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (lock.m_descriptor < 0)
        return fail(ErrorCode::Io, file.string() + ": " + std::generic_category().message(errno));
    flock whole = wholeFile();
    if (fcntl(lock.m_descriptor, F_OFD_SETLK, &whole) != 0) {
        if (errno != EAGAIN && errno != EACCES)
            return fail(ErrorCode::Io, file.string() + ": " + std::generic_category().message(errno));
        return fail(ErrorCode::Exists,
                    "the data directory " + dataDirectory.string() + " is in use by " + readHolder(lock.m_descriptor));
    }
    const std::string line = thisProcess() + "\n";
    if (ftruncate(lock.m_descriptor, 0) != 0 ||
        pwrite(lock.m_descriptor, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size()))
        return fail(ErrorCode::Io, file.string() + ": " + std::generic_category().message(errno));
    return lock;
}

std::string DataLock::holder(const std::filesystem::path& dataDirectory)
{
    DataLock lock(open(lockFile(dataDirectory).c_str(), O_RDONLY | O_CLOEXEC));
    flock whole = wholeFile();
    if (lock.m_descriptor < 0 || fcntl(lock.m_descriptor, F_OFD_GETLK, &whole) != 0 || whole.l_type == F_UNLCK)
        return {};
    return readHolder(lock.m_descriptor);
}

DataLock::DataLock(DataLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

DataLock::~DataLock()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

}  // namespace tickdeck::ops
