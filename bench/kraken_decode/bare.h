// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The least that decoding Kraken's book and ticker can be: simdjson on demand, keys asked in the order in which they are
// sent, numbers to fixed point, flat books. No events, no checks beside the checksum, no bad input.

#include <charconv>
#include <cstdint>
#include <simdjson.h>
#include <string_view>
#include <vector>
#include <zlib.h>

#include "bench/common/flat_book.h"

namespace tickdeck::bench {

class Bare {
public:
    explicit Bare(bool checksums) : m_checksums(checksums), m_books(64) {}

    void frame(std::string_view text, std::size_t capacity);
    [[nodiscard]] std::int64_t sum() const { return m_sum; }
    [[nodiscard]] std::size_t verified() const { return m_verified; }
    [[nodiscard]] std::size_t failed() const { return m_failed; }

private:
    using Side = FlatSide<100>;
    struct Book {
        Side bids;
        Side asks;
    };

    static std::string_view trimmed(std::string_view text)
    {
        while (!text.empty() && (text.back() == ' ' || text.back() == ','))
            text.remove_suffix(1);
        return text;
    }
    std::uint32_t checksum(const Book& book, std::int64_t divisor) const;

    bool m_checksums;
    simdjson::ondemand::parser m_parser;
    std::vector<Book> m_books;
    std::int64_t m_sum = 0;
    std::size_t m_verified = 0;
    std::size_t m_failed = 0;
    SymbolSlots m_symbols;
};

inline std::uint32_t Bare::checksum(const Book& book, std::int64_t divisor) const
{
    char digits[1024];
    char* out = digits;
    const auto append = [&](std::int64_t value) { out = std::to_chars(out, out + 24, value < 0 ? -value : value).ptr; };
    for (const Side* side : {&book.asks, &book.bids}) {
        const std::size_t size = side->levels.size();
        for (std::size_t i = 0; i < 10 && i < size; ++i) {
            append(side->levels[size - 1 - i].price / divisor);
            append(side->levels[size - 1 - i].quantity);
        }
    }
    return static_cast<std::uint32_t>(
        ::crc32(0, reinterpret_cast<const Bytef*>(digits), static_cast<uInt>(out - digits)));
}

inline void Bare::frame(std::string_view text, std::size_t capacity)
{
    namespace ondemand = simdjson::ondemand;
    ondemand::document document = m_parser.iterate(text.data(), text.size(), capacity);
    ondemand::object object = document.get_object();
    const bool isBook = std::string_view(object["channel"].get_string()) == "book";
    for (auto item : object["data"].get_array()) {
        ondemand::object data = item.get_object();
        const std::size_t id = m_symbols.of(data["symbol"].get_string());
        if (!isBook) {
            for (const char* key : {"bid", "bid_qty", "ask", "ask_qty"})
                m_sum += fixed(trimmed(data[key].raw_json_token()));
            m_sum += static_cast<std::int64_t>(std::string_view(data["timestamp"].get_string()).size());
            continue;
        }
        Book& book = m_books[id];
        std::int64_t scale = -1;
        for (const bool bids : {true, false}) {
            for (auto entry : data[bids ? "bids" : "asks"].get_array()) {
                ondemand::object level = entry.get_object();
                const std::string_view price = trimmed(level["price"].raw_json_token());
                const std::size_t point = price.find('.');
                if (scale < 0)
                    scale =
                        8 - static_cast<std::int64_t>(point == std::string_view::npos ? 0 : price.size() - point - 1);
                const std::int64_t key = fixed(price);
                const std::int64_t quantity = fixed(trimmed(level["qty"].raw_json_token()));
                (bids ? book.bids : book.asks).set(bids ? key : -key, quantity);
            }
        }
        if (m_checksums) {
            const auto expected = static_cast<std::uint32_t>(std::uint64_t(data["checksum"].get_uint64()));
            std::int64_t divisor = 1;
            while (scale-- > 0)
                divisor *= 10;
            ++(checksum(book, divisor) == expected ? m_verified : m_failed);
        }
        m_sum += static_cast<std::int64_t>(std::string_view(data["timestamp"].get_string()).size());
    }
}

}  // namespace tickdeck::bench
