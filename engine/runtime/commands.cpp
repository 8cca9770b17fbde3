// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/commands.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tickdeck::runtime {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostListed = 1000;

Json describe(const ops::DeadLetter& letter)
{
    Json out{{"id", letter.id},
             {"time", formatRfc3339(letter.time)},
             {"component", letter.component},
             {"code", name(letter.code)},
             {"text", letter.text},
             {"seq", letter.seq},
             {"size", letter.size}};
    if (letter.offset)
        out["offset"] = *letter.offset;
    return out;
}

std::string printable(const std::string& bytes)
{
    try {
        static_cast<void>(Json(bytes).dump());
        return bytes;
    } catch (const Json::type_error&) {   // not UTF-8
        static constexpr char kDigits[] = "0123456789abcdef";
        std::string hex = "hex:";
        for (const char c : bytes) {
            const auto byte = static_cast<unsigned char>(c);
            hex += kDigits[byte >> 4];
            hex += kDigits[byte & 15];
        }
        return hex;
    }
}

}  // namespace

Result<std::string> answerDeadLetters(ops::StateDb& db, std::string_view command, std::string_view arguments)
{
    const Json asked = Json::parse(arguments, nullptr, false);
    if (!asked.is_object())
        return fail(ErrorCode::Invalid, "the arguments are not a JSON object");
    const auto number = [&](const char* key, std::int64_t otherwise) {
        const auto found = asked.find(key);
        return found != asked.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
    };
    if (command == "dlq.show") {
        TRY_ASSIGN(const ops::DeadLetter letter, db.deadLetter(number("id", 0)));
        Json out = describe(letter);
        out["bytes"] = printable(letter.bytes);
        return out.dump();
    }
    if (command == "dlq.list") {
        const auto most = std::clamp<std::int64_t>(number("most", 100), 1, kMostListed);
        TRY_ASSIGN(const auto letters, db.deadLetters(static_cast<std::size_t>(most), number("before", 0)));
        TRY_ASSIGN(const auto totals, db.deadLetterTotals());
        Json out{{"letters", Json::array()},
                 {"totals", {{"kept", totals.kept}, {"bytes", totals.bytes}, {"dropped", totals.dropped}}}};
        for (const ops::DeadLetter& letter : letters)
            out["letters"].push_back(describe(letter));
        return out.dump();
    }
    return fail(ErrorCode::Unsupported, "unknown command " + std::string(command));
}

}  // namespace tickdeck::runtime
