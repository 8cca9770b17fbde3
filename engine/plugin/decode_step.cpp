// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plugin/decode_step.h"

#include <exception>
#include <string>

namespace tickdeck {

Decoded decodeStep(Decoder& decoder, const BatchHeader& like, std::string_view payload, BatchBuilder& builder,
                   Emit& emit)
{
    emit.clear();
    BatchHeader& header = builder.begin(payload);
    header.kind = like.kind;
    header.control = like.control;
    header.lane = like.lane;
    header.connection = like.connection;
    header.ordinal = like.ordinal;
    header.receiveTime = like.receiveTime;

    Result<> result;
    try {
        if (like.kind == BatchKind::Frame)
            result = decoder.onFrame({builder.payload(), like.connection, like.receiveTime}, emit);
        else if (like.control != ControlKind::State)
            result = decoder.onControl({like.control, builder.payload(), like.connection, like.receiveTime}, emit);
    } catch (const std::exception& thrown) {
        result = fail(ErrorCode::Internal, std::string("the decoder threw: ") + thrown.what(), Remedy::Fatal);
    } catch (...) {
        result = fail(ErrorCode::Internal, "the decoder threw", Remedy::Fatal);
    }
    if (!result)
        builder.clearEvents();
    Decoded out{builder.finish(), std::nullopt};
    if (!result)
        out.error = std::move(result).error();
    return out;
}

}  // namespace tickdeck
