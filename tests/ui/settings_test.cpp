// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/docks/settings_dock.h"
#include "ui/settings/setting_editor.h"
#include "ui/settings/setting_text.h"
#include "ui/settings/settings_view.h"
#include "ui/widgets/strip.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {
namespace {

using Mode = QAbstractItemModelTester::FailureReportingMode;

constexpr auto kDepthKey = "connectors.kraken.book_depth";

class SettingsTest : public WindowTest {
protected:
    void openSettings(QSize size = {1440, 900})
    {
        open(size);
        window->showLayout(QStringLiteral("settings"));
        frame();
        view = &dynamic_cast<SettingsDock&>(*window->dock(QStringLiteral("settings"))).view();
        for (CellTable* model : {&view->sections(), &view->settings(), &view->history()})
            testers.push_back(std::make_unique<QAbstractItemModelTester>(model, Mode::Fatal));
    }

    // Until the engine was asked for a plan and has said.
    [[nodiscard]] bool planned()
    {
        return QTest::qWaitFor(
            [this] {
                client.pull();
                return view->edit().plan() != nullptr;
            },
            5000);
    }

    QString textOf(const QString& key, int column)
    {
        const int row = view->settings().indexOf(key);
        return row < 0 ? QString() : view->settings().index(row, column).data().toString();
    }

    template <class T>
    T& editor(const char* name)
    {
        for (T* each : view->editor().findChildren<T*>())
            if (each->accessibleName() == QLatin1String(name))
                return *each;
        ADD_FAILURE() << name;
        return *view->editor().findChildren<T*>().front();
    }

    bool editorSays(const QString& text)
    {
        return std::ranges::any_of(view->editor().findChildren<QLabel*>(),
                                   [&](QLabel* label) { return label->text().contains(text); });
    }

    SettingsView* view = nullptr;
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
};

TEST_F(SettingsTest, ListsEverySectionAndValueOfTheSchema)
{
    openSettings();
    std::size_t values = 0;
    for (const auto& section : engine.settings()->sections) {
        EXPECT_GE(view->sections().indexOf(QString::fromStdString(section.name)), 0) << section.name;
        values += section.settings.size();
    }
    EXPECT_EQ(view->settings().rowCount(), static_cast<int>(values));
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 1), QStringLiteral("25"));
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 4).section(QLatin1Char(':'), 0, 0), QStringLiteral("tickdeck.toml"));
    EXPECT_EQ(textOf(QStringLiteral("journal.segment_mb"), 4), QStringLiteral("profile demo:4"));
    EXPECT_EQ(textOf(QStringLiteral("router.ingress_capacity"), 4), QStringLiteral("default"));
}

TEST_F(SettingsTest, SearchLooksAtNamesHelpAndValues)
{
    openSettings();
    QTest::keyClick(view, Qt::Key_Slash);
    auto* search = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    ASSERT_TRUE(search);
    QTest::keyClicks(search, QStringLiteral("kraken depth"));
    EXPECT_EQ(view->settings().rowCount(), 1);
    search->setText(QStringLiteral("called silent"));
    EXPECT_EQ(view->settings().rowCount(), 2) << "by the help, of both connectors";
    search->setText(QStringLiteral("10.0.0.8"));
    EXPECT_EQ(textOf(QStringLiteral("sinks.kafka.brokers"), 1), QStringLiteral("10.0.0.7:9092, 10.0.0.8:9092"));
    EXPECT_EQ(view->settings().rowCount(), 1) << "by the value";
    search->setText(QStringLiteral("no such thing"));
    EXPECT_EQ(view->settings().rowCount(), 0);
    QTest::keyClick(search, Qt::Key_Escape);
    EXPECT_GT(view->settings().rowCount(), 20);
}

TEST_F(SettingsTest, AValueIsFoundEditedCheckedAndAppliedWithTheKeyboardAlone)
{
    openSettings();
    QTest::keyClick(view, Qt::Key_Slash);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("kraken book_depth"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    EXPECT_EQ(QApplication::focusWidget(), &view->table());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    ASSERT_TRUE(line);
    EXPECT_EQ(line->text(), QStringLiteral("25"));
    QTest::keyClicks(line, QStringLiteral("7"));
    EXPECT_TRUE(view->outlook().contains(QStringLiteral("being checked")));
    EXPECT_FALSE(view->edit().canApply());
    ASSERT_TRUE(planned());
    EXPECT_TRUE(editorSays(QStringLiteral("7 is not allowed"))) << "in place";
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 3), QStringLiteral("wrong"));
    EXPECT_FALSE(view->edit().canApply());

    QTest::keyClicks(line, QStringLiteral("5"));
    ASSERT_TRUE(planned());
    EXPECT_TRUE(view->outlook().contains(QStringLiteral("restarts kraken; the rest runs on")))
        << qPrintable(view->outlook());
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 3), QStringLiteral("edited"));
    QTest::keyClick(line, Qt::Key_Return);
    EXPECT_EQ(QApplication::focusWidget(), &view->table());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_S, Qt::ControlModifier);
    frame();
    EXPECT_TRUE(view->strip().text().contains(QStringLiteral("revision 3"))) << qPrintable(view->strip().text());
    EXPECT_EQ(view->edit().edits(), 0u);
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 1), QStringLiteral("75"));
    EXPECT_EQ(engine.settings()->revision, 3);
}

