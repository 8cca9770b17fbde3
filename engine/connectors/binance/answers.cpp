// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/answers.h"

#include "engine/wire/members.h"

namespace tickdeck::binance {

namespace ondemand = simdjson::ondemand;
using namespace wire;

namespace {

constexpr std::string_view kDepthPath = "/fapi/v1/depth";

void readSnapshot(ondemand::object object, std::string_view payload, SnapshotMessage& out)
{
    std::optional<Nanos> matched;
    Nanos sent = kNoTime;
    readMembers(object, need("lastUpdateId", out.lastUpdateId, integer),
                need("bids",
                     [&](ondemand::value value, const char* place) {
                         out.offset = static_cast<std::size_t>(place - payload.data());
                         quotedLevels(value, out.bids);
                     }),
                need("asks", [&](ondemand::value value) { quotedLevels(value, out.asks); }), may("T", matched, millis),
                may("E", sent, millis), may("symbol", out.symbol, text));
    out.time = matched ? *matched : sent;
}

void readFilter(ondemand::object object, InstrumentMessage& out)
{
    std::string_view type;
    std::optional<Decimal> tick;
    std::optional<Decimal> step;
    readMembers(object, may("filterType", type, text), may("tickSize", tick, quotedPositive),
                may("stepSize", step, quotedPositive));
    if (type == "PRICE_FILTER")
        out.increments.tick = tick;
    else if (type == "LOT_SIZE")
        out.increments.lot = step;
}

void readInstrument(ondemand::object object, InstrumentMessage& out)
{
    const auto filters = [&](ondemand::value value) {
        for (ondemand::value filter : value.get_array())
            readFilter(filter.get_object(), out);
    };
    readMembers(object, need("symbol", out.symbol, text), may("baseAsset", out.base, text),
                may("quoteAsset", out.quote, text), may("marginAsset", out.margin, text),
                may("contractType", out.contract, anyText),  // "" before it is listed
                need("status", out.status, text).orAs("contractStatus"),
                may("pricePrecision", out.increments.pricePrecision, precision),
                may("quantityPrecision", out.increments.quantityPrecision, precision),
                may("deliveryDate", out.delivery, millis), may("filters", filters));
}

void readInstruments(ondemand::object object, std::vector<InstrumentMessage>& out)
{
    readMembers(object, need("symbols", [&](ondemand::value value) {
                    for (ondemand::value symbol : value.get_array())
                        readInstrument(symbol.get_object(), out.emplace_back());
                }));
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
    JsonReader json;
    std::string request;  // a copy: the path is asked for while the body is read

    void read(ondemand::document& document, std::string_view payload, Answer& out);
};

void AnswerReader::Parser::read(ondemand::document& document, std::string_view payload, Answer& out)
{
    constexpr std::uint64_t kMostStatus = 999;
    bool answered = false;
    const auto path = [&](ondemand::value value) {
        request = text(value);
        out.request = request;
        out.path = requestPath(request);
    };
    const auto status = [&](ondemand::value value) { out.status = static_cast<int>(integerUpTo(value, kMostStatus)); };
    const auto body = [&](ondemand::value value) {
        answered = true;
        skip(value);
    };
    readMembers(document.get_object(), need("request", path), may("status", status), may("error", out.error, anyText),
                may("body", body));
    if (!answered || out.path.kind == RequestPath::Kind::Other)
        return;
    document.rewind();
    ondemand::object found = document.find_field_unordered("body").get_object();
    if (out.path.kind == RequestPath::Kind::Depth)
        readSnapshot(found, payload, out.snapshot);
    else
        readInstruments(found, out.instruments);
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
    return m_parser->json.read(payload, [&](ondemand::document& document) { m_parser->read(document, payload, out); });
}

}  // namespace tickdeck::binance
