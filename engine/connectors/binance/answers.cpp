// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/answers.h"

#include "engine/connectors/binance/json_read.h"
#include "engine/model/batch.h"

namespace tickdeck::binance {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr std::string_view kDepthPath = "/fapi/v1/depth";

std::optional<Decimal> positive(ondemand::value value)
{
    const Decimal out = decimal(value);
    return out.isZero() ? std::nullopt : std::optional(out);
}

}  // namespace

RequestPath requestPath(std::string_view path)
{
    RequestPath out;
    const std::size_t mark = path.find('?');
    const std::string_view head = path.substr(0, mark);
    if (head.ends_with("/exchangeInfo"))
        out.kind = RequestPath::Kind::Instruments;
    else if (head.ends_with("/depth"))
        out.kind = RequestPath::Kind::Depth;
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : path.substr(mark + 1);
    while (out.kind == RequestPath::Kind::Depth && !rest.empty()) {
        const std::size_t end = rest.find('&');
        const std::string_view item = rest.substr(0, end);
        constexpr std::string_view kSymbol = "symbol=";
        if (item.starts_with(kSymbol))
            for (const char c : item.substr(kSymbol.size()))
                out.symbol += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out;
}

std::string depthPath(std::string_view symbol, std::size_t limit)
{
    return std::string(kDepthPath).append("?symbol=").append(symbol).append("&limit=").append(std::to_string(limit));
}

double depthWeight(std::size_t limit) noexcept
{
    if (limit <= 50)
        return 2;
    if (limit <= 100)
        return 5;
    return limit <= 500 ? 10 : 20;
}

struct AnswerReader::Parser {
    ondemand::parser json;
    ondemand::document document;
    bool begun = false;
    std::string request;  // a copy: the path is asked for while the body is read

    void read(std::string_view payload, Answer& out);
    void readSnapshot(ondemand::object object, std::string_view payload, SnapshotMessage& out);
    void readInstruments(ondemand::object object, std::vector<InstrumentMessage>& out);
    void readInstrument(ondemand::object object, InstrumentMessage& out);
    void readFilter(ondemand::object object, InstrumentMessage& out);
};

void AnswerReader::Parser::readSnapshot(ondemand::object object, std::string_view payload, SnapshotMessage& out)
{
    enum : unsigned { Last, Bids, Asks, Matched, Sent, Symbol };
    Nanos sent = kNoTime;
    Keys keys;
    const char* place = payload.data();
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "lastUpdateId") {
            keys.once(Last, place);
            out.lastUpdateId = integer(field.value());
        } else if (key == "bids") {
            keys.once(Bids, place);
            out.offset = static_cast<std::size_t>(place - payload.data());
            levels(field.value().get_array(), out.bids);
        } else if (key == "asks") {
            keys.once(Asks, place);
            levels(field.value().get_array(), out.asks);
        } else if (key == "T") {
            keys.once(Matched, place);
            out.time = millis(field.value());
        } else if (key == "E") {
            keys.once(Sent, place);
            sent = millis(field.value());
        } else if (key == "symbol") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Last, "lastUpdateId"}, {Bids, "bids"}, {Asks, "asks"}}, place);
    if (!keys.has(Matched))
        out.time = sent;
}

void AnswerReader::Parser::readFilter(ondemand::object object, InstrumentMessage& out)
{
    enum : unsigned { Type, Tick, Step };
    std::string_view type;
    std::optional<Decimal> tick;
    std::optional<Decimal> step;
    Keys keys;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        const char* place = at(key);
        if (key == "filterType") {
            keys.once(Type, place);
            type = text(field.value());
        } else if (key == "tickSize") {
            keys.once(Tick, place);
            tick = positive(field.value());
        } else if (key == "stepSize") {
            keys.once(Step, place);
            step = positive(field.value());
        } else {
            skip(field.value());
        }
    }
    if (type == "PRICE_FILTER")
        out.tick = tick;
    else if (type == "LOT_SIZE")
        out.lot = step;
}

