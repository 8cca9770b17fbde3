// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The unit that travels and is journalled: a frame or control and the events decoded from it, in one flat arena.
//
//   BatchHeader | payload (frame bytes or control JSON) + kFramePadding | records, each 8-aligned
//   record: EventHeader | event struct | its texts and lists
//
// Everything inside is relative and without uninitialised bytes, so that a batch is stored and compared with memcpy and
// memcmp.

#include <cassert>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/pool.h"
#include "engine/model/events.h"
#include "engine/model/symbols.h"

namespace tickdeck {

inline constexpr std::size_t kFramePadding = 64;  // at least simdjson's
using ConnectionId = std::uint16_t;               // counts a lane's connections from 0
using Seq = std::uint64_t;                        // 0: not numbered yet

enum class BatchKind : std::uint8_t { Frame, Control, Derived };
template <>
inline constexpr std::array kEnumNames<BatchKind> = {"frame"sv, "control"sv, "derived"sv};

// What a decoder or pipeline reacts to beside frames. The payload is compact JSON, described at each.
enum class ControlKind : std::uint8_t {
    None,
    Started,  // {} a lane begins; its decoder is in its initial state
    Opened,   // {"url":…} a connection is open
    Closed,   // {"reason":…} a connection is gone
    Wanted,   // {"subscriptions":[{"channel":…,"symbols":[…],…}]} what is to be subscribed from now on
    Answered,  // {"request":…,"status":200,"body":…} the answer to Emit::request; the body is the venue's JSON as it came
    Failed,    // {"request":…,"status":n,"error":…} no answer, or not JSON; status 0: none came
    Tick,      // {} time went on; receiveTime is the time
    Settings,  // {"revision":…,"section":…,"values":{…}}
    State,     // bytes of Decoder::save, written as a segment begins
    Overflow,  // {"frames":n,"bytes":n} raw frames were lost before decoding
    Skipped,   // {"component":…,"seq":…} an input that replay must skip, too
};
template <>
inline constexpr std::array kEnumNames<ControlKind> = {"none"sv,     "started"sv,  "opened"sv,   "closed"sv,
                                                       "wanted"sv,   "answered"sv, "failed"sv,   "tick"sv,
                                                       "settings"sv, "state"sv,    "overflow"sv, "skipped"sv};

struct BatchHeader {
    std::uint32_t size = 0;  // bytes of the whole arena
    std::uint32_t eventCount = 0;
    Seq firstSeq = 0;           // the router's; events have firstSeq + i; an empty batch takes one number, too
    std::uint64_t ordinal = 0;  // counts this lane's batches from 1
    Nanos receiveTime = 0;      // when the frame was read, the control arose; a derived batch has its input's
    Seq causeSeq = 0;           // derived: firstSeq of the input batch
    std::uint32_t payloadSize = 0;
    std::uint32_t recordsOffset = 0;
    SymbolId lane = 0;  // the lane's or pipeline's name: (venue, "", lane)
    ConnectionId connection = 0;
    BatchKind kind = BatchKind::Frame;
    ControlKind control = ControlKind::None;
};
static_assert(sizeof(BatchHeader) == 56);

struct EventHeader {
    std::uint32_t size = 0;  // of the record, this header included; a multiple of 8
    EventType type{};
    std::uint16_t reserved = 0;
    SymbolId symbol = 0;
    std::uint32_t reserved2 = 0;
    Nanos exchangeTime = kNoTime;
    Seq causeFirst = 0;  // derived: the range of numbers of its inputs (those of the same symbol); else 0
    Seq causeLast = 0;
};
static_assert(sizeof(EventHeader) == 40);

// An event in its batch.
class EventView {
public:
    EventView(const EventHeader* header, Seq seq) noexcept : m_header(header), m_seq(seq) {}
    [[nodiscard]] const EventHeader& header() const noexcept { return *m_header; }
    [[nodiscard]] EventType type() const noexcept { return m_header->type; }
    [[nodiscard]] SymbolId symbol() const noexcept { return m_header->symbol; }
    [[nodiscard]] Nanos exchangeTime() const noexcept { return m_header->exchangeTime; }
    [[nodiscard]] Seq seq() const noexcept { return m_seq; }
    // The event's struct, or null when it is of another type.
    template <class E>
    [[nodiscard]] const E* as() const noexcept
    {
        return type() == E::kType ? reinterpret_cast<const E*>(m_header + 1) : nullptr;
    }

private:
    const EventHeader* m_header;
    Seq m_seq;
};

// Shared, immutable view of a finished batch. Copying costs one atomic increment.
class Batch {
public:
    Batch() noexcept = default;
    explicit Batch(BufferRef buffer) noexcept : m_buffer(std::move(buffer)) {}

