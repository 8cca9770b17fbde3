// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is subscribed at Deribit, what is to be, and the requests that bring the one to the other.

#include <string>
#include <vector>

#include "engine/connectors/deribit/instruments.h"
#include "engine/connectors/deribit/message.h"
#include "engine/connectors/deribit/wanted.h"
#include "engine/plugin/decoder.h"

namespace tickdeck::deribit {

// Drives the streams of all instruments: asks for heartbeats and lists of instruments, chooses the options that are wanted,
// subscribes many channels with one request, compares what was granted, resyncs one stream alone (unsubscribe, wait for the
// answer, subscribe), tries again when an answer is missing or the venue says that it may be, and tells gaps. One thread;
// time is that of the input.
class Subscriptions {
public:
    Subscriptions(Contracts& contracts, SymbolId venue) noexcept : m_contracts(&contracts), m_venue(venue) {}

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
    // Answers the venue's question whether anybody is there.
    void answerTest(ConnectionId connection, Emit& emit);
    // Sends what is due.
    void advance(Nanos now, Emit& emit);

    // The currency whose list this answer is, where it was asked for; else empty.
    [[nodiscard]] std::string_view listAsked(const ReplyMessage& reply) const noexcept;
    // The list has been taken over: chooses anew.
    void listed(std::string_view currency, Nanos now, Emit& emit);
    // It was none.
    void listRefused(std::string_view currency, Nanos now) noexcept;
    // Whether definitions are in or nobody waits for them.
    [[nodiscard]] bool definitionsKnown() const noexcept;

    // The stream is whole; closes its gap.
    void synced(Contract& contract, Channel channel, Nanos now, GapRecovery recovered, Emit& emit);
    // The book is wrong: opens a gap and asks for a snapshot.
    void broke(Contract& contract, GapCause cause, Nanos now, Emit& emit);
    // Something is missing for good; from here on all is whole.
    void missed(Contract& contract, Channel channel, Nanos now, Emit& emit);
    // The instrument that market data is about: in a recording any, else one that is known. Null: none of ours.
    [[nodiscard]] Contract* contractOf(std::string_view native);
    // Whether market data of this stream is of use: always in a recording, else while it is wanted.
    [[nodiscard]] bool takes(const Contract& contract, Channel channel) const noexcept;
    // Whether books are wanted in this form.
    [[nodiscard]] bool takesForm(BookForm form) const noexcept;

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Entry {
        Contract* contract;
        Channel channel;
        [[nodiscard]] Stream& stream() const noexcept { return contract->stream(channel); }
    };
    // A currency's list of instruments.
    struct List {
        std::string currency;
        book::SyncMachine sync;
        book::StreamGap gap;
        std::uint64_t request = 0;  // that waits for its answer
        Nanos due = 0;              // when it is asked for again
    };

    template <class Visit>
    void forEach(Visit&& visit);
    void setLists(Nanos now, Emit& emit);
    void choose(Nanos now, Emit& emit);
    void chooseOptions(Nanos now, std::vector<Entry>& entries, Emit& emit);
    void unwant(const Entry& entry, Nanos now, Emit& emit);
    void reset(const Entry& entry) noexcept;
    void openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit);
    [[nodiscard]] std::string channelName(const Entry& entry) const;
    [[nodiscard]] std::uint64_t ask(std::string_view method, std::string_view params, Emit& emit, bool urgent = false);
    void askHeartbeat(Nanos now, Emit& emit);
    void askLists(Nanos now, Emit& emit);
    void send(const std::vector<Entry>& entries, bool subscribe, Nanos now, Emit& emit);
    void granted(const ReplyMessage& reply, Nanos now, Emit& emit);
    void refused(const ReplyMessage& reply, Nanos now, Emit& emit);

    Contracts* m_contracts;
    SymbolId m_venue;
    std::string m_payload;  // of what is wanted, for the saved state
    WantedRequest m_wanted;
    bool m_session = false;  // somebody said what is wanted
    bool m_cut = false;      // people were told that options were left out
    std::vector<List> m_lists;
    book::SyncMachine m_heartbeat;
    std::uint64_t m_heartbeatRequest = 0;
    std::optional<ConnectionId> m_connection;  // the open one
    std::optional<Nanos> m_restartFrom;        // when an earlier run saw its last frame; until all lists are in
    std::uint64_t m_requests = 0;
    std::uint64_t m_gaps = 0;
    Nanos m_lastFrame = 0;
};

}  // namespace tickdeck::deribit
