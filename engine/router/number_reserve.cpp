// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/router/number_reserve.h"

#include <charconv>

#include "engine/router/checked_file.h"

namespace tickdeck {

Result<> NumberReserve::open(const std::filesystem::path& directory, Seq journalLast)
{
    m_path = directory / "numbers";
    m_damage.reset();
    Seq reserved = 0;
    if (auto content = loadChecked(m_path)) {
        const auto [end, error] = std::from_chars(content->data(), content->data() + content->size(), reserved);
        if (error != std::errc{} || end != content->data() + content->size())
            m_damage = Error{ErrorCode::Corrupt, Remedy::None, m_path.string() + ": holds no number", {}, {}};
        else if (reserved < journalLast)
            m_damage = Error{ErrorCode::Corrupt,
                             Remedy::None,
                             m_path.string() + ": reserves up to " + std::to_string(reserved) +
                                 ", but the journal holds " + std::to_string(journalLast),
                             {},
                             {}};
    } else if (content.error().code == ErrorCode::Io) {
        return std::unexpected(std::move(content).error());
    } else if (content.error().code != ErrorCode::NotFound || journalLast != 0) {
        m_damage = std::move(content).error();
    }
    if (m_damage) {
        reserved = std::max(reserved, journalLast) + kSkip;
        m_damage->context.push_back("numbering skips to " + std::to_string(reserved + 1));
    }
    m_first = reserved + 1;
    return save(reserved + kBlock);
}

Result<> NumberReserve::extend(Seq used)
{
    if (limit() - used >= kBlock / 2)
        return {};
    return save(limit() + kBlock);
}

Result<> NumberReserve::giveBack(Seq used)
{
    if (used >= limit())
        return {};
    return save(used);
}

Result<> NumberReserve::save(Seq limit)
{
    TRY(saveChecked(m_path, std::to_string(limit)));
    m_limit.store(limit, std::memory_order_release);
    return {};
}

}  // namespace tickdeck
