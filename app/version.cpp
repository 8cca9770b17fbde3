// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/version.h"

#include <sqlite3.h>
#include <zstd.h>

#include <QtGlobal>

#include "version.gen.h"

namespace tickdeck::app {

const char* const kVersion = TICKDECK_VERSION;
const char* const kCommit = TICKDECK_COMMIT;

std::string versionText()
{
    std::string text = std::string("tickdeck ") + kVersion + " (" + kCommit + ")\n";
    text.append("compiler ").append(__VERSION__).append("\n");
    text.append("Qt ").append(qVersion()).append("\n");
    text.append("SQLite ").append(sqlite3_libversion()).append("\n");
    text.append("zstd ").append(ZSTD_versionString());
    return text;
}

}  // namespace tickdeck::app
