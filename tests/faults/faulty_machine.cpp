// SPDX-License-Identifier: GPL-3.0-or-later

// A library to be preloaded: the disk and the clock of one process go wrong as its environment says. It concerns itself
// with the files below TICKDECK_FAULTY_FOLDER alone (an absolute path).
//
//   TICKDECK_FAULTY_LOG=FILE     every change of a file or folder, and every sync, is written there in its order
//                                (machine.py reads it and makes the folder as it may be after the power went)
//   TICKDECK_FAULTY_FAIL=KIND:N:COUNT:ERRNO
//                                the operations N to N + COUNT - 1 of KIND (write, sync, rename, create, remove) fail
//   TICKDECK_FAULTY_FULL=FILE    while FILE is there the disk is full: what would grow a file fails with ENOSPC, but for
//                                what was freed meanwhile
//   TICKDECK_FAULTY_CLOCK=FILE   the wall clock is off by the int64 nanoseconds in FILE

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace {

std::int64_t monotonic()
{
    timespec now{};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

enum class Kind : std::uint8_t { Known, Create, Write, Truncate, Sync, Rename, Unlink, Mkdir, SyncFolder };

// As it lies in the log; the path, the second path and the data follow.
struct Record {
    std::uint64_t number = 0;
    std::int64_t time = 0;   // monotonic, nanoseconds
    std::uint64_t file = 0;  // counts the files that were ever opened
    std::uint64_t value =
        0;  // of a write the offset, of a truncation the size, of a sync the first record it leaves out
    std::uint32_t path = 0;
    std::uint32_t other = 0;
    std::uint32_t data = 0;
    Kind kind = Kind::Known;
    std::uint8_t reserved[3] = {};
};
static_assert(sizeof(Record) == 48);

constexpr std::size_t kDescriptors = 65'536;

class Machine {
public:
    Machine()
    {
        const auto value = [](const char* name) { return std::string(getenv(name) ? getenv(name) : ""); };
        m_folder = value("TICKDECK_FAULTY_FOLDER");
        m_switch = value("TICKDECK_FAULTY_FULL");
        if (const std::string log = value("TICKDECK_FAULTY_LOG"); !log.empty())
            m_log = static_cast<int>(
                syscall(SYS_openat, AT_FDCWD, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644));
        if (const std::string clock = value("TICKDECK_FAULTY_CLOCK"); !clock.empty()) {
            const int file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, clock.c_str(), O_RDONLY | O_CLOEXEC));
            void* map = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
            if (map != MAP_FAILED)
                m_clock = static_cast<const volatile std::int64_t*>(map);
        }
        std::array<char, 16> kind{};
        if (std::sscanf(value("TICKDECK_FAULTY_FAIL").c_str(), "%15[a-z]:%lu:%lu:%d", kind.data(), &m_failAt,
                        &m_failCount, &m_failError) == 4)
            m_failKind = kind.data();
    }

    [[nodiscard]] const volatile std::int64_t* clock() const { return m_clock; }

    // The path within the folder; empty: not ours. Files that mean nothing after the process are not.
    std::string ours(int folder, const char* path) const
    {
        if (m_folder.empty() || !path)
            return {};
        std::string whole(path);
        if (path[0] != '/') {
            std::array<char, 4096> base{};
            const std::string link = folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/" + std::to_string(folder);
            if (readlink(link.c_str(), base.data(), base.size() - 1) < 0)
                return {};
            whole = std::string(base.data()) + "/" + path;
        }
        while (whole.size() > 1 && whole.back() == '/')
            whole.pop_back();
        if (whole == m_folder)
            return ".";
        if (!whole.starts_with(m_folder + "/") || whole.ends_with("-shm") || whole.ends_with("/lock") ||
            whole.ends_with("/control.sock"))
            return {};
        return whole.substr(m_folder.size() + 1);
    }

    std::mutex mutex;

    // Whether the next operation of this kind fails; errno is set then.
    bool fails(std::string_view kind, const std::string& what)
    {
        if (m_failKind != kind)
            return false;
        const std::uint64_t number = ++m_operations;
        if (number < m_failAt || number >= m_failAt + m_failCount)
            return false;
        const std::string text =
            "faulty machine: " + std::string(kind) + " " + std::to_string(number) + " of " + what + " fails\n";
        syscall(SYS_write, 2, text.data(), text.size());
        errno = m_failError;
        return true;
    }

    // Whether there is room for so many more bytes; errno is set where there is not. With the mutex held.
    bool hasRoom(std::uint64_t growth)
    {
        if (m_switch.empty() || growth == 0)
            return true;
        if (syscall(SYS_access, m_switch.c_str(), F_OK) != 0) {
            m_freed = 0;
            return true;
        }
        if (growth <= m_freed) {
            m_freed -= growth;
            return true;
        }
        errno = ENOSPC;
        return false;
    }
    void freed(std::uint64_t bytes) { m_freed += bytes; }

    void log(Kind kind, std::uint64_t file, std::uint64_t value, std::string_view path = {},
             std::string_view other = {}, std::string_view data = {})
    {
        if (m_log < 0)
            return;
        const Record record{.number = m_next++,
                            .time = monotonic(),
                            .file = file,
                            .value = value,
                            .path = static_cast<std::uint32_t>(path.size()),
                            .other = static_cast<std::uint32_t>(other.size()),
                            .data = static_cast<std::uint32_t>(data.size()),
                            .kind = kind};
        std::array<iovec, 4> parts{
            iovec{const_cast<Record*>(&record), sizeof record}, iovec{const_cast<char*>(path.data()), path.size()},
            iovec{const_cast<char*>(other.data()), other.size()}, iovec{const_cast<char*>(data.data()), data.size()}};
        syscall(SYS_writev, m_log, parts.data(), parts.size());
    }
    [[nodiscard]] std::uint64_t next() const { return m_next; }

    // With the mutex held.
    void opened(int descriptor, const std::string& path, bool isNew, bool folder)
    {
        if (descriptor < 0 || static_cast<std::size_t>(descriptor) >= kDescriptors)
            return;
        if (folder) {
            m_folders[descriptor] = path;
            files[static_cast<std::size_t>(descriptor)] = kFolder;
            return;
        }
        struct stat now{};
        fstat(descriptor, &now);
        std::uint64_t& id = m_ids[now.st_ino];
        if (isNew || id == 0) {
            id = ++m_lastId;
            log(isNew ? Kind::Create : Kind::Known, id, 0, path);
        }
        files[static_cast<std::size_t>(descriptor)] = id;
    }
    [[nodiscard]] std::uint64_t fileOf(int descriptor) const
    {
        return descriptor >= 0 && static_cast<std::size_t>(descriptor) < kDescriptors
                   ? files[static_cast<std::size_t>(descriptor)].load(std::memory_order_relaxed)
                   : 0;
    }
    void closed(int descriptor)
    {
        if (descriptor >= 0 && static_cast<std::size_t>(descriptor) < kDescriptors)
            files[static_cast<std::size_t>(descriptor)] = 0;
    }
    [[nodiscard]] std::string folderOf(int descriptor) { return m_folders[descriptor]; }
    void gone(ino_t inode) { m_ids.erase(inode); }

    static constexpr std::uint64_t kFolder = UINT64_MAX;
    std::array<std::atomic<std::uint64_t>, kDescriptors> files{};

private:
    std::string m_folder;
    std::string m_switch;
    int m_log = -1;
    const volatile std::int64_t* m_clock = nullptr;
    std::string m_failKind;
    std::uint64_t m_failAt = 0;
    std::uint64_t m_failCount = 0;
    int m_failError = 0;
    std::atomic<std::uint64_t> m_operations{0};
    std::uint64_t m_freed = 0;
    std::uint64_t m_next = 0;
    std::uint64_t m_lastId = 0;
    std::map<ino_t, std::uint64_t> m_ids;
    std::map<int, std::string> m_folders;
};

