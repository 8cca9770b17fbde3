// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers of the recordings' vector files, which hold them as text.

#include <fstream>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace tickdeck::test {

// A file below TICKDECK_RECORDINGS; null where there is none.
inline std::optional<nlohmann::json> recorded(const std::string& name)
{
    std::ifstream in(std::string(TICKDECK_RECORDINGS) + "/" + name);
    if (!in)
        return std::nullopt;
    return nlohmann::json::parse(in);
}

inline double number(const nlohmann::json& object, const char* key)
{
    return std::stod(object.at(key).get_ref<const std::string&>());
}

}  // namespace tickdeck::test
