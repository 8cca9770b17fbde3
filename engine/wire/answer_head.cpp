// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/answer_head.h"

#include "engine/wire/members.h"

namespace tickdeck::wire {

bool AnswerReader::readHead(ondemand::document& document, AnswerHead& out)
{
    constexpr std::uint64_t kMostStatus = 999;
    bool answered = false;
    const auto request = [&](ondemand::value value) {
        m_request = text(value);
        out.request = m_request;
    };
    const auto status = [&](ondemand::value value) { out.status = static_cast<int>(integerUpTo(value, kMostStatus)); };
    const auto body = [&](ondemand::value value) {
        answered = true;
        skip(value);
    };
    readMembers(document.get_object(), need("request", request), may("status", status),
                may("error", out.error, anyText), may("body", body));
    return answered;
}

}  // namespace tickdeck::wire