TEST_F(SettingsTest, NothingWaitsForAnAnswer)
{
    openSettings();
    engine.holdAnswers(true);
    view->edit().edit(kDepthKey, "50");
    ASSERT_TRUE(QTest::qWaitFor([this] { return engine.waiting() > 0; }, 5000));
    frame();
    EXPECT_EQ(view->edit().plan(), nullptr);
    view->edit().edit(kDepthKey, "60");
    engine.answer();
    frame();
    EXPECT_EQ(view->edit().plan(), nullptr) << "the answer was about other edits";
    ASSERT_TRUE(QTest::qWaitFor(
        [this] {
            engine.answer();
            client.pull();
            return view->edit().plan() != nullptr;
        },
        5000));
    view->edit().apply();
    EXPECT_TRUE(view->edit().isApplying());
    view->edit().edit(kDepthKey, "70");
    engine.answer();
    frame();
    EXPECT_FALSE(view->edit().isApplying());
    EXPECT_EQ(view->edit().value(kDepthKey), "70") << "typed meanwhile, stays an edit";
    EXPECT_EQ(std::get<std::int64_t>(view->edit().find(kDepthKey)->value), 60);
}

TEST_F(SettingsTest, EditsEqualToWhatIsInForceAreNone)
{
    openSettings();
    view->edit().edit(kDepthKey, "26");
    EXPECT_EQ(view->edit().edits(), 1u);
    view->edit().edit(kDepthKey, "25");
    EXPECT_EQ(view->edit().edits(), 0u);
    view->edit().edit(kDepthKey, "26");
    view->edit().revertAll();
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 1), QStringLiteral("25"));
}

TEST_F(SettingsTest, WhatIsSetElsewhereIsLockedAndSaysWhere)
{
    openSettings();
    view->choose(QStringLiteral("serve.http_port"));
    EXPECT_TRUE(editorSays(QStringLiteral("Set on the command line (--set): cannot be changed here.")));
    EXPECT_FALSE(editor<QLineEdit>("Value").isEnabled());
    view->edit().edit("serve.http_port", "9000");
    EXPECT_EQ(view->edit().edits(), 0u);
    view->choose(QStringLiteral("log.level"));
    EXPECT_TRUE(editorSays(QStringLiteral("TICKDECK_LOG__LEVEL")));
    EXPECT_EQ(textOf(QStringLiteral("log.level"), 3), QStringLiteral("locked"));
}

TEST_F(SettingsTest, EveryKindOfValueHasAnEditor)
{
    openSettings();
    const auto value = [this](const char* key) { return view->edit().value(key); };
    view->choose(QStringLiteral("connectors.kraken.standby"));
    view->editor().findChildren<QCheckBox*>().front()->click();
    EXPECT_EQ(value("connectors.kraken.standby"), "true");
    view->choose(QStringLiteral("sinks.parquet.numbers"));
    editor<QComboBox>("Value").setCurrentText(QStringLiteral("double"));
    EXPECT_EQ(value("sinks.parquet.numbers"), "double");
    view->choose(QStringLiteral("connectors.kraken.symbols"));
    editor<QPlainTextEdit>("Value, one element a line").setPlainText(QStringLiteral("BTC/USD\n\n XBT,\"odd \n"));
    EXPECT_EQ(
        SettingText::elements(view->edit().find("connectors.kraken.symbols")->spec, value("connectors.kraken.symbols")),
        QStringList({QStringLiteral("BTC/USD"), QStringLiteral("XBT,\"odd")}));
    view->choose(QStringLiteral("connectors.kraken.channels"));
    auto& checks = editor<QListWidget>("Values");
    ASSERT_EQ(checks.count(), 5);
    checks.item(3)->setCheckState(Qt::Checked);
    EXPECT_EQ(value("connectors.kraken.channels"), R"(["book", "trade", "ticker", "candle"])");
    view->choose(QStringLiteral("journal.budget_gb"));
    editor<QLineEdit>("Value").clear();
    QTest::keyClicks(&editor<QLineEdit>("Value"), QStringLiteral("0.5"));
    EXPECT_EQ(value("journal.budget_gb"), "0.5");
    ASSERT_TRUE(planned());
    EXPECT_TRUE(view->edit().plan()->faults.empty()) << qPrintable(view->outlook());
    EXPECT_EQ(view->edit().plan()->live, std::vector<std::string>{"journal.budget_gb"});
}

