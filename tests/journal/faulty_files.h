// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// File layers for tests: one that fails on demand, one that forgets what was not synced.

#include <map>
#include <mutex>
#include <random>

#include "engine/journal/file_system.h"

namespace tickdeck::journal {

namespace fs = std::filesystem;

// Writes for real and never waits for the disk. The operation number `failAt` (from 1) and the `failures - 1` after it
// fail with `code`; a failing write leaves half of its bytes. Remembers what was synced, see powerCut().
class FaultyFiles final : public FileSystem {
public:
    std::size_t failAt = 0;
    std::size_t failures = 1;
    ErrorCode code = ErrorCode::Io;
    bool lying = false;  // sync() says yes and does nothing: the bug that a power cut must bring to light

    [[nodiscard]] std::size_t operations() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_operations;
    }

    Result<std::unique_ptr<File>> create(const fs::path& path) override
    {
        TRY(step("create"));
        TRY_ASSIGN(auto file, m_system.create(path));
        const std::scoped_lock lock(m_mutex);
        m_files[path] = {};
        return std::make_unique<Faulty>(*this, std::move(file), path);
    }
    Result<> remove(const fs::path& path) override
    {
        TRY(step("remove"));
        const std::scoped_lock lock(m_mutex);
        m_files.erase(path);
        return m_system.remove(path);
    }
    Result<> truncate(const fs::path& path, std::uint64_t size) override
    {
        TRY(step("truncate"));
        std::error_code error;
        fs::resize_file(path, size, error);
        return {};
    }
    Result<> reserve(const fs::path&, std::uint64_t) override { return step("reserve"); }
    Result<> syncFolder(const fs::path&) override
    {
        TRY(step("sync folder"));
        const std::scoped_lock lock(m_mutex);
        for (auto& [path, state] : m_files)
            state.named = state.named || !lying;
        return {};
    }

    // Copies the folder as it may be after the power went: a file that no folder sync named may be gone, what was not
    // synced may be missing or garbage.
    void powerCut(const fs::path& folder, const fs::path& to, std::mt19937& random) const
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto& entry : fs::directory_iterator(folder)) {
            const fs::path copy = to / entry.path().filename();
            const auto known = m_files.find(entry.path());
            if (known != m_files.end() && !known->second.named && random() % 2 != 0)
                continue;
            fs::copy_file(entry.path(), copy);
            if (known == m_files.end())
                continue;
            const std::uint64_t written = fs::file_size(copy);
            const std::uint64_t safe = known->second.synced;
            const std::uint64_t kept = safe + (written > safe ? random() % (written - safe + 1) : 0);
            fs::resize_file(copy, kept);
            if (random() % 2 != 0)
                fs::resize_file(copy, written);  // its size was on disk, its pages were not: zeros
        }
    }

private:
    struct FileState {
        std::uint64_t synced = 0;
        std::uint64_t written = 0;
        bool named = false;
    };

    class Faulty final : public File {
    public:
        Faulty(FaultyFiles& owner, std::unique_ptr<File> file, fs::path path)
            : m_owner(owner), m_file(std::move(file)), m_path(std::move(path))
        {
        }
        Result<> write(std::span<const std::byte> bytes) override
        {
            if (auto failed = m_owner.step("write"); !failed) {
                static_cast<void>(m_file->write(bytes.first(bytes.size() / 2)));
                return failed;
            }
            TRY(m_file->write(bytes));
            const std::scoped_lock lock(m_owner.m_mutex);
            m_owner.m_files[m_path].written += bytes.size();
            return {};
        }
        Result<> sync() override
        {
            std::uint64_t written = 0;
            {
                const std::scoped_lock lock(m_owner.m_mutex);
                written = m_owner.m_files[m_path].written;
            }
            TRY(m_owner.step("sync"));
            const std::scoped_lock lock(m_owner.m_mutex);
            if (!m_owner.lying)
                m_owner.m_files[m_path].synced = written;
            return {};
        }

    private:
        FaultyFiles& m_owner;
        std::unique_ptr<File> m_file;
        fs::path m_path;
    };

    Result<> step(const char* what)
    {
        const std::scoped_lock lock(m_mutex);
        ++m_operations;
        if (failAt != 0 && m_operations >= failAt && m_operations < failAt + failures)
            return fail(code, std::string("injected: ") + what);
        return {};
    }

    SystemFiles m_system;
    mutable std::mutex m_mutex;
    std::size_t m_operations = 0;
    std::map<fs::path, FileState> m_files;
};

}  // namespace tickdeck::journal
