// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common.h"
#include "app/modes.h"
#include "engine/config/documents.h"
#include "engine/runtime/settings.h"

namespace tickdeck::app {

int run(const Common& common, const ConfigMode& mode)
{
    if (mode.action == ConfigAction::Docs) {
        print(config::docs(runtime::allSections()));
        return kDone;
    }
    if (mode.action == ConfigAction::Schema) {
        print(config::jsonSchema(runtime::allSections()) + "\n");
        return kDone;
    }
    const auto settings = loadSettings(common);
    if (!settings)
        return complain(settings.error(), kUsage);
    print(mode.action == ConfigAction::Show ? settings->show() : "The settings are sound.\n");
    return kDone;
}

}  // namespace tickdeck::app
