// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/format.h"

#include "engine/core/utf8.h"
#include "engine/model/json_value.h"

namespace tickdeck {

namespace {

using json::appendInteger;

template <class E>
void appendFields(std::string& out, const E& event)
{
    forEachField<E>([&](const auto& f) {
        out.append(",\"").append(f.name).append("\":");
        json::append(out, f.of(event));
    });
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8Character(text);
        const char c = text.front();
        if (length == 0) {
            out += "\xef\xbf\xbd";  // U+FFFD
        } else if (length > 1) {
            out += text.substr(0, length);
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f) {
            out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
        } else {
            out += c;
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

void appendJsonLevels(std::string& out, const Levels& levels)
{
    out += '[';
    bool first = true;
    for (const Level& level : levels.view()) {
        out += first ? "[" : ",[";
        json::append(out, levels.price(level));
        out += ',';
        json::append(out, levels.quantity(level));
        out += ']';
        first = false;
    }
    out += ']';
}

void appendOrigin(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                  const OriginContext& origin)
{
    if (header.kind != BatchKind::Derived) {
        out.append(origin.engineId).append("-");
        appendInteger(out, event.seq());
        return;
    }
    out.append(symbols.name(header.lane).native).append("/").append(origin.engineId).append("-");
    appendInteger(out, header.causeSeq);
    out += '/';
    appendInteger(out, event.seq() - header.firstSeq);
}

void appendJson(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
                const OriginContext& origin)
{
    const SymbolName& name = symbols.name(event.symbol());
    out += "{\"seq\":";
    appendInteger(out, event.seq());
    out += ",\"origin\":";
    std::string id;
    appendOrigin(id, event, header, symbols, origin);
    appendJsonString(out, id);
    out.append(",\"type\":\"").append(enumName(event.type())).append("\",\"venue\":");
    appendJsonString(out, name.venue);
    out += ",\"symbol\":";
    appendJsonString(out, name.symbol);
    out += ",\"native\":";
    appendJsonString(out, name.native);
    out += ",\"exchange_time\":";
    json::append(out, event.exchangeTime());
    out += ",\"receive_time\":";
    json::append(out, header.receiveTime);
    if (header.kind == BatchKind::Derived) {
        out += ",\"cause\":[";
        appendInteger(out, event.header().causeFirst);
        out += ',';
        appendInteger(out, event.header().causeLast);
        out += ']';
    }
    [&]<class... E>(std::tuple<E...>*) {
        static_cast<void>(((event.as<E>() ? (appendFields(out, *event.as<E>()), true) : false) || ...));
    }(static_cast<EventTypes*>(nullptr));
    out += '}';
}

}  // namespace tickdeck
