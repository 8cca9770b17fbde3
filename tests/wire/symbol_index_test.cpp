// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/symbol_index.h"

#include <deque>
#include <gtest/gtest.h>
#include <string>

namespace tickdeck::wire {
namespace {

struct Named {
    std::string native;
};

TEST(SymbolIndex, FindsWhatWasPutIn)
{
    SymbolIndex<Named> index;
    EXPECT_EQ(index.find("BTCUSDT"), nullptr);
    std::deque<Named> names;
    for (int i = 0; i < 20'000; ++i)
        index.insert(names.emplace_back(Named{"C" + std::to_string(i) + "USDT"}));
    // Alike in what the table holds of them, and beyond.
    for (const char* name : {"", "A", "ABCDEFGHIJKLMNOPQRSTUVW", "ABCDEFGHIJKLMNOPQRSTUVWX",
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWYY"})
        index.insert(names.emplace_back(Named{name}));
    for (const Named& name : names)
        EXPECT_EQ(index.find(name.native), &name) << name.native;
    for (const char* unknown : {"B", "C20000USDT", "C1USD", "ABCDEFGHIJKLMNOPQRSTUVWXY", "ABCDEFGHIJKLMNOPQRSTUV"})
        EXPECT_EQ(index.find(unknown), nullptr) << unknown;
}

}  // namespace
}  // namespace tickdeck::wire
