// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/batch.h"

#include <algorithm>

namespace tickdeck {

namespace {

// Whether a list that lies at `object` within `record` stays inside it.
template <class T>
bool insideRecord(const RelativeList<T>& list, std::span<const std::byte> record)
{
    const auto view = list.view();
    const auto* first = reinterpret_cast<const std::byte*>(view.data());
    const auto* end = record.data() + record.size();
    return first >= record.data() && first <= end && view.size() <= static_cast<std::size_t>(end - first) / sizeof(T) &&
           reinterpret_cast<std::uintptr_t>(first) % alignof(T) == 0;
}

template <class T>
bool inside(const RelativeList<T>& list, std::span<const std::byte> record)
{
    return insideRecord(list, record);
}

bool inside(const Text& text, std::span<const std::byte> record) { return insideRecord(text, record); }

bool inside(const Levels& levels, std::span<const std::byte> record)
{
    return inside(levels.list, record) && levels.priceScale >= 0 && levels.priceScale <= Decimal::kMaxScale &&
           levels.quantityScale >= 0 && levels.quantityScale <= Decimal::kMaxScale;
}

bool inside(const Decimal& value, std::span<const std::byte>)
{
    return value.scale() >= 0 && value.scale() <= Decimal::kMaxScale;
}

bool inside(const Nullable<Decimal>& value, std::span<const std::byte> record) { return inside(*value, record); }

template <class T>
bool inside(const T&, std::span<const std::byte>)
{
    return true;
}

template <Described T>
bool inside(const T& part, std::span<const std::byte> record)
{
    bool good = true;
    forEachField<T>([&](const auto& f) { good = good && inside(f.of(part), record); });
    return good;
}

template <Described T>
bool inside(const RelativeList<T>& list, std::span<const std::byte> record)
{
    return insideRecord(list, record) &&
           std::ranges::all_of(list.view(), [&](const T& part) { return inside(part, record); });
}

template <class E>
bool recordHolds(std::span<const std::byte> record)
{
    if (record.size() < sizeof(EventHeader) + sizeof(E))
        return false;
    const auto& event = *reinterpret_cast<const E*>(record.data() + sizeof(EventHeader));
    bool good = true;
    forEachField<E>([&](const auto& f) { good = good && inside(f.of(event), record); });
    return good;
}

bool checkRecord(EventType type, std::span<const std::byte> record)
{
    return [&]<class... E>(std::tuple<E...>*) {
        bool known = false;
        bool good = false;
        ((E::kType == type ? (known = true, good = recordHolds<E>(record)) : false), ...);
        return known && good;
    }(static_cast<EventTypes*>(nullptr));
}

}  // namespace

Result<Batch> Batch::fromBytes(std::span<const std::byte> bytes, BufferPool& pool)
{
    BufferRef buffer = pool.acquire(bytes.size() + kFramePadding);
    if (!bytes.empty())
        std::memcpy(buffer.get()->data(), bytes.data(), bytes.size());
    return fromBuffer(std::move(buffer), bytes.size());
}

Result<Batch> Batch::fromBuffer(BufferRef buffer, std::size_t size)
{
    const auto corrupt = [](const char* what) { return fail(ErrorCode::Corrupt, std::string("batch: ") + what); };
    if (size < sizeof(BatchHeader))
        return corrupt("shorter than its header");
    std::memset(buffer.get()->data() + size, 0, kFramePadding);
    Batch batch(std::move(buffer));
    const BatchHeader& header = batch.header();
    if (header.size != size)
        return corrupt("size does not match");
    if (header.recordsOffset < sizeof(BatchHeader) || header.recordsOffset > header.size ||
        header.payloadSize > header.recordsOffset - sizeof(BatchHeader) || header.recordsOffset % 8 != 0)
        return corrupt("offsets outside");
    if (static_cast<std::size_t>(header.kind) >= kEnumNames<BatchKind>.size() ||
        static_cast<std::size_t>(header.control) >= kEnumNames<ControlKind>.size())
        return corrupt("unknown kind");
    std::span<const std::byte> rest = batch.records();
    for (std::uint32_t i = 0; i < header.eventCount; ++i) {
        if (rest.size() < sizeof(EventHeader))
            return corrupt("events cut short");
        const auto& event = *reinterpret_cast<const EventHeader*>(rest.data());
        if (event.size < sizeof(EventHeader) || event.size > rest.size() || event.size % 8 != 0)
            return corrupt("an event's size is wrong");
        if (!checkRecord(event.type, rest.first(event.size)))
            return corrupt("an event is damaged or of unknown type");
        rest = rest.subspan(event.size);
    }
    if (!rest.empty())
        return corrupt("bytes after the last event");
    return batch;
}

BatchHeader& BatchBuilder::begin(std::string_view payload)
{
    m_payloadSize = payload.size();
    m_recordsOffset = room(sizeof(BatchHeader) + payload.size() + kFramePadding);
    // Events are rarely larger than twice their frame; growing copies once.
    m_buffer = m_pool->acquire(m_recordsOffset + 2 * payload.size() + 256);
    m_payloadBuffer = m_buffer;
    std::byte* at = base();
    auto* header = new (at) BatchHeader;
    if (!payload.empty())
        std::memcpy(at + sizeof(BatchHeader), payload.data(), payload.size());
    std::memset(at + sizeof(BatchHeader) + payload.size(), 0, m_recordsOffset - sizeof(BatchHeader) - payload.size());
    m_size = m_recordsOffset;
    m_record = 0;
    m_count = 0;
    return *header;
}

void BatchBuilder::reserve(std::size_t bytes)
{
    if (m_size + bytes <= m_buffer.get()->capacity())
        return;
    BufferRef larger = m_pool->acquire(std::max(2 * m_buffer.get()->capacity(), m_size + bytes));
    std::memcpy(larger.get()->data(), base(), m_size);
    m_buffer = std::move(larger);
}

void BatchBuilder::closeRecord() noexcept
{
    if (m_record)
        reinterpret_cast<EventHeader*>(base() + m_record)->size = static_cast<std::uint32_t>(m_size - m_record);
    m_record = 0;
}

void BatchBuilder::setCause(Seq first, Seq last) noexcept
{
    auto* header = reinterpret_cast<EventHeader*>(base() + m_record);
    header->causeFirst = first;
    header->causeLast = last;
}

void BatchBuilder::clearEvents() noexcept
{
    m_size = m_recordsOffset;
    m_record = 0;
    m_count = 0;
}

Batch BatchBuilder::finish()
{
    closeRecord();
    auto* header = reinterpret_cast<BatchHeader*>(base());
    header->size = static_cast<std::uint32_t>(m_size);
    header->eventCount = m_count;
    header->payloadSize = static_cast<std::uint32_t>(m_payloadSize);
    header->recordsOffset = static_cast<std::uint32_t>(m_recordsOffset);
    m_payloadBuffer.reset();
    return Batch(std::move(m_buffer));
}

}  // namespace tickdeck
