// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/names.h"

#include <gtest/gtest.h>

namespace tickdeck::coinbase {
namespace {

TEST(CoinbaseNames, CanonicalSymbols)
{
    EXPECT_EQ(canonicalSymbol("BTC-USD"), "BTC-USD");
    EXPECT_EQ(canonicalSymbol("BTC-USDC"), "BTC-USDC") << "a stablecoin is not its dollar";
    EXPECT_EQ(canonicalSymbol("BTC-PERP-INTX"), "BTC-USDC-PERP");
    EXPECT_EQ(canonicalSymbol("BIT-27JUN25-CDE"), "BIT-USD-20250627");
    EXPECT_EQ(canonicalSymbol("BIT-27JUX25-CDE"), "BIT-27JUX25-CDE");
    for (const char* odd : {"", "-", "BTC", "-USD", "BTC-", "-CDE", "-PERP-INTX", "A--CDE"})
        EXPECT_EQ(canonicalSymbol(odd), odd);
}

TEST(CoinbaseNames, NativeSymbolsOfEitherSpelling)
{
    EXPECT_EQ(nativeSymbol("btc/usd"), "BTC-USD");
    EXPECT_EQ(nativeSymbol("BTC-USD"), "BTC-USD");
    EXPECT_EQ(nativeSymbol("BTC-USDC-PERP"), "BTC-PERP-INTX");
    EXPECT_EQ(nativeSymbol("BTC-PERP-INTX"), "BTC-PERP-INTX");
}

TEST(CoinbaseNames, TheDollarOfACoin)
{
    EXPECT_EQ(dollarTwin("BTC-USDC"), "BTC-USD");
    EXPECT_EQ(dollarTwin("BTC-USD"), "");
    EXPECT_EQ(dollarTwin("-USDC"), "");
}

}  // namespace
}  // namespace tickdeck::coinbase
