// SPDX-License-Identifier: GPL-3.0-or-later
// Binance's frames through the decoder against the bare minimum on the same bytes, by kind, and over many books.
// usage: binance_decode_bench DIR   (DIR: a recording with rec.jsonl, rec.tag and binance_snap.jsonl, see bench/README.md)

#include <cstdlib>
#include <memory>
#include <string>

#include "bench/binance_decode/bare.h"
#include "bench/binance_decode/crowd.h"
#include "bench/common/compare.h"
#include "bench/common/recording.h"
#include "engine/connectors/binance/decoder.h"
#include "engine/plugin/decode_step.h"
#include "engine/router/live_state.h"

namespace tickdeck::bench {
namespace {

// The engine's way from frame to batch, as a lane goes it.
class Engine {
public:
    Engine() { reset(); }

    void reset()
    {
        m_decoder = binance::makeDecoder(m_symbols);
        verified = unverified = failed = errors = levels = others = 0;
    }
    // The payload of Answered.
    void answer(std::string_view payload)
    {
        BatchHeader like;
        like.kind = BatchKind::Control;
        like.control = ControlKind::Answered;
        errors += decodeStep(*m_decoder, like, payload, m_builder, m_emit).error.has_value();
    }
    void frames(const std::vector<std::string_view>& frames)
    {
        BatchHeader like;
        like.receiveTime = kSecond;
        for (const std::string_view frame : frames) {
            ++like.ordinal;
            const Decoded decoded = decodeStep(*m_decoder, like, frame, m_builder, m_emit);
            errors += decoded.error.has_value();
            for (const EventView event : decoded.batch) {
                const Book* book = event.as<Book>();
                if (!book) {
                    ++others;
                    continue;
                }
                levels += book->bids.list.size() + book->asks.list.size();
                ++(book->verified == Tristate::Yes ? verified : book->verified == Tristate::No ? failed : unverified);
            }
        }
    }
    [[nodiscard]] bool right() const { return unverified + failed + errors == 0; }

    std::size_t verified = 0;
    std::size_t unverified = 0;
    std::size_t failed = 0;
    std::size_t errors = 0;
    std::size_t levels = 0;
    std::size_t others = 0;

private:
    SymbolTable m_symbols;
    BufferPool m_pool;
    BatchBuilder m_builder{m_pool};
    Emit m_emit{m_builder};
    std::unique_ptr<Decoder> m_decoder;
};

// The recording's snapshots as answers; the symbol stands in the body.
std::vector<std::string> snapshots(const std::string& folder)
{
    std::ifstream in(folder + "/binance_snap.jsonl");
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

bool recorded(const std::string& folder)
{
    const Recording all = load(folder, "btm");
    const Recording depth = load(folder, "b");
    const Recording quotes = load(folder, "t");
    const std::vector<std::string> bodies = snapshots(folder);
    if (all.frames.empty() || bodies.empty()) {
        std::printf("binance_decode_bench: skipped, no recording in \"%s\" (see bench/README.md)\n", folder.c_str());
        return true;
    }
    std::unique_ptr<Bare> bare;
    Engine engine;
    Engine depthEngine;
    Engine quoteEngine;
    const auto prepare = [&](Engine& each) {
        each.reset();
        for (const std::string& body : bodies)
            each.answer(R"({"request":"/fapi/v1/depth?limit=1000","status":200,"body":)" + body + "}");
    };
    Compare compare;
    const auto bareSide = compare.add(
        "bare simdjson, flat book, chain", all.frames.size(),
        [&] {
            for (const std::string_view frame : all.frames)
                bare->frame(frame, frame.size() + 64);
        },
        [&] {
            bare = std::make_unique<Bare>();
            for (std::string body : bodies) {
                const std::size_t size = body.size();
                body.append(64, ' ');
                bare->snapshot(std::string_view(body).substr(0, size), size + 64);
            }
        });
    const auto engineSide = compare.add(
        "decoder: book, quote, mark", all.frames.size(), [&] { engine.frames(all.frames); }, [&] { prepare(engine); });
    // Decoded once beforehand, to know how many levels there are.
    prepare(depthEngine);
    depthEngine.frames(depth.frames);
    const double levels = static_cast<double>(depthEngine.levels) / static_cast<double>(depth.frames.size());
    const auto depthSide = compare.add(
        "decoder: book", depth.frames.size(), [&] { depthEngine.frames(depth.frames); }, [&] { prepare(depthEngine); });
    const auto goalSide = compare.add(
        "decoder: quote", quotes.frames.size(), [&] { quoteEngine.frames(quotes.frames); },
        [&] { quoteEngine.reset(); });
    compare.run();
    compare.ratio("decode and book over bare", engineSide, bareSide, 1.6);
    compare.goal("a book's frame", depthSide, 250 + 60 * levels);
    compare.goal("a quote", goalSide, 1000);
    std::printf("%.1f levels a frame of the book\n", levels);
    const bool right = engine.right() && depthEngine.right() && quoteEngine.right() &&
                       engine.verified == depth.frames.size() && bare->failed() == 0;
    std::printf("%zu books verified, %zu failed, %zu errors%s\n", engine.verified, engine.failed, engine.errors,
                right ? "" : ": WRONG");
    return right;
}

bool crowded()
{
    Compare compare;
    std::vector<std::unique_ptr<Crowd>> crowds;
    std::vector<std::unique_ptr<Engine>> engines;
    std::vector<std::size_t> sides;
    for (const int symbols : {10, 1'000, 10'000}) {
        const Crowd& crowd = *crowds.emplace_back(std::make_unique<Crowd>(symbols));
        Engine& engine = *engines.emplace_back(std::make_unique<Engine>());
        sides.push_back(compare.add(
            std::to_string(symbols) + " books, a level", crowd.frames.size() * Crowd::kChanges,
            [&crowd, &engine] { engine.frames(crowd.frames); },
            [&crowd, &engine] {
                engine.reset();
                for (const std::string& answer : crowd.answers)
                    engine.answer(answer);
            }));
    }
    compare.run();
    compare.ratio("1,000 books over 10", sides[1], sides[0], 1.5);
    compare.ratio("10,000 books over 10", sides[2], sides[0], 2.5);
    bool right = true;
    for (const auto& engine : engines)
        right = right && engine->right() && engine->verified == static_cast<std::size_t>(Crowd::kFrames);
    std::printf("%s\n", right ? "all verified" : "WRONG");
    return right;
}

int run(const std::string& folder)
{
    const bool right = recorded(folder);
    return crowded() && right ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tickdeck::bench

int main(int argc, char** argv)
{
    const char* folder = argc > 1 ? argv[1] : std::getenv("TICKDECK_BENCH_RECORDING");
    return tickdeck::bench::run(folder ? folder : "");
}
