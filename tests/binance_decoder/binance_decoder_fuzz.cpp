// SPDX-License-Identifier: GPL-3.0-or-later
// Any lines as frames, or as controls ("!opened {…}"), through Binance's decoder: whatever comes, it goes on, its saved state
// loads, and a second decoder that gets the same lines says the same.

#include <cstdlib>
#include <string>

#include "engine/connectors/binance/decoder.h"
#include "engine/model/format.h"
#include "engine/plugin/decode_step.h"

namespace {

using namespace tickdeck;

class Silent final : public LiveWriter {
public:
    void publish(const Depth&) override {}
};

void require(bool holds)
{
    if (!holds)
        std::abort();
}

struct Run {
    SymbolTable symbols;
    BufferPool pool;
    BatchBuilder builder{pool};
    Silent live;
    Emit emit{builder, &live};
    std::unique_ptr<Decoder> decoder = binance::makeDecoder(symbols);

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
        return decodeStep(*decoder, like, line, builder, emit).batch;
    }
    std::string saved() const
    {
        std::string bytes;
        decoder->save(bytes);
        return bytes;
    }

private:
    Nanos m_now = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    Run one;
    Run two;
    while (!rest.empty()) {
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
    Run three;
    require(three.decoder->load(saved).has_value());
    require(three.saved() == saved);
    // Bytes that are no state are refused or load; they never harm.
    Run four;
    static_cast<void>(four.decoder->load({reinterpret_cast<const char*>(data), size}));
    return 0;
}
