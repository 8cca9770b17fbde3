// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/simulator_clients.h"

#include <algorithm>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace tickdeck::binance::simulated {

namespace {

// Without what would have to be escaped when it is sent back; no name of the venue holds such characters.
std::string plain(std::string text)
{
    std::erase_if(text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    return text;
}

// The parts of "a/b/c", empty ones left out.
std::vector<std::string> parts(std::string_view text)
{
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('/'), text.size());
        if (end > 0)
            out.push_back(plain(std::string(text.substr(0, end))));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// The request's own id as it is sent back; empty where it has none that the venue takes.
std::string idText(const QJsonValue& id)
{
    if (id.isString())
        return '"' + plain(id.toString().toStdString()) + '"';
    return id.isDouble() && id.toInteger(-1) >= 0 ? std::to_string(id.toInteger()) : std::string();
}

std::string errorAnswer(std::string_view message, const std::string& id)
{
    return R"({"code":2,"msg":"Invalid request: )" + std::string(message) + '"' + (id.empty() ? "" : R"(,"id":)" + id) +
           '}';
}

std::string resultAnswer(std::string_view result, const std::string& id)
{
    return R"({"result":)" + std::string(result) + R"(,"id":)" + id + '}';
}

std::string listed(const std::vector<std::string>& names)
{
    std::string out = "[";
    for (const std::string& name : names)
        out += (out.size() > 1 ? ",\"" : "\"") + name + '"';
    return out + ']';
}

}  // namespace

void Clients::opened(sim::ClientId id, std::string_view path, sim::Outbox& out)
{
    sim::HttpRequest request;
    sim::parseTarget(path, request);
    std::vector<std::string> steps = parts(request.path);
    Client& client = m_clients[id];
    std::size_t at = 0;
    if (at < steps.size() && (steps[at] == "public" || steps[at] == "market"))
        client.route = steps[at++] == "public" ? Route::Public : Route::Market;
    const std::string form = at < steps.size() ? steps[at++] : "";
    if (form != "ws" && form != "stream") {
        out.close(id, "no such path");
        return;
    }
    client.wraps = form == "stream";
    std::vector<std::string> names(steps.begin() + static_cast<std::ptrdiff_t>(at), steps.end());
    if (client.wraps)
        names = parts(request.query["streams"]);
    if (names.size() > kMostStreams) {
        out.close(id, "too many streams");
        return;
    }
    for (const std::string& name : names)
        subscribe(id, client, name);
}

void Clients::closed(sim::ClientId id)
{
    for (auto& [stream, clients] : m_listeners)
        clients.erase(id);
    std::erase_if(m_listeners, [](const auto& entry) { return entry.second.empty(); });
    m_clients.erase(id);
}

void Clients::message(sim::ClientId id, std::string_view text, sim::Outbox& out)
{
    Client& client = m_clients[id];
    if (++client.messages > kMostMessages) {
        if (client.messages == kMostMessages + 1)
            out.close(id, "Too many requests");
        return;
    }
    const auto answer = [&](std::string answered, std::string_view channel) {
        out.send(id, {.text = std::move(answered), .channel = channel});
    };
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    if (!document.isObject()) {
        answer(errorText(3, "Invalid JSON: expected value at line 1 column 1"), "error");
        return;
    }
    const QJsonObject request = document.object();
    const std::string requestId = idText(request[u"id"]);
    const std::string method = plain(request[u"method"].toString().toStdString());
    if (requestId.empty()) {
        answer(errorAnswer("request ID must be an unsigned integer", {}), "error");
        return;
    }
    if (method == "LIST_SUBSCRIPTIONS") {
        answer(resultAnswer(listed(client.streams), requestId), "ack");
        return;
    }
    if (method != "SUBSCRIBE" && method != "UNSUBSCRIBE") {
        answer(errorAnswer("unknown variant `" + method +
                               "`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, "
                               "`LIST_SUBSCRIPTIONS`",
                           requestId),
               "error");
        return;
    }
    std::vector<std::string> names;
    for (const QJsonValue name : request[u"params"].toArray())
        if (name.isString())
            names.push_back(plain(name.toString().toStdString()));
    if (names.empty() || static_cast<qsizetype>(names.size()) != request[u"params"].toArray().size()) {
        answer(errorAnswer("`params` must be a list of stream names", requestId), "error");
        return;
    }
    if (method == "SUBSCRIBE" && client.streams.size() + names.size() > kMostStreams) {
        answer(errorAnswer("too many streams", requestId), "error");
        return;
    }
    for (const std::string& name : names)
        method == "SUBSCRIBE" ? subscribe(id, client, name) : unsubscribe(id, client, name);
    answer(resultAnswer("null", requestId), "ack");
}

void Clients::second()
{
    for (auto& [id, client] : m_clients)
        client.messages = 0;
}

// The venue says yes to any name; what is unknown or belongs to the other route stays silent.
void Clients::subscribe(sim::ClientId id, Client& client, const std::string& name)
{
    if (std::ranges::find(client.streams, name) != client.streams.end())
        return;
    client.streams.push_back(name);
    const std::optional<Stream> stream = parseStream(name, m_contracts);
    if (stream && serves(client.route, stream->kind))
        m_listeners[*stream][id] = name;
}

void Clients::unsubscribe(sim::ClientId id, Client& client, const std::string& name)
{
    if (std::erase(client.streams, name) == 0)
        return;
    const std::optional<Stream> stream = parseStream(name, m_contracts);
    if (!stream || !m_listeners.contains(*stream))
        return;
    m_listeners[*stream].erase(id);
    if (m_listeners[*stream].empty())
        m_listeners.erase(*stream);
}

}  // namespace tickdeck::binance::simulated
