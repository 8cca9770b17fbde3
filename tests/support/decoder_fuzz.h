// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Any lines as frames, or as controls ("!opened {…}"), through a venue's decoder: whatever comes, it goes on, its saved
// state loads, and a second decoder that gets the same lines says the same.

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model/format.h"
#include "engine/plugin/decode_step.h"

namespace tickdeck {

using MakeDecoder = std::unique_ptr<Decoder> (*)(SymbolTable&);

class FuzzRun {
public:
    explicit FuzzRun(MakeDecoder make) : decoder(make(symbols)) {}

    Batch step(std::string_view line)
    {
        BatchHeader like;
        like.receiveTime = m_now += kSecond;
        if (line.starts_with('!')) {
            const std::size_t blank = std::min(line.find(' '), line.size());
            like.kind = BatchKind::Control;
            like.control = enumFromName<ControlKind>(line.substr(1, blank - 1)).value_or(ControlKind::Tick);
            line.remove_prefix(blank);
        }
        return decodeStep(*decoder, like, line, m_builder, m_emit).batch;
    }
    [[nodiscard]] std::string saved() const
    {
        std::string bytes;
        decoder->save(bytes);
        return bytes;
    }

    SymbolTable symbols;
    BufferPool pool;
    std::unique_ptr<Decoder> decoder;

private:
    class Silent final : public LiveWriter {
    public:
        void publish(const Depth&) override {}
    };

    BatchBuilder m_builder{pool};
    Silent m_live;
    Emit m_emit{m_builder, &m_live};
    Nanos m_now = 0;
};

// Ends the program where something does not hold.
inline void fuzzDecoder(MakeDecoder make, std::string_view input)
{
    const auto require = [](bool holds) {
        if (!holds)
            std::abort();
    };
    FuzzRun one(make);
    FuzzRun two(make);
    for (std::string_view rest = input; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const Batch first = one.step(line);
        const Batch second = two.step(line);
        require(first.bytes().size() == second.bytes().size() &&
                std::memcmp(first.bytes().data(), second.bytes().data(), first.bytes().size()) == 0);
        require(Batch::fromBytes(first.bytes(), one.pool).has_value());
        std::string text;
        for (const EventView event : first)
            appendJson(text, event, first.header(), one.symbols, {"fuzz"});
    }
    const std::string saved = one.saved();
    FuzzRun three(make);
    require(three.decoder->load(saved).has_value());
    require(three.saved() == saved);
    // Bytes that are no state are refused or load; they never harm.
    FuzzRun four(make);
    static_cast<void>(four.decoder->load(input));
}

}  // namespace tickdeck
