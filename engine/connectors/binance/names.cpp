// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/names.h"

#include <algorithm>
#include <array>

namespace tickdeck::binance {

namespace {

// The longer of two that end alike stands first.
constexpr std::array kQuotes = {"FDUSD"sv, "USDT"sv, "USDC"sv, "BUSD"sv, "USD1"sv, "USD"sv, "BTC"sv, "ETH"sv, "BNB"sv};
constexpr std::size_t kDateSize = 6;
constexpr std::string_view kPerpetual = "-PERP";

constexpr bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

SymbolParts partsOf(std::string_view native) noexcept
{
    SymbolParts parts;
    const std::size_t mark = native.rfind('_');
    std::string_view pair = native.substr(0, mark);
    if (mark != std::string_view::npos) {
        const std::string_view suffix = native.substr(mark + 1);
        if (suffix.size() == kDateSize && std::ranges::all_of(suffix, isDigit))
            parts.date = suffix;
        else if (suffix != "PERP")
            pair = native;
    }
    parts.base = pair;
    for (const std::string_view quote : kQuotes) {
        if (pair.size() > quote.size() && pair.ends_with(quote)) {
            parts.base = pair.substr(0, pair.size() - quote.size());
            parts.quote = quote;
            break;
        }
    }
    return parts;
}

std::string canonicalSymbol(std::string_view native)
{
    const SymbolParts parts = partsOf(native);
    std::string symbol(parts.base);
    if (!parts.quote.empty())
        symbol.append("-").append(parts.quote);
    if (parts.date.empty())
        symbol.append(kPerpetual);
    else
        symbol.append("-20").append(parts.date);
    return symbol;
}

std::int64_t multiplierOf(std::string_view base) noexcept
{
    constexpr std::size_t kShortestAsset = 3;
    if (base.starts_with("1M") && base.size() >= 2 + kShortestAsset)
        return 1'000'000;
    if (!base.starts_with("1000"))
        return 1;
    constexpr std::int64_t kMost = 1'000'000'000;
    std::int64_t multiplier = 1;
    std::size_t zeros = 1;
    for (; zeros < base.size() && base[zeros] == '0' && multiplier < kMost; ++zeros)
        multiplier *= 10;
    // 1000 alone, or 10001, is a name.
    return zeros < base.size() && !isDigit(base[zeros]) ? multiplier : 1;
}

std::string nativeSymbol(std::string_view symbol)
{
    std::string native;
    for (const char c : symbol)
        native += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (native.find('-') == std::string::npos)
        return native;
    if (native.ends_with(kPerpetual))
        native.resize(native.size() - kPerpetual.size());
    constexpr std::size_t kLongDate = 8;  // 20210924
    const std::size_t mark = native.rfind('-');
    if (mark != std::string::npos && native.size() - mark - 1 == kLongDate &&
        std::all_of(native.begin() + static_cast<std::ptrdiff_t>(mark) + 1, native.end(), isDigit))
        native.replace(mark, 3, "_");  // "-20"
    std::erase(native, '-');
    return native;
}

}  // namespace tickdeck::binance
