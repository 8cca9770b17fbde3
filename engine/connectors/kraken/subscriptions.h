// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is subscribed at Kraken, what is to be, and the requests that bring the one to the other.

#include <vector>

#include "engine/connectors/kraken/instruments.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::kraken {

// Drives the streams of all pairs: subscribes, resyncs one stream alone (unsubscribe, wait for the answer, subscribe),
// tries again when an answer is missing or the venue refuses, and tells gaps. One thread; time is that of the input.
class Subscriptions {
public:
    explicit Subscriptions(Pairs& pairs, SymbolId venue) noexcept : m_pairs(&pairs), m_venue(venue) {}

    // Controls, as described at ControlKind.
    [[nodiscard]] Result<> started(std::string_view payload);
    [[nodiscard]] Result<> wanted(std::string_view payload, Nanos now, Emit& emit);
    void opened(ConnectionId connection, Nanos now, Emit& emit);
    // With gaps, unless it was closed on purpose. False: this connection was not the one in use.
    bool closed(ConnectionId connection, bool gaps, Emit& emit);
    void overflowed(ConnectionId connection, Nanos now, Emit& emit);

    // A frame came in: until then nothing was missing.
    void seen(Nanos now) noexcept { m_lastFrame = now; }
    void reply(const ReplyMessage& reply, Nanos now, Emit& emit);
    // Whether data of this stream is of use: always in a recording, else while it is wanted.
    [[nodiscard]] bool takes(const Stream& stream) const noexcept { return !m_session || stream.wanted; }
    // Sends what is due.
    void advance(Nanos now, Emit& emit);

    // The pair that something came about. Null where there is none: only in a recording, where nobody says what is wanted,
    // is a new one made.
    [[nodiscard]] Pair* pairOf(std::string_view native)
    {
        return m_session ? m_pairs->find(native) : m_pairs->obtain(native);
    }

    // The stream is whole; closes its gap.
    void synced(Pair& pair, Channel channel, Nanos now, GapRecovery recovered, Emit& emit);
    void instrumentsSynced(Nanos now, Emit& emit);
    // The stream is wrong: opens a gap and asks for a snapshot.
    void broke(Pair& pair, Channel channel, GapCause cause, Nanos now, Emit& emit);

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    // A stream with what it is about; no pair: the instrument channel.
    struct Entry {
        Stream* stream;
        Pair* pair;
        Channel channel;
        [[nodiscard]] bool operator==(const Entry&) const = default;
    };
    template <class Visit>
    void forEach(Visit&& visit);
    [[nodiscard]] book::StreamGap::Subject subject(const Entry& entry) const noexcept;
    void openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit);
    void send(std::vector<Entry> entries, bool subscribe, Nanos now, Emit& emit);
    void want(const Entry& entry, std::uint32_t depth, Emit& emit, Nanos now);
    void unwant(const Entry& entry, Nanos now, Emit& emit);
    void acknowledged(const Entry& entry, const ReplyMessage& reply, Nanos now, Emit& emit);
    void unsubscribed(const Entry& entry, Nanos now, Emit& emit);
    void refused(const ReplyMessage& reply, Nanos now, Emit& emit);

    Pairs* m_pairs;
    SymbolId m_venue;
    Stream m_instruments;
    std::optional<ConnectionId> m_connection;  // the open one
    bool m_session = false;                    // somebody said what is wanted
    std::optional<Nanos> m_restartFrom;        // when an earlier run saw its last frame
    std::uint64_t m_requests = 0;
    std::uint64_t m_gaps = 0;
    Nanos m_lastFrame = 0;
};

}  // namespace tickdeck::kraken
