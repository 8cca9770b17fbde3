// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one number that counts all messages of a connection.

#include "engine/core/state_bytes.h"

namespace tickdeck::coinbase {

// From 0 in each connection. A recording may begin in mid-stream, and may hold several connections. One thread.
class MessageCount {
public:
    // So many old numbers in a row are no late messages: the venue's numbers began anew.
    static constexpr std::uint32_t kMostOld = 64;

    enum class Verdict : std::uint8_t {
        Next,
        Seen,    // came before, or is too late: to be dropped
        Missed,  // messages before it are missing
        Anew     // of a recording: another connection begins
    };
    [[nodiscard]] Verdict judge(std::uint64_t number) const noexcept
    {
        if (!m_any || number == m_next)
            return Verdict::Next;
        if (number > m_next)
            return Verdict::Missed;
        if (number == 0 && !m_session && m_next > 1)
            return Verdict::Anew;
        return m_old + 1 < kMostOld ? Verdict::Seen : Verdict::Missed;
    }
    // The message was taken, or dropped, as judged.
    void note(Verdict verdict, std::uint64_t number) noexcept
    {
        m_old = verdict == Verdict::Seen ? m_old + 1 : 0;
        if (verdict == Verdict::Seen)
            return;
        m_any = true;
        m_next = number + 1;
    }
    // A connection is open.
    void opened() noexcept
    {
        *this = {};
        m_any = true;
        m_session = true;
    }

    void save(StateWriter& out) const
    {
        out.put(m_any);
        out.put(m_session);
        out.put(m_next);
        out.put(m_old);
    }
    void load(StateReader& in)
    {
        m_any = in.get<std::uint8_t>() != 0;
        m_session = in.get<std::uint8_t>() != 0;
        m_next = in.get<std::uint64_t>();
        m_old = in.get<std::uint32_t>();
    }

private:
    bool m_any = false;
    bool m_session = false;
    std::uint64_t m_next = 0;
    std::uint32_t m_old = 0;  // in a row
};

}  // namespace tickdeck::coinbase
