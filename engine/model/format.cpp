// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/format.h"

#include <array>
#include <charconv>

#include "engine/core/utf8.h"

namespace tickdeck {

namespace {

template <std::integral T>
void appendInteger(std::string& out, T value)
{
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

void appendTime(std::string& out, Nanos time)
{
    if (time == kNoTime)
        out += "null";
    else
        appendInteger(out, time);
}

void appendDecimal(std::string& out, const Decimal& value)
{
    std::array<char, Decimal::kMaxText + 2> text;
    text[0] = '"';
    char* end = value.write(text.data() + 1);
    *end++ = '"';
    out.append(text.data(), end);
}

void appendValue(std::string& out, const Decimal& value) { appendDecimal(out, value); }
void appendValue(std::string& out, const Text& value) { appendJsonString(out, value.view()); }
void appendValue(std::string& out, const Levels& value) { appendJsonLevels(out, value); }
void appendValue(std::string& out, bool value) { out += value ? "true" : "false"; }
void appendValue(std::string& out, std::int64_t value) { appendTime(out, value); }
void appendValue(std::string& out, std::uint64_t value) { appendInteger(out, value); }

void appendValue(std::string& out, Tristate value)
{
    out += value == Tristate::Unknown ? "null" : value == Tristate::Yes ? "true" : "false";
}

template <NamedEnum E>
void appendValue(std::string& out, E value)
{
    out.append("\"").append(enumName(value)).append("\"");
}

template <class T>
void appendValue(std::string& out, const Nullable<T>& value)
{
    if (value)
        appendValue(out, *value);
    else
        out += "null";
}

template <class E>
void appendFields(std::string& out, const E& event)
{
    forEachField<E>([&](const auto& f) {
        out.append(",\"").append(f.name).append("\":");
        appendValue(out, f.of(event));
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
        appendDecimal(out, levels.price(level));
        out += ',';
        appendDecimal(out, levels.quantity(level));
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
    appendTime(out, event.exchangeTime());
    out += ",\"receive_time\":";
    appendTime(out, header.receiveTime);
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
