// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/books.h"

namespace tickdeck::binance {

namespace {

// Levels on each side. The venue tells every change at whatever depth and never a level again that comes back into view: far
// more than a snapshot holds are kept, so that what is cut off lies far from the touch.
constexpr std::size_t kMostDepth = 4000;

BookTrack& trackOf(Contract& contract)
{
    BookTrack& track = contract.ensureTrack();
    // Where the definition's digits do not fit the book, it goes on with those that were sent.
    if (contract.definition)
        static_cast<void>(contract.definition->increments.setPrecision(track.book));
    return track;
}

}  // namespace

// Of many books few are in the cache: what the change will touch comes in while its levels are read.
void Books::coming(std::string_view symbol)
{
    constexpr std::size_t kTouched = 48;
    Contract* contract = m_contracts->find(symbol);
    if (!contract)
        return;
    const BookTrack* track = contract->track.get();
    __builtin_prefetch(track);
    __builtin_prefetch(&contract->stream(Channel::Book));
    __builtin_prefetch(&contract->stream(Channel::Book).wholeAt);
    if (!track)
        return;
    __builtin_prefetch(&track->version);
    __builtin_prefetch(&track->book.asks());
    track->book.prefetch(kTouched);
}

Result<> Books::change(Contract& contract, const DepthMessage& message, Nanos now, Emit& emit)
{
    using Verdict = book::ChainSync::Verdict;
    BookTrack& track = trackOf(contract);
    // Also of a change that has to wait, so that what does not fit is told of the frame that it came with.
    if (Result<> converted = track.book.convert(message.bids, message.asks, m_levels); !converted) {
        converted.error().offset = message.offset;
        return converted;
    }
    if (message.partial) {
        join(contract, message.ids.last, message.time, Tristate::Unknown, now, emit);
        return {};
    }
    const bool wanted = contract.stream(Channel::Book).wanted;
    Change change{BookKind::Update, Tristate::Yes, message.ids.last, message.time};
    const Verdict verdict = track.chain.take(message.ids);
    switch (verdict) {
    case Verdict::Next:
        apply(contract, change, emit);
        follow(contract, now, emit);
        break;
    case Verdict::Old: emit.ignored("depth seen before"); return {};
    case Verdict::Kept:
    case Verdict::Broken:
        track.chain.keep(message.ids, message.time, message.bids, message.asks);
        if (!wanted) {
            change.verified = verdict == Verdict::Broken ? Tristate::No : Tristate::Unknown;
            write(contract, change, emit);
        }
        if (verdict == Verdict::Kept)
            return {};
        m_subscriptions->broke(contract, GapCause::Sequence, now, emit);
        break;
    }
    m_depths.publish(contract, now, emit);
    return {};
}

// A snapshot, whose levels are converted, takes the book's place, if it joins what is known; what waited for it follows.
void Books::join(Contract& contract, std::uint64_t last, Nanos time, Tristate verified, Nanos now, Emit& emit)
{
    using Joined = book::ChainSync::Joined;
    BookTrack& track = *contract.track;
    const std::size_t waited = track.chain.waiting().size();
    switch (track.chain.snapshot(last)) {
    case Joined::Yes: break;
    case Joined::Overtaken:  // live without it
        m_fetching->snapshotCame(contract);
        emit.ignored("snapshot overtaken by changes");
        return;
    case Joined::TooOld:
        m_fetching->snapshotRefused(contract, now);
        emit.ignored("snapshot older than the changes");
        return;
    }
    const bool wanted = contract.stream(Channel::Book).wanted;
    for (std::size_t i = track.chain.waiting().size(); wanted && i < waited; ++i)
        emit.ignored("depth older than its snapshot");
    track.book.clear();
    track.book.setDepth(kMostDepth);
    apply(contract, {BookKind::Snapshot, verified, last, time}, emit);
    for (const book::ChainSync::Waiting& change : track.chain.waiting()) {
        // It fitted when it came, and the scales have not been lowered; what the snapshot's finer scale makes of it, the
        // caller has tried.
        if (!track.book.convert(change.bids, change.asks, m_levels))
            continue;
        apply(contract, {BookKind::Update, Tristate::Yes, change.ids.last, change.time}, emit);
    }
    track.chain.clearWaiting();
    m_subscriptions->synced(contract, Channel::Book, now, GapRecovery::Snapshot, emit);
    follow(contract, now, emit);
    m_depths.publish(contract, now, emit);
}

Result<> Books::snapshot(Contract& contract, const SnapshotMessage& snapshot, Nanos now, Emit& emit)
{
    BookTrack& track = trackOf(contract);
    const auto converted = [&](std::span<const book::WireLevel> bids, std::span<const book::WireLevel> asks) {
        Result<> result = track.book.convert(bids, asks, m_levels);
        if (!result) {
            m_fetching->snapshotRefused(contract, now);
            result.error().offset = snapshot.offset;
        }
        return result;
    };
    // Everything is tried before anything is applied; the last conversion is the one that is used.
    TRY(converted(snapshot.bids, snapshot.asks));
    for (const book::ChainSync::Waiting& change : track.chain.waiting())
        TRY(converted(change.bids, change.asks));
    TRY(converted(snapshot.bids, snapshot.asks));
    join(contract, snapshot.lastUpdateId, snapshot.time, Tristate::Yes, now, emit);
    return {};
}

void Books::apply(Contract& contract, const Change& change, Emit& emit)
{
    BookTrack& track = *contract.track;
    track.book.apply(m_levels);
    if (emit.wantsDepth())
        track.book.prefetchTop();
    write(contract, change, emit);
}

void Books::write(Contract& contract, const Change& change, Emit& emit)
{
    BookTrack& track = *contract.track;
    track.verified = change.verified;
    track.exchangeTime = change.time;
    wire::writeBook(emit.events(), contract.id, change.kind, track.book, m_levels, change.venueSeq, track);
}

// What the book's new state means for its stream.
void Books::follow(Contract& contract, Nanos now, Emit& emit)
{
    BookTrack& track = *contract.track;
    Stream& stream = contract.stream(Channel::Book);
    if (!stream.sync.live())
        return;
    if (!stream.sync.crossedTooLong(track.book.crossed(), now)) {
        stream.whole(now);
        return;
    }
    track.chain.dropSnapshot();
    m_subscriptions->broke(contract, GapCause::Crossed, now, emit);
}

}  // namespace tickdeck::binance
