// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/doctor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include "engine/config/settings.h"
#include "engine/ops/data_lock.h"
#include "engine/ops/port.h"

namespace tickdeck::ops {

namespace {

constexpr std::uint64_t kMebibyte = 1u << 20;
constexpr std::uint64_t kLeastFree = 1024 * kMebibyte;  // where no budget is known
constexpr int kSyncs = 20;
constexpr double kSlowSync = 50;   // milliseconds
constexpr double kClockJump = 50;  // milliseconds
constexpr rlim_t kWantedFiles = 1024;
constexpr rlim_t kLeastFiles = 128;

std::string variable(const char* name) { return config::processEnvironment()[name]; }

std::string decimals(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

std::string gibibytes(std::uint64_t bytes)
{
    return decimals(static_cast<double>(bytes) / static_cast<double>(1024 * kMebibyte)) + " GiB";
}

// The directory itself, or the nearest one above it that exists.
std::filesystem::path existing(std::filesystem::path directory)
{
    std::error_code ignored;
    directory = std::filesystem::absolute(directory, ignored);
    while (!std::filesystem::is_directory(directory, ignored) && directory.has_relative_path())
        directory = directory.parent_path();
    return directory;
}

// A file that is gone when the object ends.
class ScratchFile {
public:
    explicit ScratchFile(const std::filesystem::path& directory) : m_path((directory / ".doctor-XXXXXX").string())
    {
        m_descriptor = mkostemp(m_path.data(), O_CLOEXEC);
    }
    ~ScratchFile()
    {
        if (m_descriptor >= 0) {
            close(m_descriptor);
            unlink(m_path.c_str());
        }
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    std::string m_path;
    int m_descriptor = -1;
};

Check checkDirectory(const DoctorInput& input, const std::filesystem::path& directory)
{
    Check out{"data directory", Verdict::Ok, input.dataDirectory.string(), {}};
    if (ScratchFile(directory).descriptor() < 0) {
        out.verdict = Verdict::Bad;
        out.detail += ": " + directory.string() + " is not writable (" + std::generic_category().message(errno) + ")";
        out.remedy = "Choose another with --data, or make it writable for this user.";
    } else {
        std::error_code ignored;
        out.detail += std::filesystem::exists(input.dataDirectory, ignored) ? " is writable" : " will be made";
    }
    return out;
}

Check checkLock(const std::string& holder)
{
    if (holder.empty())
        return {"lock", Verdict::Ok, "no engine uses the data directory", {}};
    return {"lock", Verdict::Warning, "in use by " + holder,
            "Stop that engine before starting another on this data directory, or choose another with --data."};
}

Check checkSpace(const DoctorInput& input, const std::filesystem::path& directory)
{
    struct statvfs figures{};
    if (statvfs(directory.c_str(), &figures) != 0)
        return {"disk space", Verdict::Bad, directory.string() + ": " + std::generic_category().message(errno),
                "Check the file system."};
    const std::uint64_t free = static_cast<std::uint64_t>(figures.f_bavail) * figures.f_frsize;
    const std::uint64_t wanted = input.diskBudgetBytes > 0 ? input.diskBudgetBytes : kLeastFree;
    Check out{"disk space", Verdict::Ok, gibibytes(free) + " free", {}};
    if (free < wanted) {
        out.verdict = free < kLeastFree / 4 ? Verdict::Bad : Verdict::Warning;
        out.detail += ", " + gibibytes(wanted) + " wanted";
        out.remedy = "Free some space, lower the journal's budget, or choose another data directory with --data.";
    }
    return out;
}

Check checkSync(const std::filesystem::path& directory)
{
    const ScratchFile file(directory);
    const std::array<char, 4096> block{};
    std::array<double, kSyncs> milliseconds{};
    for (double& one : milliseconds) {
        const auto begin = std::chrono::steady_clock::now();
        if (write(file.descriptor(), block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
            fdatasync(file.descriptor()) != 0)
            return {"disk sync", Verdict::Bad, std::generic_category().message(errno), "Check the disk."};
        one = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    }
    std::ranges::sort(milliseconds);
    const double median = milliseconds[kSyncs / 2];
    Check out{"disk sync",
              Verdict::Ok,
              "median " + decimals(median) + " ms, longest " + decimals(milliseconds.back()) + " ms of " +
                  std::to_string(kSyncs),
              {}};
    if (median > kSlowSync) {
        out.verdict = Verdict::Warning;
        out.remedy = "Commits will lag that far behind; put the data directory on a faster disk.";
    }
    return out;
}

Check checkPort(const DoctorPort& port, bool engineRuns)
{
    Check out{"port " + std::to_string(port.port), Verdict::Ok, port.setting + " is free", {}};
    const auto probed = probePort(port.address, port.port);
    if (port.port == 0)
        out.detail = port.setting + ": a free one will be picked";
    if (probed)
        return out;
    out.detail = port.setting + ": " + probed.error().text();
    if (engineRuns && probed.error().code == ErrorCode::Exists) {
        out.verdict = Verdict::Warning;
        out.detail += ", perhaps the running engine";
        return out;
    }
    out.verdict = Verdict::Bad;
    out.remedy = "Set " + port.setting + " to another port, or to 0 for a free one.";
    return out;
}

bool connects(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return false;
    path.copy(address.sun_path, path.size());
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool done = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(descriptor);
    return done;
}

// Whether a window can be opened: an X or Wayland display that answers, or a platform of Qt's that needs none.
Check checkDisplay()
{
    const std::string platform = variable("QT_QPA_PLATFORM");
    const std::string x = variable("DISPLAY");
    const std::string wayland = variable("WAYLAND_DISPLAY");
    if (platform == "offscreen" || platform == "minimal" || platform == "vnc")
        return {"display", Verdict::Ok, "Qt's platform " + platform + " needs none", {}};
    if (!wayland.empty()) {
        const std::string path = wayland.starts_with('/') ? wayland : variable("XDG_RUNTIME_DIR") + "/" + wayland;
        if (connects(path))
            return {"display", Verdict::Ok, "Wayland display " + wayland, {}};
    }
    const bool remote = !x.empty() && !x.starts_with(':') && !x.starts_with("unix:");
    const auto colon = std::min(x.find(':'), x.size());
    const std::string number = x.substr(std::min(colon + 1, x.size()), x.find('.', colon) - colon - 1);
    if (remote || (!x.empty() && connects("/tmp/.X11-unix/X" + number)))
        return {"display", Verdict::Ok, "X display " + x, {}};
    return {"display", Verdict::Warning,
            x.empty() && wayland.empty() ? "none" : "display " + x + wayland + " does not answer",
            "Without a display run the engine alone: tickdeck --no-gui."};
}

// The wall clock minus the one that never steps.
std::int64_t clockDistance()
{
    timespec real{};
    timespec steady{};
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_MONOTONIC, &steady);
    return (real.tv_sec - steady.tv_sec) * 1'000'000'000 + real.tv_nsec - steady.tv_nsec;
}

Check checkClock(std::int64_t before)
{
    constexpr const char* kRemedy = "Have it kept by a time service (chrony, systemd-timesyncd).";
    const double jumped = std::abs(static_cast<double>(clockDistance() - before)) / 1e6;
    if (jumped > kClockJump)
        return {"clock", Verdict::Warning, "was stepped by " + decimals(jumped) + " ms while it was looked at",
                kRemedy};
    timex state{};  // asks, changes nothing
    const int result = adjtimex(&state);
    if (result < 0)
        return {"clock", Verdict::Ok, "runs evenly; whether it is kept by a time service cannot be told", {}};
    if (result == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
        return {"clock", Verdict::Warning, "runs evenly, and no time service keeps it", kRemedy};
    return {"clock",
            Verdict::Ok,
            "kept by a time service, off by at most " + decimals(static_cast<double>(state.maxerror) / 1e3) + " ms",
            {}};
}

Check checkLimits()
{
    rlimit files{};
    rlimit locked{};
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_MEMLOCK, &locked);
    Check out{"limits", Verdict::Ok, std::to_string(files.rlim_cur) + " open files, ", {}};
    out.detail += locked.rlim_cur == RLIM_INFINITY ? "any memory may be locked"
                                                   : std::to_string(locked.rlim_cur / 1024) + " KiB may be locked";
    if (files.rlim_cur < kWantedFiles) {
        out.verdict = files.rlim_cur < kLeastFiles ? Verdict::Bad : Verdict::Warning;
        out.detail += ", " + std::to_string(kWantedFiles) + " files wanted";
        out.remedy = "Raise it: ulimit -n " + std::to_string(kWantedFiles) + ", or LimitNOFILE= of the service.";
    }
    return out;
}

Check checkLibraries(const DoctorInput& input)
{
    std::string text = "SQLite " + std::string(sqlite3_libversion()) + ", spdlog " + std::to_string(SPDLOG_VER_MAJOR) +
                       "." + std::to_string(SPDLOG_VER_MINOR) + "." + std::to_string(SPDLOG_VER_PATCH);
    for (const auto& [name, version] : input.libraries)
        text += ", " + name + " " + version;
    return {"libraries", Verdict::Ok, text, {}};
}

}  // namespace

std::vector<Check> runDoctor(const DoctorInput& input)
{
    const std::filesystem::path directory = existing(input.dataDirectory);
    const std::string holder = DataLock::holder(input.dataDirectory);
    const std::int64_t clock = clockDistance();
    std::vector<Check> out;
    out.push_back(checkDirectory(input, directory));
    const bool writable = out.back().verdict == Verdict::Ok;
    out.push_back(checkLock(holder));
    out.push_back(checkSpace(input, directory));
    if (writable)
        out.push_back(checkSync(directory));
    for (const DoctorPort& port : input.ports)
        out.push_back(checkPort(port, !holder.empty()));
    out.push_back(checkClock(clock));
    out.push_back(checkLimits());
    out.push_back(checkLibraries(input));
    if (input.window)
        out.push_back(checkDisplay());
    return out;
}

std::string doctorJson(const std::vector<Check>& checks)
{
    using Json = nlohmann::ordered_json;
    Json list = Json::array();
    Verdict worst = Verdict::Ok;
    for (const Check& check : checks) {
        worst = std::max(worst, check.verdict);
        list.push_back({{"name", check.name},
                        {"verdict", enumName(check.verdict)},
                        {"detail", check.detail},
                        {"remedy", check.remedy}});
    }
    return Json{{"verdict", enumName(worst)}, {"checks", std::move(list)}}.dump(2, ' ', false,
                                                                                Json::error_handler_t::replace) +
           "\n";
}

std::string doctorText(const std::vector<Check>& checks)
{
    std::string out;
    for (const Check& check : checks) {
        std::string verdict(enumName(check.verdict));
        verdict.resize(9, ' ');
        out += verdict + check.name + ": " + check.detail + "\n";
        if (!check.remedy.empty())
            out += "         " + check.remedy + "\n";
    }
    return out;
}

}  // namespace tickdeck::ops
