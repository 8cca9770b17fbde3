// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "app/common.h"
#include "app/modes.h"
#include "engine/ops/control_socket.h"
#include "engine/ops/data_lock.h"

namespace tickdeck::app {

int run(const Common& common, const RestartMode& mode)
{
    const auto directory = dataDirectory(common);
    if (ops::DataLock::holder(directory).empty())
        return complain("no engine runs on " + directory.string());
    const auto answer =
        ops::askControl(directory / "control.sock", "restart", nlohmann::json{{"component", mode.component}}.dump());
    if (!answer)
        return complain(answer.error(), answer.error().code == ErrorCode::NotFound ? kUsage : kFault);
    print(mode.component + " is restarted; see its state with /health or in the window.\n");
    return kDone;
}

}  // namespace tickdeck::app
