// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One function for each mode; each gives the program's exit code and has said everything that there is to say.

#include "app/command_line.h"

namespace tickdeck::app {

[[nodiscard]] int run(const Common& common, const RunMode& mode, int argc, char** argv);
[[nodiscard]] int run(const Common& common, const DecodeMode& mode);
[[nodiscard]] int run(const Common& common, const ReplayMode& mode);
[[nodiscard]] int run(const Common& common, const ExportMode& mode);
[[nodiscard]] int run(const Common& common, const SimulateMode& mode, int argc, char** argv);
[[nodiscard]] int run(const Common& common, const ConfigMode& mode);
[[nodiscard]] int run(const Common& common, const DeadLetterMode& mode);
[[nodiscard]] int run(const Common& common, const DoctorMode& mode, int argc, char** argv);
[[nodiscard]] int run(const Common& common, const RestartMode& mode);

}  // namespace tickdeck::app
