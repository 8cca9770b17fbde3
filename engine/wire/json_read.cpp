// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/json_read.h"

#include "engine/core/utf8.h"
#include "engine/model/batch.h"
#include "engine/wire/scan.h"

namespace tickdeck::wire {

static_assert(kFramePadding >= simdjson::SIMDJSON_PADDING);

namespace {

// What stands between the quotes; `place` is its first byte in the frame.
std::string_view quoted(ondemand::value value, const char*& place)
{
    place = token(value).data() + 1;
    return value.get_string();
}

book::WireNumber scanned(std::string_view written, const char* place)
{
    book::WireNumber out;
    if (const char* why = scanNumber(written, out); why)
        throw Bad{why == kTooManyDigits ? ErrorCode::OutOfRange : ErrorCode::Malformed, why, place};
    return out;
}

Decimal parsed(std::string_view written, const char* place)
{
    const Result<Decimal> out = Decimal::parse(written);
    if (!out)
        throw Bad{out.error().code, out.error().detail, place};
    return *out;
}

}  // namespace

void missing(std::string_view key, const char* at)
{
    throw Bad{ErrorCode::Malformed, "no \"" + std::string(key) + "\"", at};
}

std::string_view token(ondemand::value& value)
{
    std::string_view text = value.raw_json_token();
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

void skip(ondemand::value value, int depth)
{
    constexpr int kDeepest = 64;
    if (depth > kDeepest)
        throw Bad{ErrorCode::Malformed, "nested too deeply", token(value).data()};
    switch (value.type().value()) {
    case ondemand::json_type::object:
        for (auto field : value.get_object())
            skip(field.value(), depth + 1);
        break;
    case ondemand::json_type::array:
        for (auto item : value.get_array())
            skip(item.value(), depth + 1);
        break;
    case ondemand::json_type::string: static_cast<void>(std::string_view(value.get_string())); break;
    case ondemand::json_type::number: {
        const std::string_view text = token(value);
        if (!isJsonNumber(text))
            throw Bad{ErrorCode::Malformed, "not a number", text.data()};
        break;
    }
    case ondemand::json_type::boolean: static_cast<void>(bool(value.get_bool())); break;
    case ondemand::json_type::null:
        if (!value.is_null())
            throw Bad{ErrorCode::Malformed, "not a value", token(value).data()};
        break;
    }
}

void expectEnd(ondemand::document& document)
{
    if (const char* place = nullptr; document.current_location().get(place) == simdjson::SUCCESS)
        throw Bad{ErrorCode::Malformed, "text after the message", place};
}

std::string_view anyText(ondemand::value value) { return value.get_string(); }

bool boolean(ondemand::value value) { return value.get_bool(); }

std::string_view text(ondemand::value value)
{
    const char* place = nullptr;
    const std::string_view out = quoted(value, place);
    if (out.empty())
        throw Bad{ErrorCode::Malformed, "an empty text", place - 1};
    return out;
}

std::uint64_t integer(ondemand::value value)
{
    constexpr std::uint64_t kMost = (std::uint64_t{1} << 63) - 1;
    return integerUpTo(value, kMost);
}

int precision(ondemand::value value)
{
    constexpr std::uint64_t kMost = 18;
    return static_cast<int>(integerUpTo(value, kMost));
}

std::uint64_t integerUpTo(ondemand::value value, std::uint64_t most)
{
    const std::string_view written = token(value);
    std::uint64_t out = 0;
    if (!scanInteger(written, out))
        throw Bad{ErrorCode::Malformed, "not a whole number of 64 bits", written.data()};
    if (out > most)
        throw Bad{ErrorCode::OutOfRange, "a whole number is too large", written.data()};
    return out;
}

book::WireNumber number(ondemand::value value)
{
    const std::string_view written = token(value);
    return scanned(written, written.data());
}

book::WireNumber quotedNumber(ondemand::value value)
{
    const char* place = nullptr;
    const std::string_view written = quoted(value, place);
    return scanned(written, place);
}

book::WireNumber exponentNumber(ondemand::value value)
{
    constexpr Int128 kLimit = 1'000'000'000'000'000'000;
    constexpr int kMostScale = 18;
    const std::string_view written = token(value);
    book::WireNumber out;
    if (!scanNumber(written, out))
        return out;
    if (!isJsonNumber(written) || written.find_first_of("eE") == std::string_view::npos || written.front() == '-')
        return scanned(written, written.data());  // says what is wrong
    const Decimal whole = parsed(written, written.data());
    const Decimal number = whole.scale() > kMostScale ? whole.normalized() : whole;
    if (number.mantissa() >= kLimit || number.scale() > kMostScale)
        throw Bad{ErrorCode::OutOfRange, kTooManyDigits, written.data()};
    return {static_cast<std::int64_t>(number.mantissa()), number.scale()};
}

std::optional<book::WireNumber> quotedSigned(ondemand::value value)
{
    const char* place = nullptr;
    std::string_view written = quoted(value, place);
    if (written.empty())
        return {};
    const bool negative = written.front() == '-';
    written.remove_prefix(negative ? 1 : 0);
    book::WireNumber out = scanned(written, place);
    out.mantissa = negative ? -out.mantissa : out.mantissa;
    return out;
}

std::optional<Decimal> decimal(ondemand::value value)
{
    if (value.is_null())
        return {};
    const std::string_view written = token(value);
    return parsed(written, written.data());
}

Decimal quotedDecimal(ondemand::value value)
{
    const char* place = nullptr;
    const std::string_view written = quoted(value, place);
    const Decimal out = parsed(written, place);
    if (out.isNegative() || written.find_first_of("eE-") != std::string_view::npos)
        throw Bad{ErrorCode::Malformed, "a number below zero or with an exponent", place};
    return out;
}

std::optional<Decimal> quotedPositive(ondemand::value value)
{
    const Decimal out = quotedDecimal(value);
    return out.isZero() ? std::nullopt : std::optional(out);
}

Nanos millis(ondemand::value value)
{
    const std::uint64_t out = integerUpTo(value, kMostMillis);
    return out ? static_cast<Nanos>(out) * kMillisecond : kNoTime;
}

Nanos rfc3339(ondemand::value value, TimeScanner& times)
{
    const char* place = nullptr;
    const Result<Nanos> out = times.scan(quoted(value, place));
    if (!out)
        throw Bad{out.error().code, out.error().detail, place + out.error().offset.value_or(0)};
    return *out > 0 ? *out : kNoTime;
}

void quotedLevels(ondemand::value value, std::vector<book::WireLevel>& out)
{
    out.clear();
    for (ondemand::value item : value.get_array()) {
        const char* place = token(item).data();
        book::WireLevel& level = out.emplace_back();
        int parts = 0;
        for (ondemand::value part : item.get_array()) {
            if (parts == 0)
                level.price = quotedNumber(part);
            else if (parts == 1)
                level.quantity = quotedNumber(part);
            else
                skip(part);
            ++parts;
        }
        if (parts < 2)
            throw Bad{ErrorCode::Malformed, "a level without price or quantity", place};
    }
}

void JsonReader::open(std::string_view bytes)
{
    m_document = m_parser.iterate(bytes.data(), bytes.size(), bytes.size() + kFramePadding);
}

std::unexpected<Error> JsonReader::failedAt(std::string_view bytes, const Bad& bad)
{
    const bool within = bad.at >= bytes.data() && bad.at <= bytes.data() + bytes.size();
    return fail(bad.code, bad.detail, Remedy::None, within ? static_cast<std::size_t>(bad.at - bytes.data()) : 0);
}

std::unexpected<Error> JsonReader::failedAt(std::string_view bytes, ondemand::document* document,
                                            const simdjson::simdjson_error& error)
{
    std::size_t at = bytes.size();
    const char* place = nullptr;
    if (document && document->current_location().get(place) == simdjson::SUCCESS) {
        at = static_cast<std::size_t>(place - bytes.data());
    } else if (error.error() == simdjson::EMPTY) {
        at = 0;
    } else if (error.error() == simdjson::UTF8_ERROR) {
        at = 0;
        while (const std::size_t length = utf8Character(bytes.substr(at)))
            at += length;
    }
    return fail(ErrorCode::Malformed, error.what(), Remedy::None, at);
}

}  // namespace tickdeck::wire
