// SPDX-License-Identifier: GPL-3.0-or-later
// A decoder that goes on from a saved state.

#include <gtest/gtest.h>

#include "tests/kraken_decoder/session.h"

namespace tickdeck::kraken {
namespace {

// From any point on, a decoder that loads the saved state says and sends byte for byte what the first one does.
TEST_F(Session, SavedStateGoesOnAlike)
{
    const auto inputs = [] {
        std::vector<std::pair<ControlKind, std::string>> list = {
            {ControlKind::Started, "{}"}, {ControlKind::Wanted, std::string(kWanted)}, {ControlKind::Opened, "{}"}};
        for (const std::string& line : linesOf(std::string(TICKDECK_TEST_DATA) + "/kraken_session.jsonl"))
            list.emplace_back(ControlKind::None, line);
        list.emplace_back(ControlKind::None, trades(false, {999'999}));
        list.emplace_back(ControlKind::None, book("BTC/USD", false, 10, 20, false));
        list.emplace_back(ControlKind::Tick, "{}");
        list.emplace_back(ControlKind::Closed, "{}");
        list.emplace_back(ControlKind::Opened, "{}");
        list.emplace_back(ControlKind::None, book("BTC/USD", true, 10, 20));
        return list;
    }();
    const auto feed = [&](Driver& to, std::size_t i) {
        to.now += kSecond;
        const auto& [kind, payload] = inputs[i];
        auto events = kind == ControlKind::None ? to.frame(payload) : to.control(kind, payload);
        for (const Json& message : to.sent())
            events.push_back(message);
        return Json(events).dump();
    };
    std::vector<std::string> expected;
    std::vector<std::string> states;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        expected.push_back(feed(driver, i));
        states.push_back(driver.saved());
    }
    for (std::size_t from = 0; from < inputs.size(); from += 7) {
        Driver other;
        // The same numbers of events and batches came before.
        for (std::size_t i = 0; i <= from; ++i)
            feed(other, i);
        other.restart();
        ASSERT_TRUE(other.decoder->load(states[from]).has_value());
        EXPECT_EQ(other.saved(), states[from]);
        for (std::size_t i = from + 1; i < inputs.size(); ++i) {
            ASSERT_EQ(feed(other, i), expected[i]) << "loaded after " << from << ", input " << i;
            ASSERT_EQ(other.saved(), states[i]);
        }
    }
    for (std::size_t size = 0; size < states.back().size(); size += 3) {
        Driver other;
        EXPECT_FALSE(other.decoder->load(std::string_view(states.back()).substr(0, size)).has_value());
    }
}

}  // namespace
}  // namespace tickdeck::kraken
