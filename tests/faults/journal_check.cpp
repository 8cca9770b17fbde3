// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/journal_check.h"

#include <algorithm>

namespace tickdeck::test {

JournalCheck::JournalCheck(const VenueTruth& venue, std::map<std::string, BookTruth>& truths,
                           const SymbolTable& symbols)
    : m_venue(&venue), m_truths(&truths), m_symbols(&symbols)
{
}

void JournalCheck::take(const Batch& batch)
{
    if (m_symbols->name(batch.header().lane).venue != m_venue->venue || batch.header().kind == BatchKind::Derived)
        return;
    m_now = batch.header().receiveTime;
    Link& link = m_links[batch.header().connection];
    if (batch.header().kind == BatchKind::Frame)
        link.lastFrame = m_now;
    else if (batch.header().control == ControlKind::Closed)
        link.closedAfter = link.lastFrame;
    else if (batch.header().control == ControlKind::Opened)
        link.opened = m_now;
    for (const EventView event : batch) {
        const std::string& native = m_symbols->name(event.symbol()).native;
        if (const Gap* gap = event.as<Gap>())
            takeGap(native, *gap);
        const auto truth = m_truths->find(native);
        if (truth == m_truths->end())
            continue;
        View& view = m_views[native];
        if (const Book* book = event.as<Book>())
            takeBook(native, view, truth->second, event, *book);
        else if (const Trade* trade = event.as<Trade>())
            takeTrade(native, view, *trade);
        else if (const Quote* quote = event.as<Quote>(); quote && m_venue->quotes)
            takeQuote(native, truth->second, event, *quote);
    }
}

void JournalCheck::takeBook(const std::string& native, View& view, BookTruth& truth, const EventView& event,
                            const Book& book)
{
    const bool fits = view.book.apply(book, truth.listing(), m_venue->depth);
    const std::uint64_t version =
        m_venue->version(truth.market(), truth.instrument(), book.venueSeq ? *book.venueSeq : 0, event.exchangeTime());
    m_versions[{native, book.version}] = version;
    const bool equal = fits && version != kNever &&
                       hashOf(view.book.bids(), view.book.asks(), m_venue->compared) == truth.compared(version);
    ++m_books;
    if (book.verified == Tristate::Yes && !equal)
        m_faults.push_back(
            {m_now, native + ": a book that is called verified is not the market's at version " +
                        (version == kNever ? "(none)" : std::to_string(version) + ": " + truth.text(version, 5))});
    if (book.verified != Tristate::Yes || !equal) {
        view.doubt = true;
        return;
    }
    if (view.wholeAt != kNoTime) {
        if (view.doubt)
            need(native, "book", 0, view.wholeAt, "a wrong book");
        else if (version > view.version && changedBetween(truth, view.version, version)) {
            if (book.kind == BookKind::Snapshot)
                need(native, "book", 0, view.wholeAt, "missed changes of a book");
            else if (m_venue->depth != 0)
                ++m_healed;
        }
    }
    view.wholeAt = m_now;
    view.version = version;
    view.doubt = false;
}

void JournalCheck::takeTrade(const std::string& native, View& view, const Trade& trade)
{
    const std::uint64_t id = std::stoull(std::string(trade.tradeId.view()));
    if (view.trade != 0 && id > view.trade + 1)
        need(native, "trade", m_venue->trades, view.tradeAt,
             "the trades between " + std::to_string(view.trade) + " and " + std::to_string(id));
    if (id > view.trade) {
        view.trade = id;
        view.tradeAt = m_now;
    }
}

void JournalCheck::takeQuote(const std::string& native, BookTruth& truth, const EventView& event, const Quote& quote)
{
    const std::uint64_t version = m_venue->version(truth.market(), truth.instrument(), 0, event.exchangeTime());
    const auto level = [&](const Nullable<Decimal>& price, const Nullable<Decimal>& quantity) {
        std::vector<Level> out;
        if (price && quantity)
            out.push_back({(*price).toTicks(truth.listing().pricePrecision).value_or(-1),
                           (*quantity).toTicks(truth.listing().quantityPrecision).value_or(-1)});
        return out;
    };
    if (hashOf(level(quote.bidPrice, quote.bidQuantity), level(quote.askPrice, quote.askQuantity), 1) !=
        truth.best(version))
        m_faults.push_back({m_now, native + ": a quote is not the market's at version " + std::to_string(version)});
}

void JournalCheck::takeGap(const std::string& native, const Gap& gap)
{
    const auto [known, isNew] = m_gapById.try_emplace(std::string(gap.gapId.view()), m_gaps.size());
    if (isNew)
        m_gaps.push_back({native, std::string(gap.channel.view()), gap.from, kNoTime});
    if (gap.to)
        m_gaps[known->second].to = *gap.to;
}

bool JournalCheck::changedBetween(BookTruth& truth, std::uint64_t from, std::uint64_t to) const
{
    const std::uint64_t before = truth.compared(from);
    for (std::uint64_t version = from + 1; version < to; ++version)
        if (truth.compared(version) != before)
            return true;
    return false;
}

// TCP gives what came before the last frame of a connection: only what came after may be missing.
void JournalCheck::need(const std::string& native, std::string channel, ConnectionId connection, Nanos from,
                        std::string why)
{
    const Link& link = m_links[connection];
    // A quiet stream is whole again when it is subscribed, not when something comes.
    const bool wasClosed = channel == "trade" && link.closedAfter != kNoTime && link.closedAfter >= from;
    m_needs.push_back({native, std::move(channel), std::max(from, link.closedAfter),
                       wasClosed ? std::min(m_now, link.opened) : m_now, std::move(why)});
}

std::uint64_t JournalCheck::marketVersion(const std::string& native, std::uint64_t bookVersion) const
{
    const auto found = m_versions.find({native, bookVersion});
    return found == m_versions.end() ? kNever : found->second;
}

bool JournalCheck::covered(const Need& need) const
{
    std::vector<GapSpan> spans;
    for (const GapSpan& gap : m_gaps)
        if (gap.symbol == need.symbol && gap.channel == need.channel)
            spans.push_back(gap);
    std::ranges::sort(spans, {}, &GapSpan::from);
    Nanos reached = need.from;
    for (const GapSpan& span : spans)
        if (span.from <= reached)
            reached = span.to == kNoTime ? need.to : std::max(reached, span.to);
    return reached >= need.to;
}

std::vector<Fault> JournalCheck::finish()
{
    for (const Need& need : m_needs)
        if (!covered(need))
            m_faults.push_back({need.to, need.symbol + ": no gap tells of " + need.why + ", from " +
                                             formatClock(need.from) + " to " + formatClock(need.to)});
    for (const auto& [native, view] : m_views)
        if (view.doubt)
            m_faults.push_back({m_now, native + ": the book is still wrong at the end"});
    for (const auto& [native, truth] : *m_truths)
        if (m_views[native].wholeAt == kNoTime)
            m_faults.push_back({m_now, native + ": there was no good book at all"});
    for (const GapSpan& gap : m_gaps)
        if (gap.to == kNoTime)
            m_faults.push_back({gap.from, gap.symbol + " " + gap.channel + ": a gap was never closed"});
    std::ranges::sort(m_faults, {}, &Fault::time);
    return m_faults;
}

}  // namespace tickdeck::test
