// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_contract.h"

#include <algorithm>
#include <array>

#include "engine/connectors/binance/simulator.h"

namespace tickdeck::binance::simulated {

namespace {

constexpr Nanos kNever = 4'133'404'800 * kSecond;  // the venue's delivery date of a perpetual
// Whose tick is ten times the last digit: they are told with a zero at the end.
constexpr std::array<std::string_view, 2> kWithZero = {"BTC", "SUSHI"};

std::string fixed(Int128 value, int scale) { return Decimal(value, scale).toString(); }

// 08:00 UTC of the day "261225"; 0 for anything else.
Nanos deliveryOf(std::string_view date)
{
    if (date.size() != 6)
        return 0;
    const std::string text = "20" + std::string(date.substr(0, 2)) + "-" + std::string(date.substr(2, 2)) + "-" +
                             std::string(date.substr(4)) + "T08:00:00Z";
    return parseRfc3339(text).value_or(0);
}

}  // namespace

Contract::Contract(const sim::Listing& listing)
    : m_name(venueName(listing)),
      m_stream(m_name),
      m_base(listing.base),
      m_quote(listing.quote.substr(0, listing.quote.find('_'))),
      m_precision(listing.pricePrecision),
      m_priceDigits(listing.pricePrecision),
      m_quantityDigits(listing.quantityPrecision)
{
    std::ranges::transform(m_stream, m_stream.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    m_pair = m_base + m_quote;
    if (const std::size_t at = listing.quote.find('_'); at != std::string::npos)
        m_delivery = deliveryOf(std::string_view(listing.quote).substr(at + 1));
    if (std::ranges::find(kWithZero, m_base) != kWithZero.end())
        ++m_priceDigits;
}

Nanos Contract::delivery() const noexcept { return isDated() ? m_delivery : kNever; }

std::string Contract::price(std::int64_t told) const
{
    const int digits = priceDigits();
    // Told prices have a digit more than the market's; a contract that is not fine leaves it out.
    if (digits <= m_precision)
        return fixed(told / 10, m_precision);
    return fixed(told, m_precision + 1) + std::string(static_cast<std::size_t>(digits - m_precision - 1), '0');
}

std::string Contract::quantity(std::int64_t lots) const { return fixed(lots, m_quantityDigits); }

std::string Contract::levelQuantity(std::int64_t lots, std::uint64_t dice) const
{
    if (lots != 0)
        return quantity(lots);
    switch (dice % 4) {
    case 0: return fixed(0, m_quantityDigits);
    case 1: return "0.00000000";
    default: return "0";
    }
}

std::string Contract::turnover(Int128 value) const
{
    return fixed(value, m_precision + m_quantityDigits) +
           std::string(static_cast<std::size_t>(m_priceDigits - m_precision), '0');
}

std::string Contract::tickSize() const
{
    const int scale = m_precision + (m_fine ? 1 : 0);
    std::string text = fixed(1, scale);
    text.append(static_cast<std::size_t>(priceDigits() - scale), '0');
    return text;
}

}  // namespace tickdeck::binance::simulated
