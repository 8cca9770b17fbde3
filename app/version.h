// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which program this is.

#include <string>

namespace tickdeck::app {

extern const char* const kVersion;  // "0.1.0"
#ifdef TICKDECK_WITH_WINDOW
inline constexpr bool kWithWindow = true;
#else
inline constexpr bool kWithWindow = false;
#endif
extern const char* const kCommit;  // the commit it was built from, "-dirty" behind it where the tree had changes

// Version, commit, compiler and the versions of the libraries, a line each.
[[nodiscard]] std::string versionText();

}  // namespace tickdeck::app
