// SPDX-License-Identifier: GPL-3.0-or-later
// What names say, in both spellings.

#include <gtest/gtest.h>

#include "engine/connectors/deribit/names.h"

namespace tickdeck::deribit {
namespace {

struct Case {
    std::string_view native;
    std::string_view symbol;
    Kind kind;
};

constexpr Case kCases[] = {
    {"BTC-PERPETUAL", "BTC-USD-PERP", Kind::Perpetual},
    {"SOL_USDC-PERPETUAL", "SOL-USDC-PERP", Kind::Perpetual},
    {"BTC-25DEC26", "BTC-USD-20261225", Kind::Future},
    {"BTC_USDC-6NOV26", "BTC-USDC-20261106", Kind::Future},
    {"BTC-25DEC26-100000-C", "BTC-USD-20261225-100000-C", Kind::Option},
    {"ETH-6AUG21-4000-P", "ETH-USD-20210806-4000-P", Kind::Option},
    {"XRP_USDC-29MAY26-1d02-C", "XRP-USDC-20260529-1.02-C", Kind::Option},
};

TEST(DeribitNames, BothSpellingsLeadToEachOther)
{
    for (const Case& one : kCases) {
        const NameParts parts = partsOf(one.native);
        EXPECT_EQ(parts.kind, one.kind) << one.native;
        EXPECT_EQ(canonicalSymbol(parts, one.native), one.symbol);
        EXPECT_EQ(nativeSymbol(one.symbol), one.native);
        EXPECT_EQ(nativeSymbol(one.native), one.native);
    }
    EXPECT_EQ(canonicalSymbol(partsOf("BTC_USDC"), "BTC_USDC"), "BTC-USDC");
    EXPECT_EQ(nativeSymbol("BTC-USDC"), "BTC_USDC");
    EXPECT_EQ(canonicalSymbol(partsOf("btc_usd"), "btc_usd"), "BTC-USD");
    EXPECT_EQ(partsOf("btc_usd").kind, Kind::Index);
}

TEST(DeribitNames, PartsOfAnOption)
{
    const NameParts parts = partsOf("BTC-6AUG21-40000-P");
    EXPECT_EQ(parts.base, "BTC");
    EXPECT_EQ(parts.quote, "USD");
    EXPECT_EQ(parts.expiry, 1'628'236'800 * kSecond);  // 08:00 UTC, as its definition says
    EXPECT_EQ(parts.strike, Decimal(40'000, 0));
    EXPECT_TRUE(parts.put);
}

TEST(DeribitNames, CombosAndNonsenseKeepTheirNames)
{
    for (const std::string_view name :
         {"BTC-FS-30SEP22_PERP", "BTC-STRD-30SEP22-20000", "BTC-CSR12-16SEP22-21000_23000", "BTC-32DEC26-1-C",
          "BTC-25DEC26-1-X", "BTC-25DEX26", "BTC-25DEC26--C", "BTC-25DEC26-d-C", "BTC", "-", "BTC-5DEC266-1-C"}) {
        EXPECT_EQ(partsOf(name).kind, Kind::Combo) << name;
        EXPECT_EQ(canonicalSymbol(partsOf(name), name), name);
    }
}

TEST(DeribitNames, TheCurrencyOfAList)
{
    EXPECT_EQ(currencyOf("BTC-PERPETUAL"), "BTC");
    EXPECT_EQ(currencyOf("SOL_USDC-PERPETUAL"), "USDC");
    EXPECT_EQ(currencyOf("SOL_USDC"), "USDC");
    EXPECT_EQ(currencyOf("ETH"), "ETH");
}

}  // namespace
}  // namespace tickdeck::deribit
