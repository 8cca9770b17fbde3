// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How app/ opens the window.

#include <memory>
#include <string>

#include "engine/api/engine.h"

class QCoreApplication;

namespace tickdeck::ui {

struct WindowOptions {
    std::string lookFile;  // empty: the user's own place
};

// The application object, with its event loop, in place of a QCoreApplication; made first in main(), needs a display
// (Qt ends the process without one: ask hasDisplay() before). argc and argv must outlive it.
[[nodiscard]] std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv);

// Whether a window can be shown: a platform without a display was chosen by QT_QPA_PLATFORM, or there is one.
[[nodiscard]] bool hasDisplay();

// Shows the window over `engine` until it is closed or the application quits; returns the loop's exit code. On the thread
// of makeApplication(). The engine runs already, and outlives the call.
int runWindow(api::Engine& engine, const WindowOptions& options = {});

}  // namespace tickdeck::ui
