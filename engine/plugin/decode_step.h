// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One input through a decoder: the one way in which lanes, replay and `decode` make a batch.

#include <optional>

#include "engine/plugin/decoder.h"

namespace tickdeck {

struct Decoded {
    Batch batch;  // whole in any case; after an error it has no events
    std::optional<Error>
        error;  // why it could not be decoded; Remedy::Fatal: the decoder threw, and is not to be trusted
};

// `like` gives kind, control, lane, connection, ordinal and receive time. ControlKind::State is not handed to the decoder:
// its payload is what the decoder saved. `emit` must be made over `builder`; it is cleared first and holds the replies.
[[nodiscard]] Decoded decodeStep(Decoder& decoder, const BatchHeader& like, std::string_view payload,
                                 BatchBuilder& builder, Emit& emit);

}  // namespace tickdeck
