// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/deribit/names.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tickdeck::deribit {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kMonths = {"JAN"sv, "FEB"sv, "MAR"sv, "APR"sv, "MAY"sv, "JUN"sv,
                                "JUL"sv, "AUG"sv, "SEP"sv, "OCT"sv, "NOV"sv, "DEC"sv};
constexpr std::string_view kPerpetual = "PERPETUAL";

constexpr bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool isUpper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool isLower(char c) noexcept { return c >= 'a' && c <= 'z'; }

std::vector<std::string_view> split(std::string_view text, char mark)
{
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at != std::string_view::npos;) {
        const std::size_t end = text.find(mark, at);
        parts.push_back(text.substr(at, end == std::string_view::npos ? end : end - at));
        at = end == std::string_view::npos ? end : end + 1;
    }
    return parts;
}

// "6AUG21": 08:00 UTC of that day; kNoTime where it is no date.
Nanos dateOf(std::string_view text)
{
    constexpr std::size_t kShortest = 6;
    if (text.size() < kShortest || text.size() > kShortest + 1)
        return kNoTime;
    const std::string_view day = text.substr(0, text.size() - 5);
    const std::string_view year = text.substr(text.size() - 2);
    const auto month = std::ranges::find(kMonths, text.substr(day.size(), 3));
    if (month == kMonths.end() || !std::ranges::all_of(day, isDigit) || !std::ranges::all_of(year, isDigit))
        return kNoTime;
    const std::string number = std::to_string(month - kMonths.begin() + 1);
    std::string written = "20" + std::string(year) + (number.size() < 2 ? "-0" : "-") + number;
    written.append(day.size() < 2 ? "-0" : "-").append(day).append("T08:00:00Z");
    return parseRfc3339(written).value_or(kNoTime);
}

// "20261225" as "25DEC26"; empty where it is no date.
std::string nativeDate(std::string_view text)
{
    constexpr std::size_t kSize = 8;
    if (text.size() != kSize || !std::ranges::all_of(text, isDigit))
        return {};
    const std::size_t month = static_cast<std::size_t>((text[4] - '0') * 10 + (text[5] - '0'));
    if (month < 1 || month > kMonths.size())
        return {};
    return std::string(text.substr(text[6] == '0' ? 7 : 6)).append(kMonths[month - 1]).append(text.substr(2, 2));
}

// A decimal point in a name is a "d".
std::optional<Decimal> strikeOf(std::string_view text)
{
    std::string written(text);
    std::ranges::replace(written, 'd', '.');
    if (written.empty() || !isDigit(written.front()) || !isDigit(written.back()))
        return {};
    const Result<Decimal> strike = Decimal::parse(written);
    return strike ? std::optional(*strike) : std::nullopt;
}

void setPair(NameParts& parts, std::string_view pair)
{
    const std::size_t mark = pair.find('_');
    parts.base = pair.substr(0, mark);
    parts.quote = mark == std::string_view::npos ? "USD"sv : pair.substr(mark + 1);
}

}  // namespace

NameParts partsOf(std::string_view native)
{
    NameParts parts;
    const std::vector<std::string_view> words = split(native, '-');
    const std::string_view pair = words.front();
    setPair(parts, pair);
    if (std::ranges::none_of(native, isUpper) && std::ranges::any_of(native, isLower)) {
        parts.kind = Kind::Index;
        for (std::string* name : {&parts.base, &parts.quote})
            for (char& c : *name)
                c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        return parts;
    }
    if (words.size() == 1 && pair.find('_') != std::string_view::npos) {
        parts.kind = Kind::Spot;
    } else if (words.size() == 2 && words[1] == kPerpetual) {
        parts.kind = Kind::Perpetual;
    } else if (words.size() == 2 || words.size() == 4) {
        parts.expiry = dateOf(words[1]);
        const auto strike = words.size() == 4 ? strikeOf(words[2]) : std::nullopt;
        if (parts.expiry == kNoTime)
            return parts;
        if (words.size() == 2)
            parts.kind = Kind::Future;
        else if (strike && (words[3] == "C" || words[3] == "P"))
            parts.kind = Kind::Option;
        if (strike)
            parts.strike = *strike;
        parts.put = words.back() == "P";
    }
    return parts;
}

std::string canonicalSymbol(const NameParts& parts, std::string_view native)
{
    if (parts.kind == Kind::Combo)
        return std::string(native);
    std::string symbol = parts.base + "-" + parts.quote;
    if (parts.kind == Kind::Perpetual)
        return symbol + "-PERP";
    if (parts.kind == Kind::Spot || parts.kind == Kind::Index)
        return symbol;
    std::string date = formatDate(parts.expiry);
    std::erase(date, '-');
    symbol.append("-").append(date);
    if (parts.kind == Kind::Option)
        symbol.append("-").append(parts.strike.normalized().toString()).append(parts.put ? "-P" : "-C");
    return symbol;
}

std::string nativeSymbol(std::string_view symbol)
{
    std::vector<std::string_view> words = split(symbol, '-');
    if (partsOf(symbol).kind != Kind::Combo || words.size() < 2)
        return std::string(symbol);
    std::string native(words[0]);
    if (words[1] != "USD")
        native.append("_").append(words[1]);
    if (words.size() == 2)
        return native;
    const std::string date = nativeDate(words[2]);
    if (words[2] == "PERP" && words.size() == 3)
        return native + "-" + std::string(kPerpetual);
    if (date.empty() || (words.size() != 3 && words.size() != 5))
        return std::string(symbol);
    native.append("-").append(date);
    if (words.size() == 3)
        return native;
    std::string strike(words[3]);
    std::ranges::replace(strike, '.', 'd');
    return native.append("-").append(strike).append("-").append(words[4]);
}

std::string_view currencyOf(std::string_view native) noexcept
{
    const std::string_view pair = native.substr(0, native.find('-'));
    const std::size_t mark = pair.find('_');
    return mark == std::string_view::npos ? pair : pair.substr(mark + 1);
}

}  // namespace tickdeck::deribit
