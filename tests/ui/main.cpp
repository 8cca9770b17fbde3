// SPDX-License-Identifier: GPL-3.0-or-later
// The UI tests' main: one application, without a display unless one is asked for by QT_QPA_PLATFORM.
#include <gtest/gtest.h>

#include <QByteArray>
#include <QCoreApplication>
#include <QLocale>

#include "ui/shell/run_window.h"

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    testing::InitGoogleTest(&argc, argv);
    const auto application = tickdeck::ui::makeApplication(argc, argv);
    return RUN_ALL_TESTS();
}
