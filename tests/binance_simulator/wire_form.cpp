// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/binance_simulator/wire_form.h"

#include <nlohmann/json.hpp>

namespace tickdeck::test {

namespace {

nlohmann::json unwrapped(std::string_view json)
{
    nlohmann::json message = nlohmann::json::parse(json, nullptr, false);
    if (message.is_object() && message.contains("stream"))
        return nlohmann::json(message["data"]);
    return message;
}

}  // namespace

bool addForm(WireForm& form, std::string_view json)
{
    const nlohmann::json message = unwrapped(json);
    if (!message.is_object())
        return false;
    addForm(form, "", message);
    return true;
}

std::string wireKind(std::string_view json)
{
    const nlohmann::json message = unwrapped(json);
    if (message.is_array())
        return message.empty() ? "empty list" : message[0].value("e", "?") + " list";
    if (!message.is_object())
        return "no JSON";
    if (message.contains("e"))
        return message["e"].get<std::string>();
    if (message.contains("lastUpdateId"))
        return "snapshot";
    if (message.contains("code"))
        return "error";
    return message.contains("result") ? "ack" : "?";
}

}  // namespace tickdeck::test
