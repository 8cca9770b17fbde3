// SPDX-License-Identifier: GPL-3.0-or-later
// A book's change against std::map, the live depth's read and write against memcpy, and what a thousand books weigh.

#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <unistd.h>

#include "bench/common/compare.h"
#include "engine/book/order_book.h"
#include "engine/core/seqlock.h"

namespace tickdeck::bench {
namespace {

constexpr std::size_t kDepth = 100;
constexpr std::size_t kOperations = 400'000;

// Changes of one side of a book that stays about as deep: 55 % modify, the rest insert and delete, mostly near the touch.
std::vector<Level> changes(std::vector<std::int64_t>& start)
{
    std::mt19937_64 random(1);
    std::exponential_distribution<double> rank(1 / 6.0);
    std::int64_t price = 1'000'000;
    for (std::size_t i = 0; i < kDepth; ++i)
        start.push_back(price += 1 + static_cast<std::int64_t>(random() % 3));
    std::vector<std::int64_t> shadow = start;
    std::vector<Level> out;
    while (out.size() < kOperations) {
        const auto from = std::min(static_cast<std::size_t>(rank(random)), shadow.size() - 1);
        const auto at = shadow.end() - 1 - static_cast<std::ptrdiff_t>(from);
        const auto quantity = static_cast<std::int64_t>(random() % 100'000 + 1);
        const auto kind = random() % 1000;
        if (kind < 550) {
            out.push_back({*at, quantity});
        } else if (kind < 775 && shadow.size() > kDepth) {
            out.push_back({*at, 0});
            shadow.erase(at);
        } else {
            const std::int64_t fresh = *at + 1 + static_cast<std::int64_t>(random() % 2);
            const auto place = std::ranges::lower_bound(shadow, fresh);
            if (place == shadow.end() || *place != fresh)
                shadow.insert(place, fresh);
            out.push_back({fresh, quantity});
        }
    }
    return out;
}

double bookRatio(std::size_t books, const std::vector<std::int64_t>& start, const std::vector<Level>& operations)
{
    std::vector<book::BookSide> flat;
    std::vector<std::map<std::int64_t, std::int64_t>> trees;
    Compare compare;
    const std::string label = ", " + std::to_string(books) + (books == 1 ? " book" : " books");
    const auto flatSide = compare.add(
        "flat side, a level's change" + label, operations.size(),
        [&] {
            std::size_t next = 0;
            for (const Level& level : operations) {
                flat[next].set(level, {});
                next = next + 1 == books ? 0 : next + 1;
            }
            keep(flat);
        },
        [&] {
            flat.clear();
            for (std::size_t i = 0; i < books; ++i) {
                flat.emplace_back(+1);
                for (const std::int64_t price : start)
                    flat.back().set({price, 1}, {});
            }
        });
    const auto treeSide = compare.add(
        "std::map, a level's change" + label, operations.size(),
        [&] {
            std::size_t next = 0;
            for (const Level& level : operations) {
                auto& tree = trees[next];
                if (level.quantity)
                    tree[level.price] = level.quantity;
                else
                    tree.erase(level.price);
                next = next + 1 == books ? 0 : next + 1;
            }
            keep(trees);
        },
        [&] {
            trees.assign(books, {});
            for (auto& tree : trees)
                for (const std::int64_t price : start)
                    tree[price] = 1;
        });
    compare.run();
    return compare.ratio("flat over std::map", flatSide, treeSide, 0.75);
}

void seqlock()
{
    constexpr std::size_t kTimes = 2'000'000;
    static Seqlock<Depth> live;
    static Depth from;
    static Depth to;
    Compare compare;
    const auto read = compare.add("seqlock read, 20+20 levels", kTimes, [] {
        for (std::size_t i = 0; i < kTimes; ++i) {
            keep(live.tryRead(to));
            keep(to);
        }
    });
    const auto copy = compare.add("memcpy of the same", kTimes, [] {
        for (std::size_t i = 0; i < kTimes; ++i) {
            std::memcpy(&to, &from, sizeof to);
            keep(to);
        }
    });
    compare.add("seqlock publish, 20+20 levels", kTimes, [] {
        for (std::size_t i = 0; i < kTimes; ++i) {
            from.version = i;
            live.publish(from);
            keep(live);
        }
    });
    live.publish(from);
    compare.run();
    compare.ratio("seqlock read over memcpy", read, copy, 2.5);
}

std::size_t residentBytes()
{
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void memory()
{
    constexpr std::size_t kBooks = 1'000;
    const std::size_t before = residentBytes();
    std::vector<std::unique_ptr<book::OrderBook>> books;
    for (std::size_t i = 0; i < kBooks; ++i) {
        auto& made = *books.emplace_back(std::make_unique<book::OrderBook>());
        made.setDepth(kDepth);
        std::vector<book::WireLevel> bids;
        std::vector<book::WireLevel> asks;
        for (std::int64_t level = 0; level < static_cast<std::int64_t>(kDepth); ++level) {
            bids.push_back({{1000 - level, 1}, {level + 1, 8}});
            asks.push_back({{1001 + level, 1}, {level + 1, 8}});
        }
        book::OrderBook::Converted levels;
        if (made.convert(bids, asks, levels))
            made.apply(levels);
        keep(made.checksum());
    }
    std::printf("%zu books at depth %zu: %.1f MB\n", kBooks, kDepth,
                static_cast<double>(residentBytes() - before) / 1e6);
}

}  // namespace
}  // namespace tickdeck::bench

int main()
{
    using namespace tickdeck::bench;
    memory();
    std::vector<std::int64_t> start;
    const std::vector<tickdeck::Level> operations = changes(start);
    bookRatio(1, start, operations);
    // Every book sees every change, so that each stays as deep.
    constexpr std::size_t kMany = 1'000;
    std::vector<tickdeck::Level> many;
    for (std::size_t i = 0; i < kOperations / kMany; ++i)
        many.insert(many.end(), kMany, operations[i]);
    bookRatio(kMany, start, many);
    seqlock();
}
