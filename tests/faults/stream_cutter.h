// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Cuts one direction of a connection into what a fault can fall on: the HTTP head, then WebSocket frames.

#include <optional>
#include <string>
#include <string_view>

namespace tickdeck::test {

struct Piece {
    std::string bytes;
    bool message = false;  // a whole text or binary message in one frame
};

// One direction of one connection. Bytes that are no WebSocket (plain HTTP) pass as they come.
class StreamCutter {
public:
    void push(std::string_view bytes) { m_bytes += bytes; }
    // The next whole piece.
    [[nodiscard]] std::optional<Piece> next();

    // A frame of its own; `masked`, as clients must.
    [[nodiscard]] static std::string frame(std::string_view payload, bool text, bool masked);
    // The frame with half of its payload.
    [[nodiscard]] static std::string halved(std::string_view frame);

private:
    enum class Mode { Head, Frames, Plain };
    Mode m_mode = Mode::Head;
    std::string m_bytes;
};

}  // namespace tickdeck::test