void AnswerReader::Parser::readInstrument(ondemand::object object, InstrumentMessage& out)
{
    enum : unsigned { Symbol, Base, Quote_, Margin, Contract, Status_, Price, Quantity, Delivery, Filters };
    constexpr std::uint64_t kMostDigits = 18;
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbol") {
            keys.once(Symbol, place);
            out.symbol = text(field.value());
        } else if (key == "baseAsset") {
            keys.once(Base, place);
            out.base = text(field.value());
        } else if (key == "quoteAsset") {
            keys.once(Quote_, place);
            out.quote = text(field.value());
        } else if (key == "marginAsset") {
            keys.once(Margin, place);
            out.margin = text(field.value());
        } else if (key == "contractType") {
            keys.once(Contract, place);
            out.contract = field.value().get_string();  // "" before it is listed
        } else if (key == "status" || key == "contractStatus") {
            keys.once(Status_, place);
            out.status = text(field.value());
        } else if (key == "pricePrecision") {
            keys.once(Price, place);
            out.pricePrecision = static_cast<int>(integer(field.value(), kMostDigits));
        } else if (key == "quantityPrecision") {
            keys.once(Quantity, place);
            out.quantityPrecision = static_cast<int>(integer(field.value(), kMostDigits));
        } else if (key == "deliveryDate") {
            keys.once(Delivery, place);
            out.delivery = millis(field.value());
        } else if (key == "filters") {
            keys.once(Filters, place);
            for (ondemand::value filter : field.value().get_array())
                readFilter(filter.get_object(), out);
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Symbol, "symbol"}, {Status_, "status"}}, place);
}

void AnswerReader::Parser::readInstruments(ondemand::object object, std::vector<InstrumentMessage>& out)
{
    Keys keys;
    const char* place = nullptr;
    for (ondemand::field field : object) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "symbols") {
            keys.once(0, place);
            for (ondemand::value symbol : field.value().get_array())
                readInstrument(symbol.get_object(), out.emplace_back());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{0, "symbols"}}, place);
}

void AnswerReader::Parser::read(std::string_view payload, Answer& out)
{
    enum : unsigned { Request, Status_, Body, Error_ };
    document = json.iterate(payload.data(), payload.size(), payload.size() + kFramePadding);
    begun = true;
    Keys keys;
    const char* place = payload.data();
    for (ondemand::field field : document.get_object()) {
        const ondemand::raw_json_string key = field.key();
        place = at(key);
        if (key == "request") {
            keys.once(Request, place);
            request = text(field.value());
            out.request = request;
            out.path = requestPath(request);
        } else if (key == "status") {
            keys.once(Status_, place);
            out.status = static_cast<int>(integer(field.value(), 999));
        } else if (key == "error") {
            keys.once(Error_, place);
            out.error = field.value().get_string();
        } else if (key == "body") {
            keys.once(Body, place);
            skip(field.value());
        } else {
            skip(field.value());
        }
    }
    require(keys, {{Request, "request"}}, payload.data());
    if (!keys.has(Body) || out.path.kind == RequestPath::Kind::Other)
        return;
    document.rewind();
    ondemand::object body = document.find_field_unordered("body").get_object();
    if (out.path.kind == RequestPath::Kind::Depth)
        readSnapshot(body, payload, out.snapshot);
    else
        readInstruments(body, out.instruments);
}

AnswerReader::AnswerReader() : m_parser(std::make_unique<Parser>()) {}
AnswerReader::~AnswerReader() = default;

Result<> AnswerReader::read(std::string_view payload, Answer& out)
{
    out.request = {};
    out.path = {};
    out.status = 0;
    out.error = {};
    out.snapshot.symbol = {};
    out.snapshot.bids.clear();
    out.snapshot.asks.clear();
    out.snapshot.time = kNoTime;
    out.snapshot.lastUpdateId = 0;
    out.instruments.clear();
    return guarded(payload, m_parser->document, m_parser->begun, [&] { m_parser->read(payload, out); });
}

}  // namespace tickdeck::binance
