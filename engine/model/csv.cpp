// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/csv.h"

#include <charconv>

#include "engine/model/json_value.h"

namespace tickdeck {

namespace {

// A cell of any bytes; quoted where it must be.
void appendCell(std::string& out, std::string_view text)
{
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
}

// A text that came from outside: never a formula.
void appendText(std::string& out, std::string_view text)
{
    if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == std::string_view::npos) {
        appendCell(out, text);
        return;
    }
    std::string guarded = "'";
    guarded += text;
    appendCell(out, guarded);
}

void appendInteger(std::string& out, auto value)
{
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

void appendValue(std::string& out, std::int64_t value)
{
    if (value != kNoTime)
        appendInteger(out, value);
}
void appendValue(std::string& out, std::uint64_t value) { appendInteger(out, value); }
void appendValue(std::string& out, bool value) { out += value ? "true" : "false"; }
void appendValue(std::string& out, Tristate value)
{
    if (value != Tristate::Unknown)
        appendValue(out, value == Tristate::Yes);
}
void appendValue(std::string& out, const Decimal& value)
{
    char text[Decimal::kMaxText];
    out.append(text, value.write(text));
}
void appendValue(std::string& out, const Text& value) { appendText(out, value.view()); }
// Lists and parts are one cell of JSON.
void appendJsonCell(std::string& out, const auto& value)
{
    std::string cell;
    json::append(cell, value);
    appendCell(out, cell);
}
void appendValue(std::string& out, const Levels& value) { appendJsonCell(out, value); }
template <class T>
void appendValue(std::string& out, const RelativeList<T>& value)
{
    appendJsonCell(out, value);
}
template <Described T>
void appendValue(std::string& out, const T& value)
{
    appendJsonCell(out, value);
}
template <NamedEnum E>
void appendValue(std::string& out, E value)
{
    out += enumName(value);
}
template <class T>
void appendValue(std::string& out, const Nullable<T>& value)
{
    if (value)
        appendValue(out, *value);
}

template <class E>
void appendFields(std::string& out, const E& event)
{
    forEachField<E>([&](const auto& f) {
        out += ',';
        appendValue(out, f.of(event));
    });
}

template <class Call>
void withType(EventType type, Call&& call)
{
    [&]<class... E>(std::tuple<E...>*) {
        ((E::kType == type ? call.template operator()<E>() : void()), ...);
    }(static_cast<EventTypes*>(nullptr));
}

}  // namespace

void appendCsvHeader(std::string& out, EventType type)
{
    out += "seq,origin,type,venue,symbol,native,exchange_time,receive_time,";
    withType(type, [&]<class E> {
        out += causeName<E>();
        forEachField<E>([&](const auto& f) { out.append(1, ',').append(f.name); });
    });
    out += '\n';
}

void appendCsv(std::string& out, const EventView& event, const BatchHeader& header, const SymbolTable& symbols,
               std::string_view origin)
{
    const SymbolName& name = symbols.name(event.symbol());
    appendInteger(out, event.seq());
    out += ',';
    appendText(out, origin);
    out += ',';
    out += enumName(event.type());
    for (const std::string_view text :
         {std::string_view(name.venue), std::string_view(name.symbol), std::string_view(name.native)}) {
        out += ',';
        appendText(out, text);
    }
    out += ',';
    appendValue(out, event.exchangeTime());
    out += ',';
    appendValue(out, header.receiveTime);
    out += ',';
    if (event.header().causeFirst != 0) {
        out += "\"[";
        appendInteger(out, event.header().causeFirst);
        out += ',';
        appendInteger(out, event.header().causeLast);
        out += "]\"";
    }
    withType(event.type(), [&]<class E> { appendFields(out, *event.as<E>()); });
    out += '\n';
}

}  // namespace tickdeck
