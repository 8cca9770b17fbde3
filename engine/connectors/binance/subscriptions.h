// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is subscribed at Binance, what is to be, and the messages that bring the one to the other.

#include <array>
#include <string>
#include <vector>

#include "engine/connectors/binance/fetching.h"
#include "engine/connectors/binance/instruments.h"
#include "engine/connectors/binance/message.h"
#include "engine/connectors/binance/wanted.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::binance {

// Drives the streams of all contracts: subscribes over the two connections, has the snapshots of books and the definitions
// fetched, tries again when an answer is missing or the venue refuses, and tells gaps. One thread; time is that of the input.
class Subscriptions {
public:
    // All that is passed outlives it.
    Subscriptions(Contracts& contracts, Fetching& fetching, SymbolId venue) noexcept
        : m_contracts(&contracts), m_fetching(&fetching), m_venue(venue)
    {
    }

    // Controls, as described at ControlKind.
    [[nodiscard]] Result<> started(std::string_view payload);
    [[nodiscard]] Result<> wanted(std::string_view payload, Nanos now, Emit& emit);
    void opened(ConnectionId connection, Nanos now, Emit& emit);
    // With gaps, unless it was closed on purpose.
    void closed(ConnectionId connection, bool gaps, Emit& emit);
    void overflowed(ConnectionId connection, Emit& emit);

    // A frame came in: until then nothing was missing.
    void seen(ConnectionId connection, Nanos now) noexcept
    {
        if (connection < m_links.size())
            m_links[connection].lastFrame = now;
    }
    void reply(ConnectionId connection, const ReplyMessage& reply, Nanos now, Emit& emit);
    // Sends and asks what is due.
    void advance(Nanos now, Emit& emit);

    // The contract that something came about. Null where there is none: only in a recording is a new one made.
    [[nodiscard]] Contract* contractOf(std::string_view native)
    {
        return m_session ? m_contracts->find(native) : m_contracts->obtain(native);
    }

    // The stream is whole; closes its gap.
    void synced(Contract& contract, Channel channel, Nanos now, GapRecovery recovered, Emit& emit);
    // The book is wrong: opens a gap and asks for a snapshot.
    void broke(Contract& contract, GapCause cause, Nanos now, Emit& emit);
    // Something is missing for good; from here on all is whole.
    void missed(Contract& contract, Channel channel, Nanos now, Emit& emit);

    // Whether data of this stream is of use: always in a recording, else while it is wanted.
    [[nodiscard]] bool takes(const Stream& stream) const noexcept { return !m_session || stream.wanted; }
    // Whether a snapshot that came can be joined to the stream: in a session only one that was asked for since the stream
    // was subscribed to, or it would tell a book whole that nothing follows.
    [[nodiscard]] bool takesSnapshot(const Contract& contract) const noexcept
    {
        const Stream& stream = contract.stream(Channel::Book);
        return !m_session || (stream.phase == Stream::Phase::Subscribed && !stream.askedBefore);
    }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Entry {
        Contract* contract;
        Channel channel;
        [[nodiscard]] Stream& stream() const noexcept { return contract->stream(channel); }
    };
    struct Link {
        bool open = false;
        Nanos lastFrame = 0;
    };

    template <class Visit>
    void forEach(Visit&& visit);
    void apply(const WantedRequest& request, Nanos now, Emit& emit);
    void want(const Entry& entry, Nanos now, Emit& emit);
    void unwant(const Entry& entry, Nanos now, Emit& emit);
    void reset(const Entry& entry) noexcept;
    void openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit);
    void appendNames(const Entry& entry, std::vector<std::string>& names) const;
    [[nodiscard]] std::size_t streamsOf(Channel channel) const noexcept
    {
        return channel == Channel::Candle ? m_intervals.size() : 1;
    }
    void send(const std::vector<Entry>& entries, ConnectionId connection, bool subscribe, Nanos now, Emit& emit);
    void refused(ConnectionId connection, const ReplyMessage& reply, Nanos now, Emit& emit);

    Contracts* m_contracts;
    Fetching* m_fetching;
    SymbolId m_venue;
    std::array<Link, 2> m_links{};
    std::optional<Nanos> m_restartFrom;    // when an earlier run saw its last frame
    std::vector<std::string> m_intervals;  // of candles
    bool m_session = false;                // somebody said what is wanted
    std::uint64_t m_requests = 0;
    std::uint64_t m_gaps = 0;
};

}  // namespace tickdeck::binance
