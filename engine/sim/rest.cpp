// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/rest.h"

#include <cmath>

namespace tickdeck::sim {

namespace {

constexpr std::string_view kPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                                   "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

Nanos inNanos(double seconds) { return static_cast<Nanos>(seconds * 1e9); }

}  // namespace

HttpAnswer Rest::refusal(int status, Nanos until, double retryAfter) const
{
    HttpAnswer answer{.status = status, .body = m_venue.refusal(status, until), .headers = {}};
    if (retryAfter >= 0)
        answer.headers.emplace_back("Retry-After", std::to_string(static_cast<std::int64_t>(std::ceil(retryAfter))));
    return answer;
}

Door::Reply Rest::answer(HttpRequest request, const Market& market, Nanos now, Nanos elapsed)
{
    const std::string channel = request.path.substr(request.path.rfind('/') + 1);
    const auto symbol = request.query.find("symbol");
    Door::Reply reply;
    std::optional<HttpAnswer> instead;
    for (const Fault& fault :
         m_faults.onAnswer(channel, symbol == request.query.end() ? std::string_view{} : symbol->second, elapsed)) {
        switch (fault.kind) {
        case FaultKind::HtmlPage:
            instead = {.status = fault.status, .body = std::string(kPage), .type = "text/html", .headers = {}};
            break;
        case FaultKind::TooMany: instead = refusal(429, now, fault.retryAfter); break;
        case FaultKind::Ban:
            m_bannedUntil = now + inNanos(fault.seconds);
            m_banTells = fault.retryAfter >= 0;
            break;
        case FaultKind::SlowAnswer:
            reply.after = std::chrono::milliseconds(static_cast<std::int64_t>(fault.seconds * 1e3));
            break;
        case FaultKind::StaleAnswer: request.stale = true; break;
        case FaultKind::DropAnswer: reply.drop = true; break;
        case FaultKind::CutAnswer: reply.torn = true; break;
        default: break;  // falls on something else
        }
    }
    if (now < m_bannedUntil)
        reply.answer = refusal(418, m_bannedUntil, m_banTells ? static_cast<double>(m_bannedUntil - now) / 1e9 : -1.0);
    else
        reply.answer = instead ? std::move(*instead) : m_venue.get(request, market, now);
    return reply;
}

}  // namespace tickdeck::sim
