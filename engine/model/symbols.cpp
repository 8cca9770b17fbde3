// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/symbols.h"

#include <cstdlib>

namespace tickdeck {

SymbolTable::SymbolTable() : m_chunks(std::make_unique<std::atomic<Chunk*>[]>(kChunks))
{
    static_cast<void>(intern({}, {}, {}));
}

SymbolTable::~SymbolTable()
{
    for (std::uint32_t i = 0; i < kChunks; ++i)
        delete m_chunks[i].load();
}

SymbolId SymbolTable::intern(std::string_view venue, std::string_view symbol, std::string_view native)
{
    std::string key;
    key.reserve(venue.size() + symbol.size() + native.size() + 2);
    key.append(venue).append(1, '\0').append(symbol).append(1, '\0').append(native);
    const std::scoped_lock lock(m_mutex);
    const auto [entry, isNew] = m_ids.try_emplace(std::move(key), m_size.load(std::memory_order_relaxed));
    if (!isNew)
        return entry->second;
    const SymbolId id = entry->second;
    const std::uint32_t chunk = id >> kChunkBits;
    if (chunk >= kChunks)
        std::abort();
    if (!m_chunks[chunk].load(std::memory_order_relaxed))
        m_chunks[chunk].store(new Chunk, std::memory_order_release);
    (*m_chunks[chunk].load(std::memory_order_relaxed))[id & ((1u << kChunkBits) - 1)] = {
        std::string(venue), std::string(symbol), std::string(native)};
    m_size.store(id + 1, std::memory_order_release);
    return id;
}

const SymbolName& SymbolTable::name(SymbolId id) const noexcept
{
    if (id >= size())
        id = 0;
    return (*m_chunks[id >> kChunkBits].load(std::memory_order_acquire))[id & ((1u << kChunkBits) - 1)];
}

}  // namespace tickdeck
