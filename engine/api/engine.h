// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a front end may ask of an engine, in this process or elsewhere.

#include <memory>
#include <optional>
#include <vector>

#include "engine/api/dead_letter.h"
#include "engine/api/jobs.h"
#include "engine/api/settings.h"
#include "engine/api/snapshots.h"

namespace tickdeck::api {

// Pull only: the engine never calls the front end. Every function is thread-safe and never waits (for a lock that is held
// over I/O, for a disk, for the network): the window calls them from its GUI thread at frame rate. The engine outlives
// its front ends.
//
// A function that gives a shared_ptr gives the same pointer until there is something newer, so that comparing pointers
// tells whether anything changed; null: nothing yet.
class Engine {
public:
    virtual ~Engine() = default;

    // The engine's wall clock (in a replay the replayed time): what ages are measured against.
    [[nodiscard]] virtual Nanos now() const = 0;
    [[nodiscard]] virtual std::shared_ptr<const Identity> identity() const = 0;
    // Taken by the engine a few times a second.
    [[nodiscard]] virtual std::shared_ptr<const Overview> overview() const = 0;
    // Ordered by venue and symbol.
    [[nodiscard]] virtual std::shared_ptr<const std::vector<Instrument>> instruments() const = 0;

    // False: no book, or the writer was too busy for this read; `out` is then left as it was.
    [[nodiscard]] virtual bool depth(SymbolId symbol, Depth& out) const = 0;
    [[nodiscard]] virtual std::optional<Quote> quote(SymbolId symbol) const = 0;
    // Of all symbols, after `cursor` (0: from the oldest that is kept), at most `limit` of the newest.
    [[nodiscard]] virtual Page<Trade> trades(std::uint64_t cursor, std::size_t limit) const = 0;
    // None: nothing of the kind has come for it.
    [[nodiscard]] virtual std::optional<MarkPrice> mark(SymbolId symbol) const = 0;
    // Stored and live ones of the last hour. The first call for a symbol makes the engine read what is stored.
    [[nodiscard]] virtual std::shared_ptr<const MarkSeries> marks(SymbolId symbol) = 0;
    // As trades().
    [[nodiscard]] virtual Page<ForcedOrder> forcedOrders(std::uint64_t cursor, std::size_t limit) const = 0;
    // The widths that are built, ascending: the engine's for all symbols, the venue's as they have come.
    [[nodiscard]] virtual std::vector<Nanos> candleIntervals(SymbolId symbol, BuiltBy built) const = 0;
    // Stored and live ones, at most the newest 2,000. The first call for a series makes the engine read what is stored.
    [[nodiscard]] virtual std::shared_ptr<const CandleSeries> candles(SymbolId symbol, Nanos interval,
                                                                      BuiltBy built) = 0;
    [[nodiscard]] virtual Page<LogLine> log(std::uint64_t cursor, std::size_t limit) const = 0;

    [[nodiscard]] virtual AnswerRef<Gaps> gaps(const GapQuery& query) = 0;
    // The settings in force.
    [[nodiscard]] virtual std::shared_ptr<const SettingsView> settings() const = 0;
    // What the changes would do; nothing is changed.
    [[nodiscard]] virtual AnswerRef<SettingsPlan> planSettings(const std::vector<SettingChange>& changes) = 0;
    // Checks them as a whole and applies all or none: writes the user's file, keeps a revision, restarts what must be.
    // The new revision's id; Invalid: one line a fault.
    [[nodiscard]] virtual AnswerRef<std::int64_t> changeSettings(const std::vector<SettingChange>& changes,
                                                                 const std::string& who) = 0;
    // Newest first.
    [[nodiscard]] virtual AnswerRef<std::vector<SettingsRevision>> settingsHistory() = 0;
    // Makes the settings those of an earlier revision, as a new one.
    [[nodiscard]] virtual AnswerRef<std::int64_t> rollBackSettings(std::int64_t revision, const std::string& who) = 0;

    // At most `most` of the newest.
    [[nodiscard]] virtual AnswerRef<DeadLetters> deadLetters(std::size_t most) = 0;
    // With bytes. NotFound.
    [[nodiscard]] virtual AnswerRef<DeadLetter> deadLetter(std::int64_t id) = 0;
    // Tries each again; those that pass are gone. A line for people about what came of it.
    [[nodiscard]] virtual AnswerRef<std::string> retryDeadLetters(const std::vector<std::int64_t>& ids) = 0;
    // How many there were.
    [[nodiscard]] virtual AnswerRef<std::uint64_t> dropDeadLetters(const std::vector<std::int64_t>& ids) = 0;
    // Refused requests (a bad range, no store) are failed jobs.
    [[nodiscard]] virtual std::shared_ptr<ExportJob> startExport(const ExportRequest& request) = 0;
};

}  // namespace tickdeck::api
