// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Answers over REST, as the controls Answered and Failed bring them.

#include <string>

#include "engine/wire/json_read.h"

namespace tickdeck::wire {

// {"request":…,"status":…,"body":…} or {"request":…,"status":…,"error":…}. Views into the payload or the reader.
struct AnswerHead {
    std::string_view request;
    int status = 0;
    std::string_view error;  // Failed only
};

// One thread.
class AnswerReader {
public:
    // `out` is set as far as the payload could be read. body(value) is called with the answer's body, where there is one,
    // once the head is read. Errors have their offset in the payload; kFramePadding readable bytes must follow.
    template <class Body>
    [[nodiscard]] Result<> read(std::string_view payload, AnswerHead& out, Body&& body)
    {
        out = {};
        return m_json.read(payload, [&](ondemand::document& document) {
            if (!readHead(document, out))
                return;
            document.rewind();
            body(document.find_field_unordered("body").value());
        });
    }

private:
    // Whether there is a body; it is JSON then.
    [[nodiscard]] bool readHead(ondemand::document& document, AnswerHead& out);

    JsonReader m_json;
    std::string m_request;  // a copy: it is asked for while the body is read
};

}  // namespace tickdeck::wire
