// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers are used only after a file says that they may be: so none is given twice, whatever dies when.

#include <atomic>
#include <filesystem>
#include <optional>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck {

// The file `numbers` in the journal's folder holds how far numbers are reserved. open() and the reserving thread block on
// the disk; limit() is for any thread.
class NumberReserve {
public:
    static constexpr std::uint64_t kBlock = 1u << 20;
    // How far to skip when the file is lost or damaged: more than can ever have been in flight beyond the journal.
    static constexpr std::uint64_t kSkip = std::uint64_t{1} << 32;

    // Reads how far numbers were reserved and reserves a block beyond. `journalLast` is the journal's last number, 0: none.
    // A lost or damaged file skips kSkip beyond the journal and is told by damage(). Io: nothing may be numbered.
    [[nodiscard]] Result<> open(const std::filesystem::path& directory, Seq journalLast);
    // The first number to use.
    [[nodiscard]] Seq first() const noexcept { return m_first; }
    [[nodiscard]] const std::optional<Error>& damage() const noexcept { return m_damage; }

    // The last number that may be used.
    [[nodiscard]] Seq limit() const noexcept { return m_limit.load(std::memory_order_acquire); }
    // One thread: reserves a block more when less than half a block is left after `used`.
    [[nodiscard]] Result<> extend(Seq used);
    // At a clean stop: gives back what was not used, so that the next run goes on without a hole.
    [[nodiscard]] Result<> giveBack(Seq used);

private:
    [[nodiscard]] Result<> save(Seq limit);

    std::filesystem::path m_path;
    Seq m_first = 1;
    std::optional<Error> m_damage;
    std::atomic<Seq> m_limit{0};
};

}  // namespace tickdeck
