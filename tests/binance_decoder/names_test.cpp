// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/names.h"

#include <gtest/gtest.h>

#include "engine/connectors/binance/answers.h"

namespace tickdeck::binance {
namespace {

TEST(Names, CanonicalAndBack)
{
    const std::pair<const char*, const char*> names[] = {
        {"BTCUSDT", "BTC-USDT-PERP"},
        {"BTCUSDC", "BTC-USDC-PERP"},
        {"1000PEPEUSDT", "1000PEPE-USDT-PERP"},
        {"BTCUSDT_210924", "BTC-USDT-20210924"},
        {"ETHBTC", "ETH-BTC-PERP"},
        {"BTCBUSD", "BTC-BUSD-PERP"},
        {"USDCUSDT", "USDC-USDT-PERP"},
        {"BTCUSD_210625", "BTC-USD-20210625"},
    };
    for (const auto& [native, canonical] : names) {
        EXPECT_EQ(canonicalSymbol(native), canonical);
        EXPECT_EQ(nativeSymbol(canonical), native);
        EXPECT_EQ(nativeSymbol(native), native);
    }
    EXPECT_EQ(canonicalSymbol("BTCUSD_PERP"), "BTC-USD-PERP");
    EXPECT_EQ(nativeSymbol("btcusdt"), "BTCUSDT");
    // What cannot be told apart stays whole.
    EXPECT_EQ(canonicalSymbol("USDT"), "USDT-PERP");
    EXPECT_EQ(canonicalSymbol("FOO"), "FOO-PERP");
    EXPECT_EQ(canonicalSymbol("A_B"), "A_B-PERP");
    EXPECT_EQ(canonicalSymbol(""), "-PERP");
}

TEST(Names, Multipliers)
{
    EXPECT_EQ(multiplierOf("BTC"), 1);
    EXPECT_EQ(multiplierOf("1000PEPE"), 1000);
    EXPECT_EQ(multiplierOf("1000000MOG"), 1'000'000);
    EXPECT_EQ(multiplierOf("1MBABYDOGE"), 1'000'000);
    EXPECT_EQ(multiplierOf("1INCH"), 1);
    EXPECT_EQ(multiplierOf("1000"), 1);
    EXPECT_EQ(multiplierOf("10001X"), 1);
    EXPECT_EQ(multiplierOf("100X"), 1);
    EXPECT_EQ(multiplierOf("10000000000000000000000000X"), 1);
}

TEST(Names, Requests)
{
    EXPECT_EQ(depthPath("BTCUSDT", 1000), "/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    for (const char* path : {"/fapi/v1/depth?symbol=BTCUSDT&limit=1000", "/fapi/v1/depth?limit=5&symbol=btcusdt",
                             "https://fapi.binance.com/fapi/v1/depth?symbol=BTCUSDT"}) {
        EXPECT_EQ(requestPath(path).kind, RequestPath::Kind::Depth) << path;
        EXPECT_EQ(requestPath(path).symbol, "BTCUSDT") << path;
    }
    EXPECT_EQ(requestPath("/fapi/v1/exchangeInfo").kind, RequestPath::Kind::Instruments);
    EXPECT_EQ(requestPath("/fapi/v1/depth?").symbol, "");
    EXPECT_EQ(requestPath("/fapi/v1/time").kind, RequestPath::Kind::Other);
    EXPECT_EQ(requestPath("").kind, RequestPath::Kind::Other);
    // The venue's weights.
    EXPECT_EQ(depthWeight(5), 2);
    EXPECT_EQ(depthWeight(100), 5);
    EXPECT_EQ(depthWeight(500), 10);
    EXPECT_EQ(depthWeight(1000), 20);
}

}  // namespace
}  // namespace tickdeck::binance
