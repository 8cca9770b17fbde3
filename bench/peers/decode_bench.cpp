// SPDX-License-Identifier: GPL-3.0-or-later
// A venue's decoder over the frames of a recording, for bench/peers/peers.py.
// usage: decode_bench FOLDER KIND   (KIND: kraken, depth, ticker or mark)
// Prints one JSON line: messages, the least CPU nanoseconds a message of its rounds, and books that failed their check.

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <sstream>
#include <string>

#include "bench/common/compare.h"
#include "bench/common/recording.h"
#include "engine/plugin/decode_step.h"
#include "engine/runtime/registry.h"

namespace tickdeck::bench {
namespace {

constexpr int kRounds = 3;

struct Work {
    std::string venue;
    Recording frames;
    std::vector<std::string> answers;  // REST snapshots, as controls
};

// Binance's snapshots as the lane would hand them to the decoder.
std::vector<std::string> answers(const std::string& folder)
{
    std::vector<std::string> out;
    std::istringstream lines(slurp(folder + "/binance_snap.jsonl"));
    for (std::string line; std::getline(lines, line);) {
        constexpr std::string_view kKey = "\"symbol\":\"";
        const std::size_t at = line.find(kKey) + kKey.size();
        const std::string symbol = line.substr(at, line.find('"', at) - at);
        out.push_back(R"({"request":"/fapi/v1/depth?symbol=)" + symbol + R"(&limit=1000","status":200,"body":)" + line +
                      "}");
    }
    return out;
}

int run(const std::string& folder, const std::string& kind)
{
    static const std::map<std::string, std::pair<std::string, std::string>> kKinds = {{"kraken", {"kraken", "k"}},
                                                                                      {"depth", {"binance", "b"}},
                                                                                      {"ticker", {"binance", "t"}},
                                                                                      {"mark", {"binance", "m"}}};
    const auto found = kKinds.find(kind);
    if (found == kKinds.end())
        return EXIT_FAILURE;
    const auto& [venue, tags] = found->second;
    const Recording recording = load(folder, tags);
    const std::vector<std::string> snapshots = kind == "depth" ? answers(folder) : std::vector<std::string>();
    const std::vector<ConnectorSpec> specs = connectorSpecs();
    const ConnectorSpec* spec = findSpec(specs, venue);
    if (!spec || recording.frames.empty())
        return EXIT_FAILURE;

    double least = std::numeric_limits<double>::max();
    std::size_t wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
        SymbolTable symbols;
        BufferPool pool;
        BatchBuilder builder(pool);
        Emit emit(builder);
        const auto decoder = spec->makeDecoder({}, symbols);
        BatchHeader like;
        like.receiveTime = kSecond;
        like.kind = BatchKind::Control;
        like.control = ControlKind::Answered;
        for (const std::string& answer : snapshots)
            wrong += decodeStep(*decoder, like, answer, builder, emit).error.has_value();
        like.kind = BatchKind::Frame;
        like.control = ControlKind::None;
        const double begin = cpuSeconds();
        for (const std::string_view frame : recording.frames) {
            const Decoded decoded = decodeStep(*decoder, like, frame, builder, emit);
            wrong += decoded.error.has_value();
            for (const EventView event : decoded.batch)
                if (const Book* book = event.as<Book>())
                    wrong += book->verified != Tristate::Yes;
        }
        least = std::min(least, cpuSeconds() - begin);
    }
    const auto messages = static_cast<double>(recording.frames.size());
    std::printf("{\"messages\":%zu,\"ns\":%.1f,\"errors\":%zu}\n", recording.frames.size(), least / messages * 1e9,
                wrong);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tickdeck::bench

int main(int argc, char** argv)
{
    if (argc == 3)
        return tickdeck::bench::run(argv[1], argv[2]);
    std::puts("decode_bench: run by make bench-peers");
    return EXIT_SUCCESS;
}
