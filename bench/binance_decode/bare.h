// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The least that decoding Binance's book, quote and mark can be: simdjson on demand, keys asked in the order in which they
// are sent, numbers to fixed point, flat books, the chain of numbers. No events, no bad input.

#include <cstdint>
#include <cstring>
#include <simdjson.h>
#include <string_view>
#include <vector>

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
    struct Level {
        std::int64_t price;
        std::int64_t quantity;
    };
    // Best at the back.
    struct Side {
        std::vector<Level> levels;
        void set(std::int64_t key, std::int64_t quantity)
        {
            Level* base = levels.data();
            std::size_t i = levels.size();
            const std::size_t limit = i > 12 ? i - 12 : 0;
            while (i > limit && base[i - 1].price > key)
                --i;
            if (i == limit && limit && base[i - 1].price > key) {
                std::size_t low = 0;
                for (std::size_t high = i; low < high;) {
                    const std::size_t middle = (low + high) / 2;
                    if (base[middle].price > key)
                        high = middle;
                    else
                        low = middle + 1;
                }
                i = low;
            }
            const auto at = levels.begin() + static_cast<std::ptrdiff_t>(i);
            if (i && base[i - 1].price == key) {
                if (quantity)
                    base[i - 1].quantity = quantity;
                else
                    levels.erase(at - 1);
            } else if (quantity) {
                levels.insert(at, Level{key, quantity});
                if (levels.size() > 1000)
                    levels.erase(levels.begin());
            }
        }
    };
    struct Book {
        Side bids;
        Side asks;
        std::uint64_t last = 0;
        bool joined = false;
    };

    // 10^-8 fixed point.
    static std::int64_t fixed(std::string_view text)
    {
        constexpr std::int64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
        std::int64_t value = 0;
        const char* at = text.data();
        const char* const end = at + text.size();
        const bool negative = at < end && *at == '-';
        at += negative;
        while (at < end && *at != '.')
            value = value * 10 + (*at++ - '0');
        int left = 8;
        if (at < end)
            for (++at; at < end && left; --left)
                value = value * 10 + (*at++ - '0');
        value *= kPowers[left];
        return negative ? -value : value;
    }
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
    std::size_t symbol(std::string_view text);

    simdjson::ondemand::parser m_parser;
    std::vector<Book> m_books;
    std::int64_t m_sum = 0;
    std::size_t m_verified = 0;
    std::size_t m_failed = 0;
    struct Slot {
        char text[24];
        std::size_t size;
        std::size_t id;
    };
    Slot m_slots[256] = {};
    std::size_t m_symbols = 0;
};

inline std::size_t Bare::symbol(std::string_view text)
{
    std::uint32_t hash = 2166136261u;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    for (hash &= 255;; hash = (hash + 1) & 255) {
        Slot& slot = m_slots[hash];
        if (slot.size == text.size() && std::memcmp(slot.text, text.data(), text.size()) == 0)
            return slot.id;
        if (slot.size == 0) {
            slot.size = text.size();
            std::memcpy(slot.text, text.data(), text.size());
            return slot.id = m_symbols++;
        }
    }
}

inline void Bare::snapshot(std::string_view text, std::size_t capacity)
{
    simdjson::ondemand::document document = m_parser.iterate(text.data(), text.size(), capacity);
    simdjson::ondemand::object object = document.get_object();
    const std::uint64_t last = object["lastUpdateId"].get_uint64();
    Book& book = m_books[symbol(object["symbol"].get_string())];
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
        Book& book = m_books[symbol(data["s"].get_string())];
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
        m_sum += static_cast<std::int64_t>(symbol(data["s"].get_string()));
        for (const char* key : {"b", "B", "a", "A"})
            m_sum += fixed(data[key].get_string());
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["T"].get_uint64()));
        break;
    default:
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["E"].get_uint64()));
        m_sum += static_cast<std::int64_t>(symbol(data["s"].get_string()));
        for (const char* key : {"p", "i", "r"})
            m_sum += fixed(data[key].get_string());
        m_sum += static_cast<std::int64_t>(std::uint64_t(data["T"].get_uint64()));
    }
}

}  // namespace tickdeck::bench
