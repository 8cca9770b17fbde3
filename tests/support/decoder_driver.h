// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Feeds frames and controls to a venue's decoder, and keeps what comes back.

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/model/format.h"
#include "engine/plugin/decode_step.h"

namespace tickdeck {

class DepthLog final : public LiveWriter {
public:
    void publish(const Depth& depth) override { depths.push_back(depth); }
    std::vector<Depth> depths;
};

class DecoderDriver {
public:
    using Json = nlohmann::json;
    using Make = std::unique_ptr<Decoder> (*)(SymbolTable&);

    explicit DecoderDriver(Make make) : m_make(make) { restart(); }

    // A fresh decoder over the same names.
    void restart() { decoder = m_make(symbols); }

    // Events as JSON; `error` and `emit` hold the rest.
    std::vector<Json> frame(std::string_view bytes, ConnectionId connection = 0)
    {
        return step(BatchKind::Frame, ControlKind::None, bytes, connection);
    }
    std::vector<Json> control(ControlKind kind, std::string_view payload = "{}", ConnectionId connection = 0)
    {
        return step(BatchKind::Control, kind, payload, connection);
    }
    // The answer to a request, as a lane or a recording brings it.
    std::vector<Json> answer(std::string_view path, std::string_view body)
    {
        return control(ControlKind::Answered, std::string(R"({"request":")").append(path) +
                                                  R"(","status":200,"body":)" + std::string(body) + "}");
    }
    std::vector<Json> failed(std::string_view path, int status, std::string_view why)
    {
        return control(ControlKind::Failed, Json{{"request", path}, {"status", status}, {"error", why}}.dump());
    }
    // The messages sent for the last input.
    [[nodiscard]] std::vector<Json> sent() const
    {
        std::vector<Json> out;
        for (const Emit::Send& send : emit.sends())
            out.push_back(Json::parse(send.message));
        return out;
    }
    // The paths requested for the last input.
    [[nodiscard]] std::vector<std::string> requested() const
    {
        std::vector<std::string> out;
        for (const Emit::Request& request : emit.requests())
            out.push_back(request.path);
        return out;
    }
    [[nodiscard]] std::string saved() const
    {
        std::string bytes;
        decoder->save(bytes);
        return bytes;
    }

    SymbolTable symbols;
    BufferPool pool;
    BatchBuilder builder{pool};
    DepthLog live;
    Emit emit{builder, &live};
    std::unique_ptr<Decoder> decoder;
    std::optional<Error> error;
    Batch batch;
    Nanos now = 1'700'000'000 * kSecond;

private:
    std::vector<Json> step(BatchKind kind, ControlKind control, std::string_view payload, ConnectionId connection)
    {
        BatchHeader like;
        like.connection = connection;
        like.kind = kind;
        like.control = control;
        like.receiveTime = now;
        like.ordinal = ++m_ordinal;
        Decoded decoded = decodeStep(*decoder, like, payload, builder, emit);
        error = std::move(decoded.error);
        batch = std::move(decoded.batch);
        batch.number(m_seq);
        m_seq += batch.span();
        std::vector<Json> out;
        for (const EventView event : batch) {
            std::string text;
            appendJson(text, event, batch.header(), symbols, {"test"});
            out.push_back(Json::parse(text));
        }
        return out;
    }

    Make m_make;
    Seq m_seq = 1;
    std::uint64_t m_ordinal = 0;
};

inline std::vector<std::string> linesOf(const std::string& path)
{
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace tickdeck
