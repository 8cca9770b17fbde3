// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/client/words.h"

#include <QCoreApplication>

namespace tickdeck::ui::words {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Words)
};

}  // namespace

QString sentence(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Malformed: return Words::tr("The data could not be read: they are not in the expected form.");
    case ErrorCode::Unsupported: return Words::tr("This kind of data is not known.");
    case ErrorCode::OutOfRange: return Words::tr("A number is outside of what is allowed.");
    case ErrorCode::BadSequence: return Words::tr("Messages are missing: their numbers do not follow each other.");
    case ErrorCode::BadChecksum: return Words::tr("The book does not agree with the venue's checksum.");
    case ErrorCode::NotFound: return Words::tr("There is nothing of that name.");
    case ErrorCode::Exists: return Words::tr("It is taken already.");
    case ErrorCode::Refused: return Words::tr("The other side refused.");
    case ErrorCode::RateLimited: return Words::tr("The venue asked to slow down.");
    case ErrorCode::NoNetwork: return Words::tr("There is no network.");
    case ErrorCode::Disconnected: return Words::tr("The connection was lost.");
    case ErrorCode::TimedOut: return Words::tr("No answer came in time.");
    case ErrorCode::Full: return Words::tr("There is no room left.");
    case ErrorCode::Io: return Words::tr("Reading or writing failed.");
    case ErrorCode::Corrupt: return Words::tr("Stored data are damaged.");
    case ErrorCode::Invalid: return Words::tr("A setting or a choice is wrong.");
    case ErrorCode::Internal: return Words::tr("Tickdeck made a mistake; the log has the details.");
    }
    return {};
}

QString state(api::State state)
{
    switch (state) {
    case api::State::Starting: return Words::tr("starting");
    case api::State::Ok: return Words::tr("ok");
    case api::State::Degraded: return Words::tr("degraded");
    case api::State::Failed: return Words::tr("failed");
    case api::State::Stopped: return Words::tr("stopped");
    }
    return {};
}

QString mode(api::Mode mode)
{
    switch (mode) {
    case api::Mode::Live: return Words::tr("LIVE");
    case api::Mode::Demo: return Words::tr("DEMO");
    case api::Mode::Replay: return Words::tr("REPLAY");
    case api::Mode::Remote: return Words::tr("REMOTE");
    case api::Mode::Offline: return Words::tr("OFFLINE");
    }
    return {};
}

QString breaker(api::Breaker breaker)
{
    switch (breaker) {
    case api::Breaker::None: return Words::tr("–");
    case api::Breaker::Closed: return Words::tr("closed");
    case api::Breaker::HalfOpen: return Words::tr("half open");
    case api::Breaker::Open: return Words::tr("open");
    }
    return {};
}

QString stageKind(api::StageKind kind)
{
    switch (kind) {
    case api::StageKind::Pipeline: return Words::tr("pipeline");
    case api::StageKind::Sink: return Words::tr("sink");
    }
    return {};
}

QString logLevel(api::LogLevel level)
{
    switch (level) {
    case api::LogLevel::Debug: return Words::tr("debug");
    case api::LogLevel::Info: return Words::tr("info");
    case api::LogLevel::Warn: return Words::tr("warn");
    case api::LogLevel::Error: return Words::tr("error");
    }
    return {};
}

QString side(Side side)
{
    switch (side) {
    case Side::Buy: return Words::tr("buy");
    case Side::Sell: return Words::tr("sell");
    }
    return {};
}

QString eventType(EventType type)
{
    switch (type) {
    case EventType::Trade: return Words::tr("Trades");
    case EventType::Quote: return Words::tr("Quotes");
    case EventType::Book: return Words::tr("Book changes");
    case EventType::Instrument: return Words::tr("Instruments");
    case EventType::Candle: return Words::tr("Candles");
    case EventType::Status: return Words::tr("Status changes");
    case EventType::Gap: return Words::tr("Gaps");
    case EventType::Mark: return Words::tr("Mark prices");
    case EventType::Funding: return Words::tr("Funding rates");
    case EventType::ForcedOrder: return Words::tr("Forced orders");
    case EventType::Option: return Words::tr("Options");
    case EventType::VolIndex: return Words::tr("Volatility indices");
    case EventType::IvSurface: return Words::tr("Volatility surfaces");
    }
    return {};
}

QString gapCause(GapCause cause)
{
    switch (cause) {
    case GapCause::Disconnect: return Words::tr("disconnected");
    case GapCause::Sequence: return Words::tr("numbers missing");
    case GapCause::Checksum: return Words::tr("checksum");
    case GapCause::Crossed: return Words::tr("crossed book");
    case GapCause::Stale: return Words::tr("stale");
    case GapCause::Overflow: return Words::tr("overflow");
    case GapCause::Restart: return Words::tr("restart");
    case GapCause::Failure: return Words::tr("failure");
    case GapCause::Damage: return Words::tr("damaged data");
    case GapCause::Retention: return Words::tr("no longer kept");
    }
    return {};
}

QString gapRecovery(GapRecovery recovery)
{
    switch (recovery) {
    case GapRecovery::None: return Words::tr("–");
    case GapRecovery::Snapshot: return Words::tr("snapshot");
    case GapRecovery::Backfill: return Words::tr("back-filled");
    }
    return {};
}

QString bookState(BookState state)
{
    switch (state) {
    case BookState::Empty: return Words::tr("No book has arrived yet");
    case BookState::Syncing: return Words::tr("The book is being put together");
    case BookState::Live: return Words::tr("Live");
    case BookState::Resyncing: return Words::tr("The book was in doubt and is fetched anew");
    case BookState::Stale: return Words::tr("The book is old: its connection is gone");
    }
    return {};
}

QString instrumentKind(InstrumentKind kind)
{
    switch (kind) {
    case InstrumentKind::Spot: return Words::tr("spot");
    case InstrumentKind::Perpetual: return Words::tr("perpetual");
    case InstrumentKind::Future: return Words::tr("future");
    case InstrumentKind::Option: return Words::tr("option");
    }
    return {};
}

QString builtBy(BuiltBy built)
{
    switch (built) {
    case BuiltBy::Engine: return Words::tr("engine");
    case BuiltBy::Venue: return Words::tr("venue");
    }
    return {};
}

QString interval(Nanos interval)
{
    const std::int64_t seconds = interval / kSecond;
    if (seconds % 86'400 == 0)
        return Words::tr("%1 d").arg(seconds / 86'400);
    if (seconds % 3600 == 0)
        return Words::tr("%1 h").arg(seconds / 3600);
    if (seconds % 60 == 0)
        return Words::tr("%1 min").arg(seconds / 60);
    return Words::tr("%1 s").arg(seconds);
}

QString symbol(const api::Instrument& instrument)
{
    return QString::fromStdString(instrument.name.symbol.empty() ? instrument.name.native : instrument.name.symbol);
}

QString base(const api::Instrument& instrument) { return symbol(instrument).section(QLatin1Char('-'), 0, 0); }

QString quote(const api::Instrument& instrument) { return symbol(instrument).section(QLatin1Char('-'), 1, 1); }

}  // namespace tickdeck::ui::words
