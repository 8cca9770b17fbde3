// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/version.h"

#include <sstream>

#include <sqlite3.h>
#include <zstd.h>

#include <QtGlobal>

#include "version.gen.h"

namespace tickdeck::app {

const char* const kVersion = TICKDECK_VERSION;
const char* const kCommit = TICKDECK_COMMIT;

std::string versionText()
{
    std::ostringstream text;
    text << "tickdeck " << kVersion << " (" << kCommit << ")\n"
         << "compiler " << __VERSION__ << "\n"
         << "Qt " << qVersion() << "\n"
         << "SQLite " << sqlite3_libversion() << "\n"
         << "zstd " << ZSTD_versionString();
    return text.str();
}

}  // namespace tickdeck::app
