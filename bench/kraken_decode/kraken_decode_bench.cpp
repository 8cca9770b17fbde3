// SPDX-License-Identifier: GPL-3.0-or-later
// Kraken's frames through the decoder against the bare minimum on the same bytes.
// usage: kraken_decode_bench DIR   (DIR: a recording with rec.jsonl and rec.tag, see bench/README.md)

#include <cstdlib>
#include <memory>
#include <string>

#include "bench/common/compare.h"
#include "bench/common/recording.h"
#include "bench/kraken_decode/bare.h"
#include "engine/connectors/kraken/decoder.h"
#include "engine/plugin/decode_step.h"
#include "engine/router/live_state.h"

namespace tickdeck::bench {
namespace {

// The engine's way from frame to batch, as a lane goes it.
class Engine {
public:
    enum Options : unsigned { Plain = 0, Live = 1, Stamped = 2 };

    explicit Engine(unsigned options) : m_options(options) { reset(); }

    void reset()
    {
        m_decoder.reset();
        m_live = std::make_unique<LiveState>(m_symbols);
        m_emit = std::make_unique<Emit>(m_builder, m_options & Live ? m_live.get() : nullptr);
        m_decoder = kraken::makeDecoder(m_symbols);
        verified = unverified = failed = errors = 0;
    }

    void frames(const Recording& recording)
    {
        BatchHeader like;
        like.receiveTime = kSecond;
        for (const std::string_view frame : recording.frames) {
            if (m_options & Stamped)
                like.receiveTime = m_clock.now();
            ++like.ordinal;
            const Decoded decoded = decodeStep(*m_decoder, like, frame, m_builder, *m_emit);
            errors += decoded.error.has_value();
            for (const EventView event : decoded.batch)
                if (const Book* book = event.as<Book>())
                    ++(book->verified == Tristate::Yes  ? verified
                       : book->verified == Tristate::No ? failed
                                                        : unverified);
        }
    }

    std::size_t verified = 0;
    std::size_t unverified = 0;
    std::size_t failed = 0;
    std::size_t errors = 0;

private:
    unsigned m_options;
    SymbolTable m_symbols;
    BufferPool m_pool;
    BatchBuilder m_builder{m_pool};
    SystemClock m_clock;
    std::unique_ptr<LiveState> m_live;
    std::unique_ptr<Emit> m_emit;
    std::unique_ptr<Decoder> m_decoder;
};

// The same frames without their checksums: nothing is left to check.
Recording withoutChecksums(const Recording& recording)
{
    Recording out;
    std::vector<std::size_t> ends;
    for (const std::string_view frame : recording.frames) {
        const std::size_t key = frame.find(",\"checksum\":");
        const std::size_t after = key == std::string_view::npos ? key : frame.find(',', key + 1);
        out.bytes.append(frame.substr(0, key));
        if (after != std::string_view::npos)
            out.bytes.append(frame.substr(after));
        ends.push_back(out.bytes.size());
        out.bytes += '\n';
    }
    out.bytes.append(64, '\n');
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        out.frames.push_back(std::string_view(out.bytes).substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

int run(const std::string& folder)
{
    const Recording recording = load(folder, "kK");
    if (recording.frames.empty()) {
        std::printf("kraken_decode_bench: skipped, no recording in \"%s\" (see bench/README.md)\n", folder.c_str());
        return EXIT_SUCCESS;
    }
    const Recording plain = withoutChecksums(recording);
    const std::size_t count = recording.frames.size();
    std::printf("%zu frames of kinds k and K, %zu bytes\n", count, recording.bytes.size());

    std::unique_ptr<Bare> bare;
    Engine off(Engine::Plain);
    Engine on(Engine::Plain);
    Engine live(Engine::Live | Engine::Stamped);
    Compare compare;
    const auto bareSide = compare.add(
        "bare simdjson and flat book", count,
        [&] {
            for (const std::string_view frame : plain.frames)
                bare->frame(frame, frame.size() + 64);
        },
        [&] { bare = std::make_unique<Bare>(false); });
    const auto offSide = compare.add("decoder, checksums off", count, [&] { off.frames(plain); }, [&] { off.reset(); });
    const auto onSide = compare.add("decoder, checksums on", count, [&] { on.frames(recording); }, [&] { on.reset(); });
    const auto liveSide = compare.add(
        "decoder, checksums on, stamp, publish 20+20", count, [&] { live.frames(recording); }, [&] { live.reset(); });
    compare.run();
    compare.ratio("decode and book over bare", offSide, bareSide, 1.6);
    compare.ratio("checksums on over off", onSide, offSide, 2.0);
    compare.ratio("stamp and publish over without", liveSide, onSide, 1.2);

    const std::size_t books = on.verified;
    const bool right = on.failed + on.unverified + on.errors + off.errors + live.errors == 0 &&
                       off.unverified == books && live.verified == books;
    std::printf("%zu books verified, %zu failed, %zu errors%s\n", on.verified, on.failed, on.errors,
                right ? "" : ": WRONG");
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tickdeck::bench

int main(int argc, char** argv)
{
    const char* folder = argc > 1 ? argv[1] : std::getenv("TICKDECK_BENCH_RECORDING");
    return tickdeck::bench::run(folder ? folder : "");
}
