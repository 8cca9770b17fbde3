// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// state.db: what an engine must remember beside its journal. Its identity, dead letters, gaps, settings revisions.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"

namespace tickdeck::ops {

// Something that was refused for good: an undecodable frame, a batch that a store rejects.
struct DeadLetter {
    std::int64_t id = 0;    // given by the database, ascending
    Nanos time = 0;         // UTC
    std::string component;  // "kraken", "sinks.parquet"
    ErrorCode code = ErrorCode::Internal;
    std::string text;                     // Error::text()
    std::optional<std::uint64_t> offset;  // byte in `bytes` where the fault was found
    std::uint64_t seq = 0;                // journal position; 0: none
    std::string bytes;                    // at most StateDbOptions::largestLetter of them
    std::uint64_t size = 0;               // of the whole input
};

// The journal position of the oldest letter of this component and time that has none yet.
struct LetterNumber {
    std::string component;
    Nanos time = 0;
    std::uint64_t seq = 0;
};

// Letters by their numbers, both ends included.
struct LetterRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

struct DeadLetterTotals {
    std::uint64_t kept = 0;
    std::uint64_t bytes = 0;    // of the kept
    std::uint64_t dropped = 0;  // oldest ones that made room, since the database was made
};

// An interval in which a subscription may have missed something.
struct GapRecord {
    std::string id;  // the event's gap_id
    std::string venue;
    std::string channel;
    std::string symbol;  // canonical; empty: all of the channel
    Nanos from = 0;
    std::optional<Nanos> to;  // none: still open
    std::string cause;
    std::string recovered;
};

// Those that touch [from, to). Of a venue: also the engine's own (of venue `tickdeck`) that name no symbol; of a symbol or
// channel: also those of all. Empty: any.
struct GapFilter {
    Nanos from = 0;
    Nanos to = 0;
    std::string_view venue = {};
    std::string_view symbol = {};
    std::string_view channel = {};
    std::size_t most = 10'000;  // open ones, then those that ended last
};

struct FoundGaps {
    std::vector<GapRecord> gaps;  // oldest first
    std::uint64_t total = 0;      // with those beyond `most`
};

struct Revision {
    std::int64_t id = 0;
    Nanos time = 0;
    std::string who;
    std::string what;
    std::string settings;  // Settings::json(), without secrets
};

struct StateDbOptions {
    std::size_t mostLetters = 10'000;
    std::size_t mostLetterBytes = 64u << 20;  // all letters together
    std::size_t largestLetter = 1u << 20;     // a longer input is cut, `size` tells
    std::size_t mostGaps = 500'000;           // closed ones, or a tenth more; the oldest go (the journal has them all)
};

// One object owns the file for the engine's life; any thread may call, one at a time gets in (mutex). Writing calls are
// durable when they return and may block for a disk's sync: not for an io thread (see DeadLetterQueue).
class StateDb {
public:
    // Makes the file or brings it up to date. A damaged one is renamed to state.db.damaged-TIME and made anew, and
    // alert() tells; Unsupported where a later version of the program made it; Refused or Io where it cannot be written, TimedOut
    // where another program holds it.
    [[nodiscard]] static Result<std::unique_ptr<StateDb>> open(const std::filesystem::path& file, Clock& clock,
                                                               StateDbOptions options = {});
    // Whether the file is whole and of a version that this program knows, in a line for people. Changes nothing.
    [[nodiscard]] static Result<std::string> check(const std::filesystem::path& file);
    ~StateDb();
    StateDb(const StateDb&) = delete;
    StateDb& operator=(const StateDb&) = delete;

    // 12 lower-case hexadecimal digits, random, made once: the first part of every origin.
    [[nodiscard]] const std::string& engineId() const noexcept { return m_engineId; }
    // What was wrong with the file at open(), for an alert.
    [[nodiscard]] const std::optional<std::string>& alert() const noexcept { return m_alert; }

    // In one transaction; the oldest make room. `id` is given, texts are cut to 4 KiB of UTF-8.
    [[nodiscard]] Result<> addDeadLetters(std::span<const DeadLetter> letters);
    // Newest first, without bytes; those with an id below `before` (0: from the newest), of one component (empty: all).
    [[nodiscard]] Result<std::vector<DeadLetter>> deadLetters(std::size_t most, std::int64_t before = 0,
                                                              std::string_view component = {});
    // With bytes. NotFound.
    [[nodiscard]] Result<DeadLetter> deadLetter(std::int64_t id);
    [[nodiscard]] Result<DeadLetterTotals> deadLetterTotals();
    // The numbers in these ranges (none: all) that are there, of one component (empty: all), ascending, at most `most`.
    [[nodiscard]] Result<std::vector<std::int64_t>> deadLetterIds(std::span<const LetterRange> ranges,
                                                                  std::string_view component, std::size_t most);
    // In one transaction; those that are not there are left out. Gives how many there were.
    [[nodiscard]] Result<std::uint64_t> dropDeadLetters(std::span<const std::int64_t> ids);
    // Whether this component has a letter of this journal position and size.
    [[nodiscard]] Result<bool> hasDeadLetter(std::string_view component, std::uint64_t seq, std::uint64_t size);
    // In one transaction.
    [[nodiscard]] Result<> numberDeadLetters(std::span<const LetterNumber> numbers);
    // As deadLetterTotals().kept, without a look at the disk.
    [[nodiscard]] std::uint64_t deadLettersKept() const noexcept { return m_lettersKept; }

    // Adds or, by its id, replaces.
    [[nodiscard]] Result<> putGap(const GapRecord& gap);
    [[nodiscard]] Result<FoundGaps> gaps(const GapFilter& filter);
    // Ends where `begun` begins what was open before it of the same venue, channel and symbol.
    [[nodiscard]] Result<> endGapsBefore(const GapRecord& begun);

    // Keeps the settings when they differ from the newest revision's. Gives the newest revision's id.
    [[nodiscard]] Result<std::int64_t> addRevision(std::string_view who, std::string_view what,
                                                   std::string_view settings);
    // Newest first.
    [[nodiscard]] Result<std::vector<Revision>> revisions(std::size_t most);

    [[nodiscard]] Result<std::optional<std::string>> value(std::string_view key);
    [[nodiscard]] Result<> setValue(std::string_view key, std::string_view value);

private:
    class Connection;
    StateDb(std::unique_ptr<Connection> connection, Clock& clock, StateDbOptions options);
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] Result<> forgetOldGaps();

    std::unique_ptr<Connection> m_connection;
    Clock* m_clock;
    StateDbOptions m_options;
    std::mutex m_mutex;
    std::string m_engineId;
    std::optional<std::string> m_alert;
    std::atomic<std::uint64_t> m_lettersKept{0};
    std::size_t m_gapsPut = 0;  // since old ones were looked for
};

}  // namespace tickdeck::ops
