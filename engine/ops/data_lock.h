// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One engine for each data directory.

#include <filesystem>
#include <string>

#include "engine/core/result.h"

namespace tickdeck::ops {

// Holds the file `lock` in the data directory (locked, with a line that says who). Released by the destructor and by
// the end of the process, however it ends, so that a lock of a dead process is taken over.
class DataLock {
public:
    // Makes the directory where there is none. Exists: another process holds it, the detail names it ("process 4711 on
    // host alpha since 2026-01-20T15:50:00Z"). Io: the directory cannot be made or written.
    [[nodiscard]] static Result<DataLock> take(const std::filesystem::path& dataDirectory);
    // Whether another process holds it, without taking it: who, or empty.
    [[nodiscard]] static std::string holder(const std::filesystem::path& dataDirectory);

    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&& other) noexcept;
    ~DataLock();

private:
    explicit DataLock(int descriptor) noexcept : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

}  // namespace tickdeck::ops
