<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BookQuality</name>
    <message>
        <source>changed %1 ago</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See the stream&apos;s state in the health matrix (Ctrl+1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live; the checksum agrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live, but the checksum differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live; nothing to check it with</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Layouts</name>
    <message>
        <source>Operations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Market</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>The data could not be read: they are not in the expected form.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This kind of data is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A number is outside of what is allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages are missing: their numbers do not follow each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The book does not agree with the venue&apos;s checksum.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing of that name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is taken already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other side refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The venue asked to slow down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection was lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer came in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no room left.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading or writing failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored data are damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A setting or a choice is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tickdeck made a mistake; the log has the details.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ok</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>degraded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LIVE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DEMO</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>REMOTE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>OFFLINE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>–</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>half open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pipeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>debug</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>warn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>buy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quotes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Book changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Instruments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>disconnected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>numbers missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checksum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>crossed book</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>overflow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>restart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>damaged data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no longer kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>snapshot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>back-filled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No book has arrived yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The book is being put together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The book was in doubt and is fetched anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The book is old: its connection is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::CandleDock</name>
    <message>
        <source>Candles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No instrument is chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first with quotes is chosen; or press Ctrl+K.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candles of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored candles are being read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This takes a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no candles yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first comes with the next trade.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No candle has been built yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They come from trades, by the pipeline: pipelines.candles.enabled = true.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::CandleView</name>
    <message>
        <source>Candles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go live ›</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the newest candle (End)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>O</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>H</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>L</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Volume %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trades</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::CommandPalette</name>
    <message>
        <source>Command palette</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Symbol, view or action</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::DepthDock</name>
    <message>
        <source>Depth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No instrument is chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first with quotes is chosen; or press Ctrl+K.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::DepthView</name>
    <message>
        <source>Depth chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>total %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from mid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bids %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asks %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::Dock</name>
    <message>
        <source>Menu of this view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export this view…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Float</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: part of any cell; Esc clears</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (frozen)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Follows symbol link %1; click for the next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not exported: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today (UTC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since the engine started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps in the range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;What</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Symbol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ormat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From (UTC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To (UTC)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The command line that does the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All symbols</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The range ends before it begins.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 rows, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done: %1 rows, %2, in %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled; no file was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not exported. %1 (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not exported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for gaps in the range…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gaps in the range are not known. %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No gaps in the range.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps in the range: %1. What was missed then is not in the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was missed in this range.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps that touch the range are listed here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::GapsDock</name>
    <message>
        <source>Gaps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was missed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps of all streams are listed here, newest first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::HealthDock</name>
    <message>
        <source>Health</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No stream has started yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Streams appear as soon as the first connector runs; the log tells what it does.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::HealthRows</name>
    <message>
        <source>Venue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the data come from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which of the venue&apos;s streams</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State of the stream; sorts by the worst</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events a second, mean of the last seconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events a second over the last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event p50 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receive time minus the venue&apos;s time, median, milliseconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event p99 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receive time minus the venue&apos;s time, 99 of 100, milliseconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receive p50 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From received to handled, median, milliseconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receive p99 ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From received to handled, 99 of 100, milliseconds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since the newest message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps opened since the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reconnects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections made anew since the start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why the state is not ok</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>silent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2: %3 since %4 UTC, %5 events</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sink&apos;s or pipeline&apos;s name in the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sorts by the worst</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything up to this number is settled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Behind by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Numbers between the position and the newest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Behind for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age of the oldest batch that is not settled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Breaker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open: the store failed again and again and is left alone for a while</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Events that the store refused for good</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why the state is not ok; of the journal: its size, budget and growth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Numbers %1 to %2 are kept, %3 of %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>journal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2, %3/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 since %3 UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last instant known to be whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Until it was whole again, or until now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Symbol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recovered by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gap %1, %2 to %3 UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::KeySheet</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+K</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command palette: symbols, views, actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+1 … 9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layouts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F6, Shift+F6</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next and previous view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>/</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the current table; Esc clears</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move in tables, ladder and charts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why: source, age, quality of a value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freeze the ladder or a chart</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>+  −  End</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom the candles; go live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+E</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+T</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark or light theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F11</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This sheet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::LadderDock</name>
    <message>
        <source>Ladder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No instrument is chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first with quotes is chosen; or press Ctrl+K.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::LadderView</name>
    <message>
        <source>Order book ladder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Total %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · %2 bp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 % bid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ask %1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imbalance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checksum agrees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checksum differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing to check it with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2 at %3 %4, %5 in all to here
%6 of %7, %8; state %9 of the book, received %10 UTC, %11 ago</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::LogDock</name>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No lines at this level.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a lower level above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep what is shown; new lines wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 older lines are only in the log file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::LogModel</name>
    <message>
        <source>Time UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Component</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Event</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::MainWindow</name>
    <message>
        <source>action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Command palette…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Filter the current table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Previous view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme of the &amp;system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Dark theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Light theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch dark and light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Compact rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Normal rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Roomy rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reduced motion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tickdeck</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tickdeck – %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>symbol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>view</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::StagesDock</name>
    <message>
        <source>Sinks and pipelines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is starting.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This takes a moment.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::StatusBar</name>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-in simulators in place of the venues: no real market</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the data come from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>engine %1 · %2 · %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data in %1; up for %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>http :%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>/health /livez /readyz /metrics; also on port %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>journal %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The newest number that is safe on disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>alerts %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alerts that were raised and not cleared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open gaps %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Streams that miss something now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dead letters %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames and events that could not be used; list them with: tickdeck dlq list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The worst state of all components</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine&apos;s clock</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::SymbolDock</name>
    <message>
        <source>%1 old</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::TradeModel</name>
    <message>
        <source>Trade %1, number %2, received %3 UTC%4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, back-filled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Price %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taker</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::TradesDock</name>
    <message>
        <source>Trades</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No trades yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They appear as they happen.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::WatchDock</name>
    <message>
        <source>Watch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No quotes have come yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose instruments in the settings: connectors.NAME.symbols.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 listed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>tickdeck::ui::WatchRows</name>
    <message>
        <source>Symbol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best bid, in the symbol&apos;s second asset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best ask, in the symbol&apos;s second asset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spread bp</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask minus bid, in hundredths of a percent of the mid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The mid over the last minute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Age</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Since the newest quote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Venue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 on %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
