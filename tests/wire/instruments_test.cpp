// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/instruments.h"

#include <gtest/gtest.h>

namespace tickdeck::wire {
namespace {

struct Listed {
    static constexpr std::size_t kLeastBytes = 4;
    std::string native;
    SymbolId id = 0;
    std::uint32_t value = 0;
    void save(StateWriter& out) const { out.put(value); }
    void load(StateReader& in) { value = in.get<std::uint32_t>(); }
};
using List = Instruments<Listed>;

std::string canonical(std::string_view native) { return "X-" + std::string(native); }

struct InstrumentsTest : testing::Test {
    SymbolTable symbols;
    List list{symbols, "venue", canonical};
};

TEST_F(InstrumentsTest, MakesEachOnce)
{
    EXPECT_EQ(list.find("A"), nullptr);
    Listed* first = list.obtain("A");
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(list.obtain("A"), first);
    EXPECT_EQ(list.find("A"), first);
    EXPECT_EQ(symbols.name(first->id).symbol, "X-A");
    EXPECT_EQ(list.all().size(), 1u);
}

TEST_F(InstrumentsTest, IsBounded)
{
    EXPECT_EQ(list.obtain(""), nullptr);
    EXPECT_EQ(list.obtain(std::string(List::kLongestName + 1, 'A')), nullptr);
    for (std::size_t i = 0; i < List::kMost; ++i)
        ASSERT_NE(list.obtain("N" + std::to_string(i)), nullptr) << i;
    EXPECT_EQ(list.obtain("one more"), nullptr);
    EXPECT_NE(list.obtain("N0"), nullptr);
    EXPECT_EQ(list.all().size(), List::kMost);
}

TEST_F(InstrumentsTest, StateComesBack)
{
    list.obtain("A")->value = 1;
    list.obtain("B")->value = 2;
    std::string bytes;
    StateWriter out(bytes);
    list.save(out);
    List loaded{symbols, "venue", canonical};
    StateReader in(bytes);
    loaded.load(in);
    ASSERT_TRUE(in.finish().has_value());
    ASSERT_NE(loaded.find("B"), nullptr);
    EXPECT_EQ(loaded.find("B")->value, 2u);
    // A name twice is no state.
    StateReader again(bytes);
    loaded.load(again);
    EXPECT_FALSE(again.finish().has_value());
}

}  // namespace
}  // namespace tickdeck::wire
