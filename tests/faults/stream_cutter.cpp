// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/stream_cutter.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tickdeck::test {

namespace {

struct FrameHead {
    std::size_t size = 0;  // of the head, mask included
    std::uint64_t payload = 0;
    unsigned opcode = 0;
    bool final = false;
    bool masked = false;
};

std::optional<FrameHead> headOf(std::string_view bytes)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    if (bytes.size() < 2)
        return std::nullopt;
    FrameHead head{.size = 2,
                   .payload = at(1) & 0x7Fu,
                   .opcode = at(0) & 0x0Fu,
                   .final = (at(0) & 0x80u) != 0,
                   .masked = (at(1) & 0x80u) != 0};
    const std::size_t more = head.payload == 126 ? 2 : head.payload == 127 ? 8 : 0;
    if (bytes.size() < head.size + more + (head.masked ? 4 : 0))
        return std::nullopt;
    if (more > 0) {
        head.payload = 0;
        for (std::size_t i = 0; i < more; ++i)
            head.payload = head.payload << 8 | at(2 + i);
    }
    head.size += more + (head.masked ? 4 : 0);
    return head;
}

std::string headFor(std::size_t size, unsigned opcode, bool masked)
{
    std::string out(1, static_cast<char>(0x80u | opcode));
    const unsigned mask = masked ? 0x80u : 0u;
    const std::size_t more = size < 126 ? 0 : size < 65'536 ? 2 : 8;
    out += static_cast<char>(mask | (more == 0 ? size : more == 2 ? 126u : 127u));
    for (std::size_t i = more; i-- > 0;)
        out += static_cast<char>(size >> (8 * i) & 0xFFu);
    return out;
}

}  // namespace

std::optional<Piece> StreamCutter::next()
{
    if (m_bytes.empty())
        return std::nullopt;
    if (m_mode == Mode::Plain)
        return Piece{std::exchange(m_bytes, {}), false};
    if (m_mode == Mode::Head) {
        const std::size_t end = m_bytes.find("\r\n\r\n");
        if (end == std::string::npos)
            return std::nullopt;
        std::string head = m_bytes.substr(0, end + 4);
        m_bytes.erase(0, end + 4);
        std::string lower = head;
        std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
        const bool upgrades = lower.find("upgrade: websocket") != std::string::npos;
        m_mode = upgrades ? Mode::Frames : Mode::Plain;
        return Piece{std::move(head), false};
    }
    const auto head = headOf(m_bytes);
    if (!head || m_bytes.size() < head->size + head->payload)
        return std::nullopt;
    Piece piece{m_bytes.substr(0, head->size + head->payload), head->final && (head->opcode == 1 || head->opcode == 2)};
    m_bytes.erase(0, piece.bytes.size());
    return piece;
}

std::string StreamCutter::frame(std::string_view payload, bool text, bool masked)
{
    std::string out = headFor(payload.size(), text ? 1 : 2, masked);
    if (masked)
        out.append(4, '\0');  // a mask that changes nothing
    return out.append(payload);
}

std::string StreamCutter::halved(std::string_view frame)
{
    const auto head = headOf(frame);
    if (!head)
        return std::string(frame);
    const std::string_view mask = frame.substr(head->size - (head->masked ? 4 : 0), head->masked ? 4 : 0);
    const std::size_t half = head->payload / 2;
    return headFor(half, head->opcode, head->masked).append(mask).append(frame.substr(head->size, half));
}

}  // namespace tickdeck::test