// Never destroyed: the process uses it to its very end.
Machine& machine()
{
    static Machine* const made = new Machine;
    return *made;
}

std::uint64_t sizeOf(int descriptor)
{
    struct stat now{};
    return fstat(descriptor, &now) == 0 ? static_cast<std::uint64_t>(now.st_size) : 0;
}

int openFile(int folder, const char* path, int flags, mode_t mode)
{
    Machine& m = machine();
    const std::string name = m.ours(folder, path);
    if (name.empty()) {
        const int descriptor = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
        m.closed(descriptor);  // the C library closes some by itself
        return descriptor;
    }
    const std::scoped_lock lock(m.mutex);
    struct stat before{};
    const bool isNew = (flags & O_CREAT) != 0 && fstatat(folder, path, &before, 0) != 0;
    const bool cut = (flags & O_TRUNC) != 0 && !isNew;
    if ((isNew || cut) && m.fails("create", name))
        return -1;
    const int descriptor = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
    if (descriptor < 0)
        return descriptor;
    struct stat now{};
    fstat(descriptor, &now);
    m.opened(descriptor, name, isNew, S_ISDIR(now.st_mode));
    if (cut) {
        m.freed(static_cast<std::uint64_t>(before.st_size));
        m.log(Kind::Truncate, m.fileOf(descriptor), 0);
    }
    return descriptor;
}

