// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/coinbase/answers.h"

#include "engine/wire/members.h"

namespace tickdeck::coinbase {

using namespace wire;

namespace {

constexpr std::string_view kProductsPath = "/api/v3/brokerage/market/products";

// Not every product has every member: null and "" are none.
bool isNone(ondemand::value& value) { return value.is_null() || token(value) == R"("")"; }

std::string_view someText(ondemand::value value) { return isNone(value) ? std::string_view() : anyText(value); }

std::optional<Decimal> someNumber(ondemand::value value)
{
    return isNone(value) ? std::nullopt : quotedPositive(value);
}

// How many digits stand behind the point of a step.
std::optional<int> digitsOf(const std::optional<Decimal>& step)
{
    if (!step || step->normalized().scale() > Increments::kMostDigits)
        return {};
    return step->normalized().scale();
}

void readFuture(ondemand::value value, TimeScanner& times, ProductMessage& out)
{
    if (value.is_null())
        return;
    readMembers(value.get_object(), may("contract_size", out.contractSize, someNumber),
                may("contract_expiry", [&](ondemand::value expiry) {
                    if (!isNone(expiry))
                        out.expiry = rfc3339(expiry, times);
                }));
}

void readProduct(ondemand::object object, TimeScanner& times, ProductMessage& out)
{
    Increments& increments = out.increments;
    std::optional<Decimal> quoteStep;
    readMembers(object, need("product_id", out.symbol, text), may("base_currency_id", out.base, someText),
                may("quote_currency_id", out.quote, someText), may("status", out.status, someText),
                may("alias", out.alias, someText), may("base_increment", increments.lot, someNumber),
                may("quote_increment", quoteStep, someNumber), may("price_increment", increments.tick, someNumber),
                may("future_product_details", [&](ondemand::value value) { readFuture(value, times, out); }));
    if (!increments.tick)
        increments.tick = quoteStep;
    increments.pricePrecision = digitsOf(increments.tick);
    increments.quantityPrecision = digitsOf(increments.lot);
}

}  // namespace

std::string productsPath() { return std::string(kProductsPath); }

Result<> ProductReader::read(std::string_view payload, Answer& out)
{
    out.products = false;
    out.list.clear();
    const Result<> read = m_answers.read(payload, out.head, [&](ondemand::value body) {
        if (out.head.request.substr(0, out.head.request.find('?')) != kProductsPath)
            return;
        readMembers(body.get_object(), need("products", [&](ondemand::value list) {
                        for (ondemand::value product : list.get_array())
                            readProduct(product.get_object(), m_times, out.list.emplace_back());
                    }));
    });
    out.products = out.head.request.substr(0, out.head.request.find('?')) == kProductsPath;
    return read;
}

}  // namespace tickdeck::coinbase
