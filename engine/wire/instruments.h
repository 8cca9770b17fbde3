// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All instruments that a decoder knows, by their native symbols.

#include <deque>
#include <string>
#include <string_view>

#include "engine/core/state_bytes.h"
#include "engine/model/symbols.h"
#include "engine/wire/symbol_index.h"

namespace tickdeck::wire {

// In the order in which they were first seen; references hold for life, and none is ever removed. Bounded: beyond kMost, and
// of longer names than any venue has, none is made. T has `native` and `id`, save(), load(), and in kLeastBytes how much of
// these there is at least. One thread.
template <class T>
class Instruments {
public:
    static constexpr std::size_t kMost = 32'768;
    static constexpr std::size_t kLongestName = 64;
    using Canonical = std::string (*)(std::string_view native);

    Instruments(SymbolTable& symbols, std::string_view venue, Canonical canonical) noexcept
        : m_symbols(&symbols), m_venue(venue), m_canonical(canonical)
    {
    }

    // Null where it is unknown.
    [[nodiscard]] T* find(std::string_view native) noexcept
    {
        if (m_last && m_last->native == native)
            return m_last;
        T* found = m_byNative.find(native);
        if (found)
            m_last = found;
        return found;
    }
    // Made when it is new. Null where there is no room for it.
    [[nodiscard]] T* obtain(std::string_view native)
    {
        if (T* known = find(native))
            return known;
        if (m_all.size() >= kMost || native.empty() || native.size() > kLongestName)
            return nullptr;
        T& instrument = m_all.emplace_back();
        instrument.native = native;
        instrument.id = m_symbols->intern(m_venue, m_canonical(native), native);
        m_byNative.insert(instrument);
        return &instrument;
    }
    [[nodiscard]] std::deque<T>& all() noexcept { return m_all; }
    [[nodiscard]] const std::deque<T>& all() const noexcept { return m_all; }

    void save(StateWriter& out) const
    {
        out.count(m_all.size());
        for (const T& instrument : m_all) {
            out.text(instrument.native);
            instrument.save(out);
        }
    }
    void load(StateReader& in)
    {
        const std::size_t count = in.count(T::kLeastBytes);
        for (std::size_t i = 0; i < count && !in.failed(); ++i) {
            const std::string_view native = in.text();
            T* instrument = find(native) ? nullptr : obtain(native);
            if (!instrument)
                return in.damaged();
            instrument->load(in);
        }
    }

private:
    SymbolTable* m_symbols;
    std::string_view m_venue;
    Canonical m_canonical;
    std::deque<T> m_all;
    SymbolIndex<T> m_byNative;
    T* m_last = nullptr;  // frames of one instrument come in runs
};

}  // namespace tickdeck::wire
