// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plugin/status_event.h"

namespace tickdeck {

void writeStatus(Emit& emit, SymbolId symbol, std::string_view subject, std::string_view state, std::string_view reason)
{
    Status& status = emit.events().add<Status>(symbol, kNoTime,
                                               BatchBuilder::room(subject.size()) + BatchBuilder::room(state.size()) +
                                                   BatchBuilder::room(reason.size()));
    emit.events().setText(status.subject, subject);
    emit.events().setText(status.state, state);
    emit.events().setText(status.reason, reason);
}

}  // namespace tickdeck
