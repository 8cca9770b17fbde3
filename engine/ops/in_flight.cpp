// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/ops/in_flight.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace tickdeck::ops {

struct InFlight::Page {
    std::atomic<std::uint64_t> first;
    std::atomic<std::uint64_t> suspectFirst;
    std::atomic<std::uint64_t> attempts;
    std::atomic<std::uint64_t> last;
    std::atomic<std::uint64_t> suspectLast;
};

InFlight::~InFlight()
{
    if (m_page)
        ::munmap(m_page, sizeof(Page));
}

Result<> InFlight::open(const std::filesystem::path& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    void* memory = MAP_FAILED;
    if (file >= 0 && ::ftruncate(file, sizeof(Page)) == 0)
        memory = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    const int error = errno;
    if (file >= 0)
        ::close(file);
    if (memory == MAP_FAILED)
        return fail(ErrorCode::Io, path.string() + ": " + std::generic_category().message(error));
    if (m_page)
        ::munmap(m_page, sizeof(Page));
    m_page = static_cast<Page*>(memory);
    const std::uint64_t first = m_page->first.exchange(0);
    const std::uint64_t last = std::max(m_page->last.exchange(0), first);
    if (first == 0)
        return {};
    // The same inputs again, or a part of them: closer in.
    const bool again = m_page->attempts > 0 && first >= m_page->suspectFirst && last <= m_page->suspectLast;
    m_page->attempts = again ? m_page->attempts + 1 : 1;
    m_page->suspectFirst = first;
    m_page->suspectLast = last;
    return {};
}

std::uint64_t InFlight::poison() const noexcept
{
    constexpr auto relaxed = std::memory_order_relaxed;
    const std::uint64_t first = m_page->suspectFirst.load(relaxed);
    return m_page->attempts.load(relaxed) >= kAttempts && first == m_page->suspectLast.load(relaxed) ? first : 0;
}

bool InFlight::suspects(std::uint64_t input) const noexcept
{
    constexpr auto relaxed = std::memory_order_relaxed;
    return m_page->attempts.load(relaxed) > 0 && input >= m_page->suspectFirst.load(relaxed) &&
           input <= m_page->suspectLast.load(relaxed);
}

bool InFlight::isLastSuspect(std::uint64_t input) const noexcept
{
    constexpr auto relaxed = std::memory_order_relaxed;
    return m_page->attempts.load(relaxed) > 0 && input == m_page->suspectLast.load(relaxed);
}

void InFlight::enter(std::uint64_t first, std::uint64_t last) noexcept
{
    // In this order, so that a process that ends between the two never names a range that reaches too far.
    m_page->last.store(0, std::memory_order_relaxed);
    m_page->first.store(first, std::memory_order_relaxed);
    m_page->last.store(last, std::memory_order_relaxed);
}

void InFlight::forgive() noexcept
{
    m_page->attempts = 0;
    m_page->suspectFirst = 0;
    m_page->suspectLast = 0;
}

}  // namespace tickdeck::ops