// `write` does it and says how many bytes it wrote.
template <class Write>
ssize_t writeFile(int descriptor, std::int64_t offset, std::size_t size, Write&& write, std::string_view data)
{
    Machine& m = machine();
    const std::uint64_t file = m.fileOf(descriptor);
    if (file == 0 || file == Machine::kFolder)
        return write(size);
    const std::scoped_lock lock(m.mutex);
    const std::uint64_t length = sizeOf(descriptor);
    const auto flags = static_cast<unsigned>(fcntl(descriptor, F_GETFL));
    std::uint64_t at = static_cast<std::uint64_t>(offset);
    if (offset < 0)
        at = (flags & O_APPEND) != 0 ? length : static_cast<std::uint64_t>(lseek(descriptor, 0, SEEK_CUR));
    if (m.fails("write", std::to_string(file)))
        return -1;
    std::size_t taken = size;
    if (!m.hasRoom(at + size > length ? at + size - length : 0)) {
        taken = at < length ? length - at : 0;  // as far as the file has its place on the disk
        if (taken == 0)
            return -1;
    }
    const ssize_t written = write(taken);
    if (written > 0)
        m.log(Kind::Write, file, at, {}, {}, data.substr(0, static_cast<std::size_t>(written)));
    return written;
}

int syncFile(int descriptor, long call)
{
    Machine& m = machine();
    const std::uint64_t file = m.fileOf(descriptor);
    if (file == 0)
        return static_cast<int>(syscall(call, descriptor));
    std::uint64_t begun = 0;
    std::string folder;
    {
        const std::scoped_lock lock(m.mutex);
        if (file == Machine::kFolder)
            folder = m.folderOf(descriptor);
        if (m.fails("sync", folder.empty() ? std::to_string(file) : folder))
            return -1;
        begun = m.next();
    }
    const int done = static_cast<int>(syscall(call, descriptor));
    if (done == 0) {
        const std::scoped_lock lock(m.mutex);
        m.log(file == Machine::kFolder ? Kind::SyncFolder : Kind::Sync, file == Machine::kFolder ? 0 : file, begun,
              folder);
    }
    return done;
}

int setLength(int descriptor, const char* path, off_t size)
{
    Machine& m = machine();
    const std::uint64_t known = path ? 0 : m.fileOf(descriptor);
    const std::string name = path ? m.ours(AT_FDCWD, path) : std::string();
    if (path ? name.empty() : known == 0)
        return static_cast<int>(path ? syscall(SYS_truncate, path, size) : syscall(SYS_ftruncate, descriptor, size));
    const std::scoped_lock lock(m.mutex);
    std::uint64_t file = known;
    if (path) {
        const int opened = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC));
        if (opened < 0)
            return -1;
        m.opened(opened, name, false, false);
        file = m.fileOf(opened);
        m.closed(opened);
        syscall(SYS_close, opened);
    }
    const int done =
        static_cast<int>(path ? syscall(SYS_truncate, path, size) : syscall(SYS_ftruncate, descriptor, size));
    if (done == 0)
        m.log(Kind::Truncate, file, static_cast<std::uint64_t>(size));
    return done;
}