TEST_F(SettingsTest, ASecretIsAReferenceAndNothingElse)
{
    openSettings();
    view->choose(QStringLiteral("sinks.kafka.password"));
    auto& name = editor<QLineEdit>("Name of the variable, or path of the file");
    auto& kind = editor<QComboBox>("Where the secret is kept");
    EXPECT_EQ(name.text(), QStringLiteral("KAFKA_PASSWORD"));
    EXPECT_EQ(kind.currentIndex(), 1);
    name.clear();
    QTest::keyClicks(&name, QStringLiteral("/run/secrets/kafka"));
    kind.setCurrentIndex(2);
    EXPECT_EQ(view->edit().value("sinks.kafka.password"), "file:/run/secrets/kafka");
    kind.setCurrentIndex(0);
    EXPECT_EQ(view->edit().value("sinks.kafka.password"), "");
    EXPECT_EQ(SettingText::written(config::Value(config::Secret{"hunter2"})), "") << "never in the clear";
}

TEST_F(SettingsTest, AValueIsTakenOutOfTheFile)
{
    openSettings();
    view->edit().reset(kDepthKey);
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 3), QStringLiteral("taken out"));
    ASSERT_TRUE(planned());
    view->edit().apply();
    frame();
    EXPECT_EQ(view->edit().edits(), 0u);
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 1), QStringLiteral("100"));
    EXPECT_EQ(textOf(QLatin1String(kDepthKey), 4), QStringLiteral("default"));
    view->edit().reset("journal.segment_mb");
    EXPECT_EQ(view->edit().value("journal.segment_mb"), "256") << "a profile's value gives way to the default";
}

TEST_F(SettingsTest, TheHistoryRollsBackAfterSayingWhatThatTakesBack)
{
    openSettings();
    view->showHistory(true);
    frame();
    ASSERT_EQ(view->history().rowCount(), 2);
    EXPECT_EQ(view->history().index(0, 2).data().toString(), QStringLiteral("desk (window)"));
    auto* table = qobject_cast<QWidget*>(view->focusProxy());
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End, Qt::ControlModifier);
    QTest::keyClick(table, Qt::Key_Return);
    ASSERT_TRUE(view->strip().isAsking());
    EXPECT_TRUE(view->strip().text().contains(QStringLiteral("2: connectors.kraken.book_depth: 100 → 25")))
        << qPrintable(view->strip().text());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_FALSE(view->strip().isAsking());
    EXPECT_EQ(engine.settings()->revision, 2) << "Esc is no";

    QTest::keyClick(table, Qt::Key_Return);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
    frame();
    frame();
    EXPECT_EQ(engine.settings()->revision, 3);
    EXPECT_EQ(view->history().rowCount(), 3);
    EXPECT_EQ(view->edit().value(kDepthKey), "100");
}

TEST_F(SettingsTest, AnOldAnswerDoesNotStandForTheNewestHistory)
{
    openSettings();
    view->edit().edit(kDepthKey, "50");
    ASSERT_TRUE(planned());
    view->edit().apply();
    client.pull();  // applied, and the history was asked for
    engine.holdAnswers(true);
    view->edit().askHistory();
    engine.answer();
    engine.holdAnswers(false);
    view->edit().rollBack(1);
    frame();
    frame();
    EXPECT_EQ(view->history().rowCount(), 4);
}

TEST_F(SettingsTest, ARefusedChangeStaysAnEditAndSaysWhy)
{
    openSettings();
    view->edit().edit(kDepthKey, "50");
    ASSERT_TRUE(planned());
    // Meanwhile someone else has made it impossible: the revision is gone.
    view->edit().rollBack(99);
    frame();
    EXPECT_TRUE(view->strip().text().contains(QStringLiteral("there is no revision 99")));
    EXPECT_TRUE(view->edit().isEdited(kDepthKey));
}

TEST_F(SettingsTest, TypingStallsNoTurn)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers take time of their own";
#endif
    openSettings({1920, 1080});
    QTest::keyClick(view, Qt::Key_Slash);
    const auto before = client.stalls().stalls();
    for (const char letter : std::string("kraken depth")) {
        QTest::keyClick(QApplication::focusWidget(), letter);
        frame();
    }
    for (int i = 10; i < 60; ++i) {
        view->edit().edit(kDepthKey, std::to_string(i));
        frame();
    }
    EXPECT_EQ(client.stalls().stalls(), before) << client.stalls().longest() / kMillisecond << " ms";
}

}  // namespace
}  // namespace tickdeck::ui
