// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "tests/ui/fake_engine.h"
#include "ui/client/words.h"
#include "ui/models/gap_rows.h"
#include "ui/models/health_rows.h"
#include "ui/models/log_model.h"
#include "ui/models/trade_model.h"
#include "ui/models/watch_rows.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {
namespace {

using Mode = QAbstractItemModelTester::FailureReportingMode;

// Reports to Qt's test log are no failures of ours, so broken rules end the test program.
#define CHECK_MODEL(model) const QAbstractItemModelTester tester(&(model), Mode::Fatal)

std::vector<Row> rows(std::initializer_list<std::pair<const char*, const char*>> cells)
{
    std::vector<Row> out;
    for (const auto& [key, text] : cells)
        out.push_back({QLatin1String(key), {}, {Cell{.text = QLatin1String(text)}}});
    return out;
}

std::vector<Column> oneColumn() { return {{QStringLiteral("A"), {}, CellLook::Number, true, true}}; }

QStringList texts(const QAbstractItemModel& model)
{
    QStringList out;
    for (int row = 0; row < model.rowCount(); ++row)
        out << model.index(row, 0).data().toString();
    return out;
}

TEST(CellTable, TellsOneRangeOfWhatChanged)
{
    CellTable table(oneColumn());
    CHECK_MODEL(table);
    table.setRows(rows({{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}}));
    QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.setRows(rows({{"a", "1"}, {"b", "9"}, {"c", "8"}, {"d", "4"}}));
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(changed[0][0].toModelIndex().row(), 1);
    EXPECT_EQ(changed[0][1].toModelIndex().row(), 2);
    table.setRows(rows({{"a", "1"}, {"b", "9"}, {"c", "8"}, {"d", "4"}}));
    EXPECT_EQ(changed.size(), 1) << "nothing changed, nothing told";
}

TEST(CellTable, FollowsInsertedRemovedAndMovedRows)
{
    CellTable table(oneColumn());
    CHECK_MODEL(table);
    table.setRows(rows({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
    QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
    table.setRows(rows({{"x", "0"}, {"c", "3"}, {"a", "1"}, {"y", "5"}}));
    EXPECT_EQ(texts(table),
              QStringList({QStringLiteral("0"), QStringLiteral("3"), QStringLiteral("1"), QStringLiteral("5")}));
    table.setRows({});
    EXPECT_EQ(table.rowCount(), 0);
    EXPECT_EQ(reset.size(), 0) << "selections and scroll positions outlive a change of rows";
}

TEST(CellTable, KnowsWhichDigitsAreNew)
{
    CellTable table(oneColumn());
    table.setRows(rows({{"a", "118345.1"}}));
    EXPECT_EQ(table.index(0, 0).data(kChangedAtRole).toLongLong(), 0);
    table.setRows(rows({{"a", "118345.2"}}));
    EXPECT_EQ(table.index(0, 0).data(kBrightFromRole).toInt(), 7);
    EXPECT_GT(table.index(0, 0).data(kChangedAtRole).toLongLong(), 0);
}

TEST(HeldSort, StaysPutWhileHeld)
{
    CellTable table(oneColumn());
    HeldSortModel sorted;
    sorted.setSourceModel(&table);
    CHECK_MODEL(sorted);
    sorted.sort(0, Qt::AscendingOrder);
    table.setRows(rows({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
    sorted.setHeld(true);
    table.setRows(rows({{"a", "7"}, {"b", "2"}, {"c", "3"}}));
    EXPECT_EQ(texts(sorted).front(), QStringLiteral("7"));
    sorted.setHeld(false);
    EXPECT_EQ(texts(sorted).back(), QStringLiteral("7"));
}

TEST(HeldSort, IsStableInBothDirections)
{
    CellTable table(oneColumn());
    HeldSortModel sorted;
    sorted.setSourceModel(&table);
    std::vector<Row> equal = rows({{"a", "x"}, {"b", "y"}, {"c", "z"}});
    for (Row& row : equal)
        row.cells[0].sort = 1;
    table.setRows(equal);
    for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        sorted.sort(0, order);
        EXPECT_EQ(texts(sorted).join(QString()), QStringLiteral("xyz"));
    }
}

TEST(HeldSort, FiltersByAnyCell)
{
    CellTable table(oneColumn());
    HeldSortModel sorted;
    sorted.setSourceModel(&table);
    table.setRows(rows({{"a", "book"}, {"b", "trade"}, {"c", "Ticker"}}));
    sorted.setNeedle(QStringLiteral("TICK"));
    EXPECT_EQ(texts(sorted), QStringList(QStringLiteral("Ticker")));
}

TEST(HealthRows, EveryRowHasEveryColumn)
{
    FakeEngine engine;
    engine.advance(2 * kSecond);
    engine.openGap();
    RateHistory rates;
    rates.add(*engine.overview());
    const auto& overview = *engine.overview();
    for (const Row& row : HealthRows::streams(overview, engine.now(), rates))
        EXPECT_EQ(row.cells.size(), HealthRows::streamColumns().size());
    for (const Row& row : HealthRows::stages(overview, engine.now()))
        EXPECT_EQ(row.cells.size(), HealthRows::stageColumns().size());
    for (const Row& row : GapRows::rows(overview.gaps, engine.now()))
        EXPECT_EQ(row.cells.size(), GapRows::columns().size());
    for (const Row& row :
         {WatchRows::row(engine.instruments()->front(), engine.quote(1), engine.mark(1), engine.now(), {}),
          WatchRows::row(engine.instruments()->front(), {}, {}, engine.now(), {})})
        EXPECT_EQ(row.cells.size(), WatchRows::columns().size());
}

TEST(WatchRows, OldQuotesAndMarksAreToldAsStale)
{
    FakeEngine engine;
    engine.advance(2 * kSecond);
    const api::Instrument instrument = engine.instruments()->front();
    const auto quote = engine.quote(1);
    ASSERT_TRUE(quote);
    api::MarkPrice mark;
    mark.mark = Decimal(100, 0);
    mark.fundingRate = Decimal(1, 4);
    mark.receiveTime = quote->receiveTime;
    const auto after = [&](Nanos age) {
        return WatchRows::row(instrument, quote, mark, quote->receiveTime + age, {}).cells;
    };
    EXPECT_EQ(after(9 * kSecond)[5].tone, Role::Text);
    EXPECT_EQ(after(11 * kSecond)[5].tone, Role::Stale);
    EXPECT_EQ(after(11 * kSecond)[6].tone, Role::Stale);
    EXPECT_EQ(after(11 * kSecond)[1].tone, Role::Text);
    EXPECT_EQ(after(31 * kSecond)[1].tone, Role::Stale);
    EXPECT_EQ(after(31 * kSecond)[2].tone, Role::Stale);
    EXPECT_EQ(after(31 * kSecond)[7].tone, Role::Stale);
    EXPECT_EQ(after(31 * kSecond)[7].mark, Mark::Stale);
}

TEST(HealthRows, ADegradedStreamSortsFirstAndSaysWhy)
{
    FakeEngine engine;
    engine.openGap();
    CellTable table(HealthRows::streamColumns());
    HeldSortModel sorted;
    sorted.setSourceModel(&table);
    sorted.sort(2, Qt::AscendingOrder);
    table.setRows(HealthRows::streams(*engine.overview(), engine.now(), {}));
    EXPECT_EQ(sorted.index(0, 1).data().toString(), QStringLiteral("trade"));
    EXPECT_EQ(sorted.index(0, 2).data(kMarkRole).toInt(), static_cast<int>(Mark::Degraded));
    EXPECT_TRUE(sorted.index(0, 3).data().toString().contains(QStringLiteral("closed the connection")));
    EXPECT_EQ(sorted.index(1, 2).data(kMarkRole).toInt(), static_cast<int>(Mark::Stale)) << "silent comes next";
}

TEST(RateHistory, KeepsOneSampleASecond)
{
    RateHistory rates;
    api::Overview overview;
    overview.streams.push_back({});
    overview.streams[0].venue = "v";
    overview.streams[0].channel = "c";
    for (int quarter = 0; quarter < 80 * 4; ++quarter) {
        overview.time = 1000 * kSecond + quarter * kSecond / 4;
        overview.streams[0].eventsPerSecond = quarter / 4;
        rates.add(overview);
    }
    const Samples samples = rates.of(QStringLiteral("v/c"));
    ASSERT_TRUE(samples);
    EXPECT_EQ(samples->size(), MinuteSamples::kSeconds);
    EXPECT_EQ(samples->back(), 79.0f);
    EXPECT_EQ(samples->front(), 20.0f);
}

TEST(TradeModel, ShowsOneInstrumentNewestFirst)
{
    FakeEngine engine;
    TradeModel model;
    CHECK_MODEL(model);
    model.setInstrument(engine.instruments()->at(0));
    engine.advance(5 * kSecond);
    const auto first = engine.trades(0, 10'000);
    model.add(first.items);
    const auto wanted = std::ranges::count(first.items, 1u, &api::Trade::symbol);
    ASSERT_GT(wanted, 3);
    EXPECT_EQ(model.rowCount(), wanted);
    EXPECT_GT(model.trade(0).seq, model.trade(1).seq);
    EXPECT_EQ(model.index(0, TradeModel::kPrice).data().toString().section(QLatin1Char('.'), 1).size(), 1);
    EXPECT_EQ(model.index(0, TradeModel::kQuantity).data().toString().section(QLatin1Char('.'), 1).size(), 8);

    model.setInstrument(engine.instruments()->at(1));
    EXPECT_EQ(model.rowCount(), std::ranges::count(first.items, 2u, &api::Trade::symbol))
        << "what came before is shown";
}

TEST(TradeModel, IsBounded)
{
    FakeEngine engine;
    TradeModel model;
    CHECK_MODEL(model);
    model.setInstrument(engine.instruments()->at(0));
    api::Trade trade;
    trade.symbol = 1;
    for (int i = 0; i < 5; ++i)
        model.add(std::vector<api::Trade>(900, trade));
    EXPECT_EQ(model.rowCount(), TradeModel::kShown);
}

TEST(LogModel, LeavesOutLowerLevelsAndKeepsThem)
{
    FakeEngine engine;
    LogModel model;
    CHECK_MODEL(model);
    engine.addLog(api::LogLevel::Error, "kraken", "decode_failed", "malformed: byte 17");
    model.setLeast(api::LogLevel::Error);
    model.add(engine.log(0, 100).items);
    EXPECT_EQ(model.rowCount(), 1);
    EXPECT_EQ(model.index(0, LogModel::kLevel).data(kMarkRole).toInt(), static_cast<int>(Mark::Failed));
    model.setLeast(api::LogLevel::Debug);
    EXPECT_EQ(model.rowCount(), 4);
}

TEST(Words, EveryErrorHasASentence)
{
    for (std::size_t i = 0; i < kEnumNames<ErrorCode>.size(); ++i)
        EXPECT_TRUE(words::sentence(static_cast<ErrorCode>(i)).endsWith(QLatin1Char('.'))) << kEnumNames<ErrorCode>[i];
}

}  // namespace
}  // namespace tickdeck::ui
