// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which inputs a component works on, so that what ends the process again and again is found and left out.

#include <cstdint>
#include <filesystem>

#include "engine/core/result.h"

namespace tickdeck::ops {

// A file that is mapped into memory: it costs a store to memory for each input and survives the process (not the machine,
// whose end is no input's fault). Inputs are named by the number of their batch. A component that handles several at once
// names the first and the last; after a process that ended there, it is to go through them one by one. What ended the
// process `kAttempts` times in a row is poison. One thread.
class InFlight {
public:
    static constexpr std::uint64_t kAttempts = 3;

    InFlight() = default;
    ~InFlight();
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

    // Opens or makes the file and counts what was in flight when the last process ended.
    [[nodiscard]] Result<> open(const std::filesystem::path& path);
    [[nodiscard]] bool isOpen() const noexcept { return m_page != nullptr; }
    // The input that must not be tried again; 0: none.
    [[nodiscard]] std::uint64_t poison() const noexcept;
    // Whether this input is one of those that were worked on when the last process ended.
    [[nodiscard]] bool suspects(std::uint64_t input) const noexcept;
    [[nodiscard]] bool isLastSuspect(std::uint64_t input) const noexcept;
    void enter(std::uint64_t first, std::uint64_t last) noexcept;
    void enter(std::uint64_t input) noexcept { enter(input, input); }
    void leave() noexcept { enter(0, 0); }
    // The suspected inputs are handled, or journalled as skipped.
    void forgive() noexcept;

private:
    struct Page;
    Page* m_page = nullptr;
};

}  // namespace tickdeck::ops
