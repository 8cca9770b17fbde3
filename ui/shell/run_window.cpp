// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/run_window.h"

#include <QApplication>
#include <QStyleFactory>

#include <cstdlib>

#include "ui/shell/main_window.h"

namespace tickdeck::ui {

namespace {

bool isSet(const char* name)
{
    const char* value = std::getenv(name);
    return value && *value;
}

}  // namespace

bool hasDisplay()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
#else
    return true;
#endif
}

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv)
{
    auto application = std::make_unique<QApplication>(argc, argv);
    QApplication::setApplicationName(QStringLiteral("tickdeck"));
    QApplication::setApplicationDisplayName({});
    (void)systemTheme();  // before our palette hides the system's
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    return application;
}

int runWindow(api::Engine& engine, const WindowOptions& options)
{
    LookSettings look(QString::fromStdString(options.lookFile));
    Theme theme;
    theme.setDensity(look.density());
    theme.setMotion(look.motion());
    EngineClient client(engine);
    MainWindow window(theme, client, look);
    window.setThemeChoice(look.theme());
    window.restore();
    client.start();
    window.show();
    return QApplication::exec();
}

}  // namespace tickdeck::ui
