// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Changes of very many books, in random order: what a level costs when the books do not fit the caches.

#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tickdeck::bench {

struct Crowd {
    static constexpr int kDepth = 100;   // levels of each side of a snapshot
    static constexpr int kChanges = 20;  // levels of one frame
    static constexpr int kFrames = 40'000;

    std::vector<std::string> answers;  // payloads of Answered, one a book
    std::string bytes;
    std::vector<std::string_view> frames;

    explicit Crowd(int symbols)
    {
        std::mt19937_64 random(1);
        const auto level = [](int price, int quantity) {
            char text[64];
            const int size = std::snprintf(text, sizeof text, "[\"%d.%02d\",\"%d.%03d\"]", price / 100, price % 100,
                                           quantity / 1000, quantity % 1000);
            return std::string(text, static_cast<std::size_t>(size));
        };
        const auto joined = [](const std::vector<std::string>& levels) {
            std::string out;
            for (const std::string& entry : levels)
                out.append(out.empty() ? "" : ",").append(entry);
            return out;
        };
        constexpr int kMid = 100'000;
        std::vector<std::uint64_t> last(static_cast<std::size_t>(symbols), 1);
        for (int i = 0; i < symbols; ++i) {
            std::vector<std::string> bids;
            std::vector<std::string> asks;
            for (int rank = 1; rank <= kDepth; ++rank) {
                bids.push_back(level(kMid - 2 * rank, 1000 + rank));
                asks.push_back(level(kMid + 2 * rank, 1000 + rank));
            }
            answers.push_back(R"({"request":"/fapi/v1/depth?symbol=)" + name(i) +
                              R"(&limit=1000","status":200,"body":{"lastUpdateId":1,"E":1,"T":1,"bids":[)" +
                              joined(bids) + R"(],"asks":[)" + joined(asks) + "]}}");
        }
        std::vector<std::size_t> ends;
        for (int i = 0; i < kFrames; ++i) {
            const auto symbol = static_cast<std::size_t>(random() % static_cast<std::uint64_t>(symbols));
            std::vector<std::string> bids;
            std::vector<std::string> asks;
            for (int change = 0; change < kChanges; ++change) {
                // Near the touch, as on the venue; every other price stands in the snapshot.
                const int away = 1 + static_cast<int>(random() % 40);
                const int quantity = random() % 4 == 0 ? 0 : 1 + static_cast<int>(random() % 99'999);
                (change % 2 ? bids : asks).push_back(level(change % 2 ? kMid - away : kMid + away, quantity));
            }
            const std::uint64_t first = last[symbol] + 1;
            bytes +=
                R"({"stream":"x@depth@100ms","data":{"e":"depthUpdate","E":1760000000000,"T":1760000000000,"s":")" +
                name(static_cast<int>(symbol)) + R"(","U":)" + std::to_string(first) + R"(,"u":)" +
                std::to_string(first + 5) + R"(,"pu":)" + std::to_string(last[symbol]) + R"(,"b":[)" + joined(bids) +
                R"(],"a":[)" + joined(asks) + "]}}";
            last[symbol] = first + 5;
            ends.push_back(bytes.size());
            bytes += '\n';
        }
        bytes.append(64, '\n');
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            frames.push_back(std::string_view(bytes).substr(begin, end - begin));
            begin = end + 1;
        }
    }

private:
    static std::string name(int i) { return "C" + std::to_string(10'000 + i) + "USDT"; }
};

}  // namespace tickdeck::bench