int renameFile(int fromFolder, const char* from, int toFolder, const char* to)
{
    Machine& m = machine();
    const std::string source = m.ours(fromFolder, from);
    const std::string target = m.ours(toFolder, to);
    if (source.empty() || target.empty())
        return static_cast<int>(syscall(SYS_renameat, fromFolder, from, toFolder, to));
    const std::scoped_lock lock(m.mutex);
    if (m.fails("rename", source))
        return -1;
    struct stat replaced{};
    const bool replaces = fstatat(toFolder, to, &replaced, AT_SYMLINK_NOFOLLOW) == 0;
    const int done = static_cast<int>(syscall(SYS_renameat, fromFolder, from, toFolder, to));
    if (done != 0)
        return done;
    if (replaces) {
        m.freed(static_cast<std::uint64_t>(replaced.st_size));
        m.gone(replaced.st_ino);
    }
    m.log(Kind::Rename, 0, 0, source, target);
    return 0;
}

int unlinkFile(int folder, const char* path, int flags)
{
    Machine& m = machine();
    const std::string name = m.ours(folder, path);
    if (name.empty() || (flags & AT_REMOVEDIR) != 0)
        return static_cast<int>(syscall(SYS_unlinkat, folder, path, flags));
    const std::scoped_lock lock(m.mutex);
    if (m.fails("remove", name))
        return -1;
    struct stat now{};
    const bool there = fstatat(folder, path, &now, AT_SYMLINK_NOFOLLOW) == 0;
    const int done = static_cast<int>(syscall(SYS_unlinkat, folder, path, flags));
    if (done == 0 && there) {
        m.freed(static_cast<std::uint64_t>(now.st_size));
        m.gone(now.st_ino);
        m.log(Kind::Unlink, 0, 0, name);
    }
    return done;
}

int makeFolder(int folder, const char* path, mode_t mode)
{
    Machine& m = machine();
    const std::string name = m.ours(folder, path);
    if (name.empty())
        return static_cast<int>(syscall(SYS_mkdirat, folder, path, mode));
    const std::scoped_lock lock(m.mutex);
    struct stat before{};
    const bool there = fstatat(folder, path, &before, 0) == 0;
    if (!there && (m.fails("create", name) || !m.hasRoom(4096)))
        return -1;
    const int done = static_cast<int>(syscall(SYS_mkdirat, folder, path, mode));
    if (done == 0)
        m.log(Kind::Mkdir, 0, 0, name);
    return done;
}

int allocate(int descriptor, off_t offset, off_t size, bool posix)
{
    Machine& m = machine();
    if (m.fileOf(descriptor) != 0) {
        const std::scoped_lock lock(m.mutex);
        const std::uint64_t length = sizeOf(descriptor);
        const auto end = static_cast<std::uint64_t>(offset + size);
        if (m.fails("write", std::to_string(m.fileOf(descriptor))) || !m.hasRoom(end > length ? end - length : 0))
            return posix ? errno : -1;
        const long done = syscall(SYS_fallocate, descriptor, 0, offset, size);
        if (done == 0 && end > length)
            m.log(Kind::Truncate, m.fileOf(descriptor), end);
        return done == 0 ? 0 : posix ? errno : -1;
    }
    const long done = syscall(SYS_fallocate, descriptor, 0, offset, size);
    return done == 0 ? 0 : posix ? errno : -1;
}

mode_t modeIn(int flags, va_list list) { return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0; }

}  // namespace

#define WITH_MODE(mode, flags)               \
    va_list list;                            \
    va_start(list, flags);                   \
    const mode_t mode = modeIn(flags, list); \
    va_end(list)