    // Checks bytes from outside (a journal block) and copies them into a buffer of the pool. Corrupt when any size,
    // offset, type or list points outside.
    [[nodiscard]] static Result<Batch> fromBytes(std::span<const std::byte> bytes, BufferPool& pool);
    // The same for bytes that lie in a buffer already, which has room for kFramePadding more.
    [[nodiscard]] static Result<Batch> fromBuffer(BufferRef buffer, std::size_t size);

    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(m_buffer); }
    [[nodiscard]] const BatchHeader& header() const noexcept
    {
        return *reinterpret_cast<const BatchHeader*>(m_buffer.get()->data());
    }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {m_buffer.get()->data(), header().size}; }
    // The frame's bytes or the control's JSON; kFramePadding readable bytes follow. Empty in batches read without frames.
    [[nodiscard]] std::string_view payload() const noexcept
    {
        return {reinterpret_cast<const char*>(m_buffer.get()->data() + sizeof(BatchHeader)), header().payloadSize};
    }
    [[nodiscard]] std::span<const std::byte> records() const noexcept
    {
        return bytes().subspan(header().recordsOffset);
    }
    [[nodiscard]] Seq firstSeq() const noexcept { return header().firstSeq; }
    // The last number that this batch takes.
    [[nodiscard]] Seq lastSeq() const noexcept
    {
        return header().firstSeq + (header().eventCount > 1 ? header().eventCount - 1 : 0);
    }
    // How many numbers it takes.
    [[nodiscard]] std::uint64_t span() const noexcept { return header().eventCount > 1 ? header().eventCount : 1; }

    // The router's: gives the batch its number. Only before it is shared.
    void number(Seq first) noexcept { reinterpret_cast<BatchHeader*>(m_buffer.get()->data())->firstSeq = first; }

    // for (EventView event : batch)
    class Iterator {
    public:
        Iterator(const std::byte* at, Seq seq) noexcept : m_at(at), m_seq(seq) {}
        [[nodiscard]] EventView operator*() const noexcept
        {
            return {reinterpret_cast<const EventHeader*>(m_at), m_seq};
        }
        Iterator& operator++() noexcept
        {
            m_at += reinterpret_cast<const EventHeader*>(m_at)->size;
            ++m_seq;
            return *this;
        }
        [[nodiscard]] bool operator==(const Iterator& other) const noexcept { return m_at == other.m_at; }

    private:
        const std::byte* m_at;
        Seq m_seq;
    };
    [[nodiscard]] Iterator begin() const noexcept { return {records().data(), firstSeq()}; }
    [[nodiscard]] Iterator end() const noexcept { return {bytes().data() + header().size, 0}; }

private:
    BufferRef m_buffer;
};

// Builds one batch at a time; owned by one thread. Between begin() and finish(): references from add() hold until the next
// add(); the payload stays readable until finish(), also when the arena grows.
class BatchBuilder {
public:
    explicit BatchBuilder(BufferPool& pool) : m_pool(&pool) {}

    // Starts a batch whose payload is a copy of `payload`. The caller fills the header's lane, kind, times.
    BatchHeader& begin(std::string_view payload);
    [[nodiscard]] std::string_view payload() const noexcept
    {
        return {reinterpret_cast<const char*>(m_payloadBuffer.get()->data() + sizeof(BatchHeader)), m_payloadSize};
    }

    // Appends an event; `extra` is how many bytes of texts and lists setText() and setList() will add to it at most
    // (each list rounded up to 8).
    template <class E>
    E& add(SymbolId symbol, Nanos exchangeTime, std::size_t extra = 0)
    {
        closeRecord();
        reserve(sizeof(EventHeader) + sizeof(E) + extra);
        std::byte* at = base() + m_size;
        m_record = m_size;
        auto* header = new (at) EventHeader;
        header->type = E::kType;
        header->symbol = symbol;
        header->exchangeTime = exchangeTime;
        m_size += sizeof(EventHeader) + sizeof(E);
        ++m_count;
        return *new (at + sizeof(EventHeader)) E;
    }
    // Of the event added last: the numbers of its inputs.
    void setCause(Seq first, Seq last) noexcept;
    // `text` and `list` are members of the event added last.
    void setText(Text& text, std::string_view value) noexcept { append(text, std::span(value.data(), value.size())); }
    template <class T>
    void setList(RelativeList<T>& list, std::span<const T> values) noexcept
    {
        append(list, values);
    }

    [[nodiscard]] std::uint32_t eventCount() const noexcept { return m_count; }
    // Drops all events since begin().
    void clearEvents() noexcept;
    [[nodiscard]] Batch finish();
    // The room a text of this length needs within `extra`.
    [[nodiscard]] static constexpr std::size_t room(std::size_t bytes) noexcept
    {
        return (bytes + 7) & ~std::size_t{7};
    }

private:
    [[nodiscard]] std::byte* base() const noexcept { return m_buffer.get()->data(); }
    void reserve(std::size_t bytes);
    void closeRecord() noexcept;

    template <class T>
    void append(RelativeList<T>& list, std::span<const T> values) noexcept
    {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
        const std::size_t bytes = values.size_bytes();
        std::byte* at = base() + m_size;
        assert(m_size + room(bytes) <= m_buffer.get()->capacity());
        list.m_offset = static_cast<std::uint32_t>(at - reinterpret_cast<std::byte*>(&list));
        list.m_count = static_cast<std::uint32_t>(values.size());
        if (bytes)
            std::memcpy(at, values.data(), bytes);
        std::memset(at + bytes, 0, room(bytes) - bytes);
        m_size += room(bytes);
    }

    BufferPool* m_pool;
    BufferRef m_buffer;
    BufferRef m_payloadBuffer;  // where payload() lies; differs from m_buffer after growing
    std::size_t m_payloadSize = 0;
    std::size_t m_size = 0;
    std::size_t m_recordsOffset = 0;
    std::size_t m_record = 0;  // offset of the open record, 0: none
    std::uint32_t m_count = 0;
};

}  // namespace tickdeck
