// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/section.h"

namespace tickdeck::config::detail {

std::vector<std::string> splitChoices(std::string_view allowed)
{
    std::vector<std::string> out;
    while (!allowed.empty()) {
        const auto end = std::min(allowed.find(' '), allowed.size());
        if (end > 0)
            out.emplace_back(allowed.substr(0, end));
        allowed.remove_prefix(std::min(end + 1, allowed.size()));
    }
    return out;
}

}  // namespace tickdeck::config::detail
