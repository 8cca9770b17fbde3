// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include <QCoreApplication>

#include "app/common.h"
#include "app/modes.h"
#include "app/signals.h"
#include "app/version.h"
#include "engine/runtime/demo.h"
#include "engine/runtime/engine.h"

#ifdef TICKDECK_WITH_WINDOW
#include "ui/shell/run_window.h"
#endif

namespace tickdeck::app {

namespace {

std::string join(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "+") + part;
    return text.empty() ? "default" : text;
}

// The engine with its simulators, which outlive it.
struct Running {
    std::optional<runtime::Demo> demo;
    std::unique_ptr<runtime::Engine> engine;
};

Result<Running> start(const Common& common)
{
    Running running;
    TRY_ASSIGN(runtime::OpenedSettings opened, openSettings(common));
    if (common.demo) {
        TRY_ASSIGN(running.demo, runtime::Demo::start(opened.settings));
    }
    TRY_ASSIGN(running.engine, runtime::Engine::start({.settings = std::move(opened.settings),
                                                       .input = std::move(opened.input),
                                                       .settingsFile = std::move(opened.file),
                                                       .dataDirectory = dataDirectory(common),
                                                       .mode = common.demo ? api::Mode::Demo : api::Mode::Live,
                                                       .profile = join(common.profiles),
                                                       .version = kVersion,
                                                       .commit = kCommit}));
    return running;
}

int stop(Running& running)
{
    if (const auto stopped = running.engine->stop(); !stopped)
        return complain(stopped.error());
    return kDone;
}

int runAlone(const Common& common, int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    auto running = start(common);
    if (!running)
        return complain(running.error(), exitCode(running.error()));
    {
        const StopSignals signals([] { QCoreApplication::quit(); });
        QCoreApplication::exec();
    }
    return stop(*running);
}

#ifdef TICKDECK_WITH_WINDOW
int runWindow(const Common& common, int argc, char** argv)
{
    if (!ui::hasDisplay())
        return complain("there is no display for the window (neither DISPLAY nor WAYLAND_DISPLAY is set); "
                        "--no-gui runs the engine alone",
                        kUsage);
    const auto application = ui::makeApplication(argc, argv);
    auto running = start(common);
    if (!running)
        return complain(running.error(), exitCode(running.error()));
    const StopSignals signals([] { QCoreApplication::quit(); });
    const int code = ui::runWindow(*running->engine);
    const int stopped = stop(*running);
    return code ? code : stopped;
}
#endif

}  // namespace

int run(const Common& common, const RunMode& mode, int argc, char** argv)
{
    if (!mode.window)
        return runAlone(common, argc, argv);
#ifdef TICKDECK_WITH_WINDOW
    return runWindow(common, argc, argv);
#else
    return complain("this build has no window; --no-gui runs the engine alone", kUsage);
#endif
}

}  // namespace tickdeck::app
