// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/order_book.h"

#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <random>
#include <zlib.h>

namespace tickdeck::book {
namespace {

using Sides = std::vector<WireLevel>;

WireLevel level(std::int64_t price, int priceScale, std::int64_t quantity, int quantityScale)
{
    return {{price, priceScale}, {quantity, quantityScale}};
}

Result<> feed(OrderBook& book, const Sides& bids, const Sides& asks)
{
    OrderBook::Converted levels;
    TRY(book.convert(bids, asks, levels));
    book.apply(levels);
    return {};
}

std::string bytesOf(const OrderBook& book)
{
    std::string bytes;
    StateWriter writer(bytes);
    book.save(writer);
    return bytes;
}

// The plainest book there can be; digits are printed anew each time.
struct Reference {
    std::map<std::int64_t, std::int64_t, std::greater<>> bids;
    std::map<std::int64_t, std::int64_t> asks;

    template <class Side>
    static void set(Side& side, std::int64_t price, std::int64_t quantity, std::size_t depth)
    {
        if (quantity)
            side[price] = quantity;
        else
            side.erase(price);
        while (side.size() > depth)
            side.erase(std::prev(side.end()));
    }
    [[nodiscard]] std::uint32_t checksum() const
    {
        std::string digits;
        const auto add = [&](const auto& side) {
            int left = 10;
            for (auto at = side.begin(); at != side.end() && left > 0; ++at, --left)
                digits += std::to_string(at->first) + std::to_string(at->second);
        };
        add(asks);
        add(bids);
        return static_cast<std::uint32_t>(
            ::crc32(0, reinterpret_cast<const Bytef*>(digits.data()), static_cast<uInt>(digits.size())));
    }
};

// Random changes at every depth: levels, order, cut and checksum stay those of the plain book, also through save and load.
TEST(OrderBook, AgreesWithAPlainBook)
{
    for (const std::size_t depth : {1u, 10u, 25u, 100u, 500u}) {
        std::mt19937_64 random(depth);
        OrderBook book;
        book.setDepth(depth);
        ASSERT_TRUE(book.setPrecision(2, 8));
        Reference plain;
        for (int step = 0; step < 20'000; ++step) {
            const bool bid = random() % 2;
            // Near the touch more often than far from it; the two sides never meet.
            const auto away =
                static_cast<std::int64_t>(std::min(random() % (3 * depth + 4), random() % (3 * depth + 4)));
            const std::int64_t price = bid ? 100'000 - away : 100'001 + away;
            const std::int64_t quantity = random() % 3 ? static_cast<std::int64_t>(random() % 1'000'000'000 + 1) : 0;
            const Sides change = {level(price, 2, quantity, 8)};
            ASSERT_TRUE(feed(book, bid ? change : Sides{}, bid ? Sides{} : change));
            if (bid)
                Reference::set(plain.bids, price, quantity, depth);
            else
                Reference::set(plain.asks, price, quantity, depth);

            ASSERT_EQ(book.bids().size(), plain.bids.size());
            ASSERT_EQ(book.asks().size(), plain.asks.size());
            ASSERT_EQ(book.checksum(), plain.checksum()) << "step " << step << ", depth " << depth;
            if (step % 500 != 0)
                continue;
            std::size_t rank = 0;
            for (const auto& [at, size] : plain.bids)
                ASSERT_EQ(book.bids().level(rank++), (Level{at, size}));
            rank = 0;
            for (const auto& [at, size] : plain.asks)
                ASSERT_EQ(book.asks().level(rank++), (Level{at, size}));
            const std::string saved = bytesOf(book);
            OrderBook loaded;
            StateReader reader(saved);
            loaded.load(reader);
            ASSERT_TRUE(reader.finish());
            ASSERT_EQ(bytesOf(loaded), saved);
            ASSERT_EQ(loaded.checksum(), plain.checksum());
            book = std::move(loaded);
        }
    }
}

TEST(OrderBook, RemovingAnUnknownLevelIsLegal)
{
    OrderBook book;
    ASSERT_TRUE(feed(book, {level(100, 0, 5, 0)}, {}));
    ASSERT_TRUE(feed(book, {level(99, 0, 0, 0), level(101, 0, 0, 0)}, {level(102, 0, 0, 0)}));
    EXPECT_EQ(book.bids().size(), 1u);
    EXPECT_TRUE(book.asks().empty());
}

TEST(OrderBook, AFinerValueRaisesTheScaleOfAll)
{
    OrderBook book;
    ASSERT_TRUE(feed(book, {level(1005, 1, 25, 1)}, {level(101, 0, 3, 0)}));
    EXPECT_EQ(book.priceScale(), 1);
    EXPECT_EQ(book.bids().level(0), (Level{1005, 25}));
    EXPECT_EQ(book.asks().level(0), (Level{1010, 30}));
    ASSERT_TRUE(feed(book, {level(100'525, 3, 1, 4)}, {}));
    EXPECT_EQ(book.priceScale(), 3);
    EXPECT_EQ(book.quantityScale(), 4);
    EXPECT_EQ(book.bids().level(0), (Level{100'525, 1}));
    EXPECT_EQ(book.bids().level(1), (Level{100'500, 25'000}));
    EXPECT_EQ(book.asks().level(0), (Level{101'000, 30'000}));
}

TEST(OrderBook, WhatDoesNotFitChangesNothing)
{
    OrderBook book;
    ASSERT_TRUE(book.setPrecision(1, 8));
    ASSERT_TRUE(feed(book, {level(1000, 1, 80'000'000'000'000'000, 8)}, {}));
    const std::string before = bytesOf(book);
    // The new level fits at scale 11, the old one no longer does.
    EXPECT_EQ(feed(book, {level(999, 1, 1, 11)}, {}).error().code, ErrorCode::OutOfRange);
    // Not at the book's scale.
    EXPECT_EQ(feed(book, {}, {level(2000, 1, 999'999'999'999, 0)}).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(feed(book, {}, {level(1, 19, 1, 0)}).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(book.setPrecision(1, 18).error().code, ErrorCode::OutOfRange);
    EXPECT_EQ(bytesOf(book), before);
    // Zero fits at any scale.
    EXPECT_TRUE(feed(book, {level(1000, 1, 0, 0)}, {}));
    EXPECT_TRUE(book.bids().empty());
}

std::uint32_t crcOf(std::string_view digits)
{
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(digits.data()), static_cast<uInt>(digits.size())));
}

TEST(OrderBook, ChecksumOfDigitsAsSent)
{
    OrderBook book;
    ASSERT_TRUE(feed(book, {level(15, 1, 25, 1)}, {level(16, 1, 300, 2)}));
    EXPECT_EQ(book.checksum(), crcOf("16300"
                                     "1525"));
    // Finer levels raise the book's scale; what was sent before keeps its digits.
    ASSERT_TRUE(feed(book, {level(1499, 3, 7, 0)}, {}));
    EXPECT_EQ(book.checksum(), crcOf("16300"
                                     "1525"
                                     "14997"));
}

TEST(OrderBook, ChecksumOfDigitsAtThePrecision)
{
    OrderBook book;
    ASSERT_TRUE(feed(book, {level(15, 1, 25, 1)}, {level(16, 1, 3, 0)}));
    EXPECT_EQ(book.checksum(), crcOf("163"
                                     "1525"));
    ASSERT_TRUE(book.setPrecision(2, 3));
    EXPECT_EQ(book.checksum(), crcOf("1603000"
                                     "1502500"));
    // A value finer than the definition keeps its own digits and changes no other's.
    ASSERT_TRUE(feed(book, {level(14'001, 4, 1, 0)}, {}));
    EXPECT_EQ(book.checksum(), crcOf("1603000"
                                     "1502500"
                                     "140011000"));
    ASSERT_TRUE(feed(book, {level(5, 4, 12, 6)}, {}));
    EXPECT_EQ(book.checksum(), crcOf("1603000"
                                     "1502500"
                                     "140011000"
                                     "512"));
}

TEST(OrderBook, LargestDigits)
{
    const std::int64_t most = 999'999'999'999'999'999;
    OrderBook book;
    Sides bids;
    Sides asks;
    for (int i = 0; i < 10; ++i) {
        bids.push_back(level(most - 20 - i, 0, most, 0));
        asks.push_back(level(most - 19 + i, 0, most, 0));
    }
    ASSERT_TRUE(feed(book, bids, asks));
    std::string digits;
    for (const Sides* side : {&asks, &bids})
        for (const WireLevel& at : *side)
            digits += std::to_string(at.price.mantissa) + std::to_string(at.quantity.mantissa);
    EXPECT_EQ(book.checksum(), crcOf(digits));
}

TEST(OrderBook, CrossedAndTop)
{
    OrderBook book;
    EXPECT_FALSE(book.crossed());
    ASSERT_TRUE(feed(book, {level(100, 1, 1, 0)}, {level(101, 1, 2, 0), level(103, 1, 4, 0)}));
    EXPECT_FALSE(book.crossed());
    Depth depth;
    depth.asks[5] = {7, 7};  // of an earlier book
    book.top(depth);
    EXPECT_EQ(depth.bidCount, 1);
    EXPECT_EQ(depth.askCount, 2);
    EXPECT_EQ(depth.asks[1], (Level{103, 4}));
    EXPECT_EQ(depth.asks[5], Level{});
    EXPECT_EQ(depth.priceScale, 1);
    ASSERT_TRUE(feed(book, {level(101, 1, 1, 0)}, {}));
    EXPECT_TRUE(book.crossed());
    book.clear();
    EXPECT_TRUE(book.bids().empty());
    EXPECT_FALSE(book.crossed());
}

TEST(OrderBook, DamagedStatesAreRefused)
{
    OrderBook book;
    ASSERT_TRUE(feed(book, {level(100, 1, 1, 0), level(99, 1, 2, 0)}, {level(101, 1, 2, 0)}));
    const std::string saved = bytesOf(book);
    for (std::size_t size = 0; size < saved.size(); ++size) {
        OrderBook other;
        StateReader reader(std::string_view(saved).substr(0, size));
        other.load(reader);
        EXPECT_FALSE(reader.finish()) << size;
    }
    // Any flipped bit is either refused or gives a book in order.
    for (std::size_t bit = 0; bit < 8 * saved.size(); ++bit) {
        std::string damaged = saved;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        OrderBook other;
        StateReader reader(damaged);
        other.load(reader);
        if (!reader.finish())
            continue;
        static_cast<void>(other.checksum());
        for (std::size_t rank = 1; rank < other.bids().size(); ++rank)
            EXPECT_LT(other.bids().level(rank).price, other.bids().level(rank - 1).price);
    }
}

}  // namespace
}  // namespace tickdeck::book
