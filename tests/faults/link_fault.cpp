// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/link_fault.h"

#include <random>

namespace tickdeck::test {

bool LinkFault::hitsFrames() const noexcept
{
    return kind == LinkFaultKind::Loss || kind == LinkFaultKind::Duplicate || kind == LinkFaultKind::Reorder ||
           kind == LinkFaultKind::Garbage;
}

std::string LinkFault::text() const
{
    std::string out = "fault " + std::to_string(seed) + ": ";
    out.append(enumName(kind)).append(" ").append(enumName(direction));
    if (afterReset)
        out += ", connections reset before";
    out += ", after " + std::to_string(afterFrames) + " frames";
    if (hitsFrames())
        out += ", on " + std::to_string(count) + " frames, variant " + std::to_string(variant);
    else
        out += ", for " + std::to_string(duration / kMillisecond) + " ms";
    if (kind == LinkFaultKind::Latency)
        out += ", later by " + std::to_string(latency / kMillisecond) + " ms or more";
    if (kind == LinkFaultKind::Drip)
        out += ", " + std::to_string(bytes) + " bytes each 5 ms";
    return out;
}

LinkFault planOf(std::uint64_t seed, std::uint64_t venues)
{
    std::mt19937_64 random(seed * 7919 + 17);
    const auto between = [&](std::uint64_t least, std::uint64_t most) { return least + random() % (most - least + 1); };
    LinkFault out;
    out.seed = seed;
    out.kind = static_cast<LinkFaultKind>(seed / venues % kEnumNames<LinkFaultKind>.size());
    out.variant = random();
    const std::uint64_t chance = between(0, 5);
    out.direction = chance < 3 ? LinkDirection::Down : chance < 5 ? LinkDirection::Up : LinkDirection::Both;
    if (out.hitsFrames() && out.direction == LinkDirection::Both)
        out.direction = LinkDirection::Down;
    if (out.kind == LinkFaultKind::HalfOpen || out.kind == LinkFaultKind::Reset)
        out.direction = LinkDirection::Both;
    // A venue is told something only when a connection begins.
    out.afterReset = out.direction == LinkDirection::Up || between(0, 3) == 0;
    if (out.afterReset)
        out.afterFrames = out.direction == LinkDirection::Up ? between(0, 3) : between(0, 15);
    else
        out.afterFrames = between(0, 100);
    out.count = between(0, 2) != 0 ? 1 : between(2, 12);
    if (out.direction == LinkDirection::Up)
        out.count = std::min<std::uint64_t>(out.count, 2);
    out.duration = static_cast<Nanos>(between(100, 2200)) * kMillisecond;
    out.latency = static_cast<Nanos>(between(5, 250)) * kMillisecond;
    out.bytes = between(1, 200);
    return out;
}

}  // namespace tickdeck::test
