// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What is subscribed at Coinbase, what is to be, and the messages that bring the one to the other.

#include <span>
#include <vector>

#include "engine/connectors/coinbase/instruments.h"
#include "engine/connectors/coinbase/message.h"
#include "engine/plugin/decoder.h"
#include "engine/wire/definition_fetch.h"

namespace tickdeck::coinbase {

// Drives the streams of all products: subscribes, resyncs (unsubscribe, wait for the answer, subscribe), tries again when an
// answer is missing or the venue refuses, and tells gaps. The venue answers each request with the list of all that is active,
// without saying which request it answers. One thread; time is that of the input.
class Subscriptions {
public:
    Subscriptions(Products& products, SymbolId venue) noexcept
        : m_products(&products), m_venue(venue), m_definitions(venue)
    {
    }

    // Controls, as described at ControlKind.
    [[nodiscard]] Result<> started(std::string_view payload);
    [[nodiscard]] Result<> wanted(std::string_view payload, Nanos now, Emit& emit);
    void opened(ConnectionId connection, Nanos now, Emit& emit);
    // With gaps, unless it was closed on purpose. False: this connection was not the one in use.
    bool closed(ConnectionId connection, bool gaps, Emit& emit);
    // Messages of the connection are missing, from the last one that came on: every stream on it is asked for anew.
    void missed(GapCause cause, Nanos now, Emit& emit);

    // A frame came in: until then nothing was missing.
    void seen(Nanos now) noexcept { m_lastFrame = now; }
    void active(std::span<const ActiveMessage> list, Nanos now, Emit& emit);
    void refused(std::string_view error, Nanos now, Emit& emit);
    // Sends and asks what is due.
    void advance(Nanos now, Emit& emit);

    // The product that market data of this channel are of. Null where there is none: only in a recording, where nobody says
    // what is wanted, is a new one made.
    [[nodiscard]] Product* productOf(std::string_view native, Channel channel, Nanos now, Emit& emit);
    // Whether data of this stream are of use: always in a recording, else while it is wanted.
    [[nodiscard]] bool takes(const Stream& stream) const noexcept { return !m_session || stream.wanted; }
    // How many levels a book keeps on each side; 0: nobody said.
    [[nodiscard]] std::size_t depth() const noexcept { return m_depth; }
    // The data of `product` come under the name of `canonical`.
    void redirect(Product& product, Product& canonical, Nanos now, Emit& emit);

    // The stream is whole; closes its gap.
    void synced(Product& product, Channel channel, Nanos now, GapRecovery recovered, Emit& emit);
    // The stream is wrong, or about to be: opens a gap and asks for a snapshot.
    void broke(Product& product, Channel channel, GapCause cause, Nanos now, Emit& emit);

    [[nodiscard]] wire::DefinitionFetch& definitions() noexcept { return m_definitions; }

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    struct Entry {
        Product* product;
        Channel channel;
        [[nodiscard]] Stream& stream() const noexcept { return product->stream(channel); }
    };
    template <class Visit>
    void forEach(Visit&& visit);
    [[nodiscard]] Result<std::vector<Entry>> entriesOf(std::string_view channel,
                                                       const std::vector<std::string>& symbols);
    void openGap(const Entry& entry, GapCause cause, Nanos from, Emit& emit);
    void want(const Entry& entry, Emit& emit);
    void send(std::vector<Entry> entries, bool subscribe, Nanos now, Emit& emit);
    void subscribed(const Entry& entry, Nanos now) noexcept;
    void restart(std::vector<Entry> ended, Nanos now, Emit& emit);
    void dropped(const Entry& entry, Nanos now, Emit& emit);

    Products* m_products;
    SymbolId m_venue;
    wire::DefinitionFetch m_definitions;
    std::optional<ConnectionId> m_connection;  // the open one
    std::optional<Nanos> m_restartFrom;        // when an earlier run saw its last frame
    std::uint32_t m_depth = 0;
    bool m_session = false;  // somebody said what is wanted
    std::uint64_t m_requests = 0;
    std::uint64_t m_gaps = 0;
    Nanos m_lastFrame = 0;
};

}  // namespace tickdeck::coinbase
