// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window over the real engine, fed by the simulators of the demo.

#include <gtest/gtest.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "engine/runtime/demo.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/settings.h"
#include "ui/shell/main_window.h"

namespace tickdeck::ui {

class DemoWindow : public testing::Test {
protected:
    static constexpr int kPatience = 100'000;  // milliseconds; a machine that builds something else may be slow

    // `settings`: what the user's own file says.
    void start(const std::string& settings, QSize size)
    {
        const std::string own = folder.filePath(QStringLiteral("tickdeck.toml")).toStdString();
        if (!settings.empty())
            std::ofstream(own) << settings;
        auto opened = runtime::openSettings(
            {.profiles = {"demo"}, .overrides = {"serve.http_port=0", "serve.metrics_port=0"}, .ownFile = own});
        ASSERT_TRUE(opened) << opened.error().text();
        auto started = runtime::Demo::start(opened->settings);
        ASSERT_TRUE(started) << started.error().text();
        demo.emplace(std::move(*started));
        auto running = runtime::Engine::start({.settings = std::move(opened->settings),
                                               .input = std::move(opened->input),
                                               .settingsFile = std::move(opened->file),
                                               .dataDirectory = folder.filePath(QStringLiteral("data")).toStdString(),
                                               .mode = api::Mode::Demo,
                                               .profile = "default",
                                               .version = "0.1.0",
                                               .commit = "test"});
        ASSERT_TRUE(running) << running.error().text();
        engine = std::move(*running);
        look.emplace(folder.filePath(QStringLiteral("look.ini")));
        client.emplace(*engine);
        window = std::make_unique<MainWindow>(theme, *client, *look);
        window->setThemeChoice(ThemeChoice::Dark);
        window->restore();
        window->resize(size);
        client->start();
        window->show();
        window->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(window.get(), kPatience));
    }

    void TearDown() override
    {
        window.reset();
        client.reset();
        if (engine) {
            const auto stopped = engine->stop();
            EXPECT_TRUE(stopped) << stopped.error().text();
        }
    }

    template <class Condition>
    static bool waitFor(Condition&& condition)
    {
        return QTest::qWaitFor(condition, kPatience);
    }

    // Turns of the window, so that what it shows is what it has.
    void frames(int count)
    {
        int seen = 0;
        const auto counting = QObject::connect(&*client, &EngineClient::frame, window.get(), [&] { ++seen; });
        EXPECT_TRUE(waitFor([&] { return seen >= count; }));
        QObject::disconnect(counting);
    }

    template <class T>
    T& dock(const char* id)
    {
        return dynamic_cast<T&>(*window->dock(QLatin1String(id)));
    }

    [[nodiscard]] bool takesPictures() const { return !pictures.isEmpty(); }
    void shoot(QWidget& widget, const QString& name)
    {
        const QString file = QDir(pictures).filePath(QStringLiteral("demo_%1.png").arg(name));
        EXPECT_TRUE(widget.grab().save(file)) << qPrintable(file);
    }

    QTemporaryDir folder;
    std::optional<runtime::Demo> demo;
    std::unique_ptr<runtime::Engine> engine;
    std::optional<LookSettings> look;
    Theme theme;
    std::optional<EngineClient> client;
    std::unique_ptr<MainWindow> window;

private:
    const QString pictures = qEnvironmentVariable("TICKDECK_PICTURES");
};

}  // namespace tickdeck::ui