extern "C" {

int open(const char* path, int flags, ...)
{
    WITH_MODE(mode, flags);
    return openFile(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...)
{
    WITH_MODE(mode, flags);
    return openFile(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int folder, const char* path, int flags, ...)
{
    WITH_MODE(mode, flags);
    return openFile(folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...)
{
    WITH_MODE(mode, flags);
    return openFile(folder, path, flags | O_LARGEFILE, mode);
}
int __open_2(const char* path, int flags) { return openFile(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags) { return openFile(AT_FDCWD, path, flags | O_LARGEFILE, 0); }
int __openat_2(int folder, const char* path, int flags) { return openFile(folder, path, flags, 0); }
int __openat64_2(int folder, const char* path, int flags) { return openFile(folder, path, flags | O_LARGEFILE, 0); }
int creat(const char* path, mode_t mode) { return openFile(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int descriptor)
{
    machine().closed(descriptor);
    return static_cast<int>(syscall(SYS_close, descriptor));
}
int closedir(DIR* folder)
{
    machine().closed(dirfd(folder));
    static auto* const next = reinterpret_cast<int (*)(DIR*)>(dlsym(RTLD_NEXT, "closedir"));
    return next(folder);
}

ssize_t write(int descriptor, const void* data, size_t size)
{
    return writeFile(descriptor, -1, size,
                     [&](std::size_t taken) { return syscall(SYS_write, descriptor, data, taken); },
                     {static_cast<const char*>(data), size});
}
ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset)
{
    return writeFile(descriptor, offset, size,
                     [&](std::size_t taken) { return syscall(SYS_pwrite64, descriptor, data, taken, offset); },
                     {static_cast<const char*>(data), size});
}
ssize_t pwrite64(int descriptor, const void* data, size_t size, off64_t offset)
{
    return pwrite(descriptor, data, size, offset);
}
ssize_t writev(int descriptor, const iovec* parts, int count)
{
    if (machine().fileOf(descriptor) == 0)
        return syscall(SYS_writev, descriptor, parts, count);
    std::string all;
    for (int i = 0; i < count; ++i)
        all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    return write(descriptor, all.data(), all.size());
}

int fsync(int descriptor) { return syncFile(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return syncFile(descriptor, SYS_fdatasync); }

int ftruncate(int descriptor, off_t size) noexcept { return setLength(descriptor, nullptr, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return setLength(descriptor, nullptr, size); }
int truncate(const char* path, off_t size) noexcept { return setLength(-1, path, size); }
int truncate64(const char* path, off64_t size) noexcept { return setLength(-1, path, size); }

int fallocate(int descriptor, int, off_t offset, off_t size) { return allocate(descriptor, offset, size, false); }
int fallocate64(int descriptor, int, off64_t offset, off64_t size) { return allocate(descriptor, offset, size, false); }
int posix_fallocate(int descriptor, off_t offset, off_t size) { return allocate(descriptor, offset, size, true); }
int posix_fallocate64(int descriptor, off64_t offset, off64_t size) { return allocate(descriptor, offset, size, true); }

int rename(const char* from, const char* to) noexcept { return renameFile(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int fromFolder, const char* from, int toFolder, const char* to) noexcept
{
    return renameFile(fromFolder, from, toFolder, to);
}
int unlink(const char* path) noexcept { return unlinkFile(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char* path, int flags) noexcept { return unlinkFile(folder, path, flags); }
int remove(const char* path) noexcept
{
    struct stat now{};
    if (fstatat(AT_FDCWD, path, &now, AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    return unlinkFile(AT_FDCWD, path, S_ISDIR(now.st_mode) ? AT_REMOVEDIR : 0);
}
int mkdir(const char* path, mode_t mode) noexcept { return makeFolder(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) noexcept { return makeFolder(folder, path, mode); }

int clock_gettime(clockid_t id, timespec* out) noexcept
{
    const int done = static_cast<int>(syscall(SYS_clock_gettime, id, out));
    const auto* offset = machine().clock();
    if (done == 0 && offset && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        const std::int64_t now = out->tv_sec * 1'000'000'000 + out->tv_nsec + *offset;
        out->tv_sec = now / 1'000'000'000;
        out->tv_nsec = now % 1'000'000'000;
    }
    return done;
}
int gettimeofday(timeval* out, void*) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t* out) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
