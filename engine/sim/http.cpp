// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/http.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace tickdeck::sim {

namespace {

// Cuts off and returns what stands before `mark`; all of it where there is none.
std::string_view cut(std::string_view& text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    const std::string_view first = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + mark.size());
    return first;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const char* begin = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(begin, begin + 2, value, 16).ptr == begin + 2) {
            out += static_cast<char>(value);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string_view phrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 418: return "I'm a teapot";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Refused";
    }
}

}  // namespace

void parseTarget(std::string_view target, HttpRequest& request)
{
    request.path = decoded(cut(target, "?"));
    while (!target.empty()) {
        std::string_view value = cut(target, "&");
        const std::string_view name = cut(value, "=");
        request.query[decoded(name)] = decoded(value);
    }
}

Result<HttpRequest> parseRequest(std::string_view head)
{
    std::string_view line = cut(head, "\r\n");
    const std::string_view method = cut(line, " ");
    const std::string_view target = cut(line, " ");
    if (!line.starts_with("HTTP/1.") || !target.starts_with('/'))
        return fail(ErrorCode::Malformed, "no HTTP request");
    if (method != "GET")
        return fail(ErrorCode::Unsupported, "method " + std::string(method));
    HttpRequest request;
    parseTarget(target, request);
    request.keepAlive = line != "HTTP/1.0";
    while (!head.empty()) {
        std::string_view value = cut(head, "\r\n");
        const std::string name = lower(cut(value, ":"));
        if (name == "upgrade")
            request.upgrade = lower(value).find("websocket") != std::string::npos;
        else if (name == "connection" && lower(value).find("close") != std::string::npos)
            request.keepAlive = false;
    }
    return request;
}

std::string wireText(const HttpAnswer& answer, bool keepAlive)
{
    if (answer.body.size() > HttpAnswer::kLargestBody)
        return wireText({.status = 500, .body = {}, .type = answer.type, .headers = {}}, keepAlive);
    std::string out = "HTTP/1.1 " + std::to_string(answer.status) + ' ' + std::string(phrase(answer.status)) + "\r\n";
    for (const auto& [name, value] : answer.headers)
        out += name + ": " + value + "\r\n";
    if (!answer.body.empty())
        out += "Content-Type: " + answer.type + "\r\n";
    out += "Content-Length: " + std::to_string(answer.body.size()) +
           "\r\nConnection: " + (keepAlive ? "keep-alive" : "close") + "\r\n\r\n";
    return out + answer.body;
}

}  // namespace tickdeck::sim
