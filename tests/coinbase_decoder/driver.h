// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The driver over Coinbase's decoder.

#include "engine/connectors/coinbase/decoder.h"
#include "tests/support/decoder_driver.h"

namespace tickdeck::coinbase {

class Driver final : public DecoderDriver {
public:
    Driver() : DecoderDriver(makeDecoder) {}
};

using Json = nlohmann::json;

inline std::vector<Json> ofType(const std::vector<Json>& events, std::string_view type)
{
    std::vector<Json> out;
    for (const Json& event : events)
        if (event["type"] == type)
            out.push_back(event);
    return out;
}

// A message of the venue's; `events` is the inside of the list.
inline std::string message(std::string_view channel, int number, const std::string& events)
{
    return R"({"channel":")" + std::string(channel) +
           R"(","timestamp":"2026-09-30T02:39:56.664483596Z","sequence_num":)" + std::to_string(number) +
           R"(,"events":[)" + events + "]}";
}

// One level of a book's event; `side` is "bid" or "offer".
inline std::string level(std::string_view side, std::string_view price, std::string_view quantity)
{
    return R"({"side":")" + std::string(side) + R"(","event_time":"2026-09-30T02:39:56.629192Z","price_level":")" +
           std::string(price) + R"(","new_quantity":")" + std::string(quantity) + R"("})";
}

inline std::string bookEvent(std::string_view product, bool snapshot, const std::vector<std::string>& levels)
{
    std::string updates;
    for (const std::string& one : levels)
        updates += (updates.empty() ? "" : ",") + one;
    return R"({"type":")" + std::string(snapshot ? "snapshot" : "update") + R"(","product_id":")" +
           std::string(product) + R"(","updates":[)" + updates + "]}";
}

}  // namespace tickdeck::coinbase
