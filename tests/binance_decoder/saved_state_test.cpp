// SPDX-License-Identifier: GPL-3.0-or-later
// A decoder that goes on from a saved state.

#include <gtest/gtest.h>

#include "tests/binance_decoder/session.h"

namespace tickdeck::binance {
namespace {

// From any point on, a decoder that loads the saved state says, sends and asks byte for byte what the first one does.
TEST_F(Session, SavedStateGoesOnAlike)
{
    struct Input {
        ControlKind kind;
        std::string payload;
        ConnectionId connection;
    };
    const auto control = [](ControlKind kind, std::string payload, ConnectionId connection = kPublic) {
        return Input{kind, std::move(payload), connection};
    };
    const auto frame = [](std::string bytes, ConnectionId connection = kPublic) {
        return Input{ControlKind::None, std::move(bytes), connection};
    };
    const std::vector<Input> inputs = {
        control(ControlKind::Started, R"({"previous":5})"),
        control(ControlKind::Wanted, std::string(kWanted)),
        control(ControlKind::Opened, "{}", kPublic),
        frame(R"({"result":null,"id":1})"),
        frame(depth("BTCUSDT", 10, 15, 5, 100, 101)),
        control(ControlKind::Opened, "{}", kMarket),
        frame(R"({"code":1,"msg":"no","id":2})", kMarket),
        frame(depth("BTCUSDT", 20, 25, 15, 99, 101)),
        control(ControlKind::Answered, answered("BTCUSDT", 12, 97, 102)),
        control(ControlKind::Tick, "{}"),
        frame(R"({"result":null,"id":3})", kMarket),
        frame(R"({"result":null,"id":4})", kMarket),
        frame(R"({"result":null,"id":5})", kMarket),
        control(ControlKind::Answered,
                R"({"request":"/fapi/v1/exchangeInfo","status":200,"body":)" + instruments() + "}"),
        frame(trade(100), kMarket),
        frame(trade(105), kMarket),
        frame(quote(5, 6)),
        frame(depth("BTCUSDT", 26, 30, 25, 98, 101)),
        frame(depth("BTCUSDT", 40, 45, 35, 98, 101)),
        control(ControlKind::Failed,
                R"({"request":"/fapi/v1/depth?symbol=BTCUSDT&limit=1000","status":429,"error":"x"})"),
        control(ControlKind::Tick, "{}"),
        frame(depth("BTCUSDT", 46, 50, 45, 97, 101)),
        control(ControlKind::Answered, answered("BTCUSDT", 41, 97, 102)),
        control(ControlKind::Closed, "{}", kPublic),
        control(ControlKind::Opened, "{}", kPublic),
        control(ControlKind::Overflow, "{}", kMarket),
        control(ControlKind::Tick, "{}"),
    };
    const auto feed = [](Driver& to, const Input& input) {
        to.now += kSecond;
        auto events = input.kind == ControlKind::None ? to.frame(input.payload, input.connection)
                                                      : to.control(input.kind, input.payload, input.connection);
        EXPECT_FALSE(to.error.has_value()) << input.payload;
        for (const Json& message : to.sent())
            events.push_back(message);
        for (const std::string& path : to.requested())
            events.push_back(path);
        return Json(events).dump();
    };
    std::vector<std::string> expected;
    std::vector<std::string> states;
    for (const Input& input : inputs) {
        expected.push_back(feed(driver, input));
        states.push_back(driver.saved());
    }
    for (std::size_t from = 0; from < inputs.size(); ++from) {
        Driver other;
        for (std::size_t i = 0; i <= from; ++i)  // the same numbers of events and batches came before
            feed(other, inputs[i]);
        other.restart();
        ASSERT_TRUE(other.decoder->load(states[from]).has_value());
        EXPECT_EQ(other.saved(), states[from]);
        for (std::size_t i = from + 1; i < inputs.size(); ++i) {
            ASSERT_EQ(feed(other, inputs[i]), expected[i]) << "loaded after " << from << ", input " << i;
            ASSERT_EQ(other.saved(), states[i]);
        }
    }
    for (std::size_t size = 0; size < states.back().size(); size += 3) {
        Driver other;
        EXPECT_FALSE(other.decoder->load(std::string_view(states.back()).substr(0, size)).has_value());
    }
}

}  // namespace
}  // namespace tickdeck::binance
