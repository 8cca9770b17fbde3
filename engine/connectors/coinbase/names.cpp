// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/names.h"

#include <algorithm>
#include <array>

namespace tickdeck::coinbase {

namespace {

constexpr std::string_view kPerpetual = "-PERP-INTX";
constexpr std::string_view kFuture = "-CDE";
constexpr std::string_view kCanonicalPerpetual = "-USDC-PERP";
constexpr std::string_view kCoin = "-USDC";

// "27JUN25" as "20250627"; empty where it is no date.
std::string dateOf(std::string_view text)
{
    constexpr std::array kMonths = {"JAN"sv, "FEB"sv, "MAR"sv, "APR"sv, "MAY"sv, "JUN"sv,
                                    "JUL"sv, "AUG"sv, "SEP"sv, "OCT"sv, "NOV"sv, "DEC"sv};
    constexpr std::size_t kSize = 7;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != kSize)
        return {};
    const std::string_view day = text.substr(0, 2);
    const std::string_view year = text.substr(5);
    const auto month = std::ranges::find(kMonths, text.substr(2, 3));
    if (month == kMonths.end() || !std::ranges::all_of(day, isDigit) || !std::ranges::all_of(year, isDigit))
        return {};
    const auto number = static_cast<int>(month - kMonths.begin()) + 1;
    return std::string("20").append(year).append(number < 10 ? "0" : "").append(std::to_string(number)).append(day);
}

}  // namespace

ProductParts partsOf(std::string_view native)
{
    if (native.size() > kPerpetual.size() && native.ends_with(kPerpetual))
        return {native.substr(0, native.size() - kPerpetual.size()), kCoin.substr(1), InstrumentKind::Perpetual, {}};
    const std::size_t dash = native.find('-');
    if (native.ends_with(kFuture) && dash > 0 && dash < native.size() - kFuture.size()) {
        std::string date = dateOf(native.substr(dash + 1, native.size() - kFuture.size() - dash - 1));
        if (!date.empty())
            return {native.substr(0, dash), "USD", InstrumentKind::Future, std::move(date)};
    }
    if (dash == std::string_view::npos || dash == 0 || dash + 1 == native.size())
        return {native, {}, InstrumentKind::Spot, {}};
    return {native.substr(0, dash), native.substr(dash + 1), InstrumentKind::Spot, {}};
}

std::string canonicalSymbol(std::string_view native)
{
    const ProductParts parts = partsOf(native);
    std::string symbol(parts.base);
    if (!parts.quote.empty())
        symbol.append("-").append(parts.quote);
    if (parts.kind == InstrumentKind::Perpetual)
        symbol.append("-PERP");
    if (!parts.date.empty())
        symbol.append("-").append(parts.date);
    return symbol;
}

std::string nativeSymbol(std::string_view symbol)
{
    std::string native;
    for (const char c : symbol)
        native += c == '/' ? '-' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (native.ends_with(kCanonicalPerpetual))
        native.replace(native.size() - kCanonicalPerpetual.size(), std::string::npos, kPerpetual);
    return native;
}

std::string dollarTwin(std::string_view native)
{
    if (native.size() <= kCoin.size() || !native.ends_with(kCoin))
        return {};
    return std::string(native.substr(0, native.size() - 1));
}

}  // namespace tickdeck::coinbase
