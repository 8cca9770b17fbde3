// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The least that decoding Binance's book, quote and mark can be: simdjson on demand, keys asked in the order in which they
// are sent, numbers to fixed point, flat books, the chain of numbers. No events, no bad input.

#include <cstdint>
#include <simdjson.h>
#include <string_view>
#include <vector>

#include "bench/common/flat_book.h"

namespace tickdeck::bench {

class Bare {
public:
    Bare() : m_books(64) {}

    void snapshot(std::string_view text, std::size_t capacity);
    void frame(std::string_view text, std::size_t capacity);
    [[nodiscard]] std::int64_t sum() const { return m_sum; }
    [[nodiscard]] std::size_t verified() const { return m_verified; }
    [[nodiscard]] std::size_t failed() const { return m_failed; }

private:
    using Side = FlatSide<1000>;
    struct Book {
        Side bids;
        Side asks;
        std::uint64_t last = 0;
        bool joined = false;
    };

    static void levels(simdjson::ondemand::array array, Side& side, std::int64_t sign)
    {
        for (auto entry : array) {
            std::int64_t parts[2] = {0, 0};
            std::size_t i = 0;
            for (auto part : entry.get_array())
                parts[i++ & 1] = fixed(part.get_string());
            side.set(sign * parts[0], parts[1]);
        }
    }

    simdjson::ondemand::parser m_parser;
    std::vector<Book> m_books;
    std::int64_t m_sum = 0;
    std::size_t m_verified = 0;
    std::size_t m_failed = 0;
    SymbolSlots m_symbols;
};

inline void Bare::snapshot(std::string_view text, std::size_t capacity)
{
    simdjson::ondemand::document document = m_parser.iterate(text.data(), text.size(), capacity);
    simdjson::ondemand::object object = document.get_object();
    const std::uint64_t last = object["lastUpdateId"].get_uint64();
    Book& book = m_books[m_symbols.of(object["symbol"].get_string())];
    book.last = last;
    levels(object["bids"].get_array(), book.bids, 1);
    levels(object["asks"].get_array(), book.asks, -1);
}

inline void Bare::frame(std::string_view text, std::size_t capacity)
{
    namespace ondemand = simdjson::ondemand;
    ondemand::document document = m_parser.iterate(text.data(), text.size(), capacity);
    ondemand::object object = document.get_object();
    const std::string_view stream = object["stream"].get_string();
    ondemand::object data = object["data"].get_object();
    switch (stream[stream.find('@') + 1]) {
    case 'd': {
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["T"].get_uint64()));
        Book& book = m_books[m_symbols.of(data["s"].get_string())];
        const std::uint64_t first = data["U"].get_uint64();
        const std::uint64_t last = data["u"].get_uint64();
        const std::uint64_t previous = data["pu"].get_uint64();
        ++((book.joined ? previous == book.last : first <= book.last && book.last <= last) ? m_verified : m_failed);
        book.joined = true;
        book.last = last;
        levels(data["b"].get_array(), book.bids, 1);
        levels(data["a"].get_array(), book.asks, -1);
        break;
    }
    case 'b':
        m_sum += static_cast<std::int64_t>(m_symbols.of(data["s"].get_string()));
        for (const char* key : {"b", "B", "a", "A"})
            m_sum += fixed(data[key].get_string());
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["T"].get_uint64()));
        break;
    default:
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["E"].get_uint64()));
        m_sum += static_cast<std::int64_t>(m_symbols.of(data["s"].get_string()));
        for (const char* key : {"p", "i", "r"})
            m_sum += fixed(data[key].get_string());
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["T"].get_uint64()));
    }
}

}  // namespace tickdeck::bench
