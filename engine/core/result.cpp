// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/result.h"

#include "engine/core/enum_names.h"

namespace tickdeck {

std::string_view name(ErrorCode code) noexcept { return enumName(code); }

std::string_view name(Remedy remedy) noexcept { return enumName(remedy); }

std::string Error::text() const
{
    std::string out;
    for (auto part = context.rbegin(); part != context.rend(); ++part)
        out.append(*part).append(": ");
    out += detail;
    if (offset)
        out.append(" (byte ").append(std::to_string(*offset)).append(")");
    return out;
}

}  // namespace tickdeck
