// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window over the fake engine, with a look of its own that no run leaves behind.

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include "tests/ui/fake_engine.h"
#include "ui/shell/main_window.h"

namespace tickdeck::ui {

class WindowTest : public testing::Test {
protected:
    // Shows the window; the client is turned by frame().
    void open(QSize size = {1440, 900}, ThemeName name = ThemeName::Dark)
    {
        window.reset();
        window = std::make_unique<MainWindow>(theme, client, look);
        window->setThemeChoice(name == ThemeName::Dark ? ThemeChoice::Dark : ThemeChoice::Light);
        window->restore();
        window->resize(size);
        window->show();
        window->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(window.get()));
        QCoreApplication::processEvents();
        frame();
    }

    // The market moves on by `time`, in frames of 33 ms.
    void run(Nanos time)
    {
        for (Nanos done = 0; done < time; done += 33 * kMillisecond) {
            engine.advance(33 * kMillisecond);
            frame();
        }
    }

    void frame()
    {
        client.pull();
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }

    QTemporaryDir folder;
    FakeEngine engine;
    LookSettings look{folder.filePath(QStringLiteral("look.ini"))};
    Theme theme;
    EngineClient client{engine};
    std::unique_ptr<MainWindow> window;
};

}  // namespace tickdeck::ui
