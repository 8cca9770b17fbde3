// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of many instruments: decoder, books at depth 100, live state and candles, fed with a snapshot, quotes and
// trades for each.
//
//   instruments_bench [instruments, default 1000] [trades each, default 300]
//
// Prints the resident memory before and after; asserts nothing.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "engine/connectors/kraken/decoder.h"
#include "engine/pipelines/candles/pipeline.h"
#include "engine/plugin/decode_step.h"
#include "engine/router/live_state.h"

namespace {

using namespace tickdeck;

double residentMegabytes()
{
    long total = 0;
    long resident = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld %ld", &total, &resident) != 2)
            resident = 0;
        std::fclose(file);
    }
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

std::string pair(int number) { return "T" + std::to_string(number) + "/USD"; }

std::string side(int first, int step)
{
    std::string out;
    for (int level = 0; level < 100; ++level)
        out += (level ? "," : "") + std::string("{\"price\":") + std::to_string(first + level * step) +
               ".5,\"qty\":1.25000000}";
    return out;
}

class Engine {
public:
    void control(ControlKind kind, const std::string& payload)
    {
        BatchHeader like;
        like.kind = BatchKind::Control;
        like.control = kind;
        run(like, payload);
    }
    void frame(const std::string& bytes) { run({}, bytes); }

private:
    void run(BatchHeader like, const std::string& payload)
    {
        m_now += kMillisecond;
        like.lane = m_lane;
        like.receiveTime = m_now;
        Decoded decoded = decodeStep(*m_decoder, like, payload, m_builder, m_emit);
        if (decoded.error) {
            std::fprintf(stderr, "%s\n", decoded.error->text().c_str());
            std::abort();
        }
        m_live.observe(decoded.batch);
        derive(decoded.batch);
        if (m_now - m_tick > kSecond / 4) {
            m_tick = m_now;
            BatchHeader& header = m_builder.begin({});
            header.kind = BatchKind::Control;
            header.control = ControlKind::Tick;
            header.receiveTime = m_now;
            derive(m_builder.finish());
        }
    }
    void derive(const Batch& input)
    {
        BatchHeader& header = m_derived.begin({});
        header.kind = BatchKind::Derived;
        header.lane = m_pipelineLane;
        header.receiveTime = m_now;
        if (m_candles->onBatch(input, m_derived) && m_derived.eventCount() > 0)
            m_live.observe(m_derived.finish());
    }

    SymbolTable m_symbols;
    BufferPool m_pool;
    LiveState m_live{m_symbols};
    BatchBuilder m_builder{m_pool};
    BatchBuilder m_derived{m_pool};
    Emit m_emit{m_builder, &m_live};
    SymbolId m_lane = m_symbols.intern("kraken", "", "kraken");
    SymbolId m_pipelineLane = m_symbols.intern("tickdeck", "", "candles");
    std::unique_ptr<Decoder> m_decoder = kraken::makeDecoder(m_symbols);
    std::unique_ptr<Pipeline> m_candles = candles::spec().make(config::Section(), m_symbols);
    Nanos m_now = 1'790'000'000 * kSecond;
    Nanos m_tick = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    const int instruments = argc > 1 ? std::atoi(argv[1]) : 1000;
    const int trades = argc > 2 ? std::atoi(argv[2]) : 300;
    Engine engine;
    engine.control(ControlKind::Started, "{}");
    const double before = residentMegabytes();

    std::string symbols;
    std::string pairs;
    for (int i = 0; i < instruments; ++i) {
        symbols += (i ? ",\"" : "\"") + pair(i) + "\"";
        pairs += (i ? "," : "") + std::string(R"({"symbol":")") + pair(i) +
                 R"(","base":"T","quote":"USD","status":"online","qty_precision":8,"qty_increment":1e-08,)"
                 R"("price_precision":1,"price_increment":0.1,"cost_precision":5,"cost_min":0.5,"qty_min":5e-05})";
    }
    engine.control(ControlKind::Wanted,
                   R"({"subscriptions":[{"channel":"instrument"},{"channel":"ticker","symbols":[)" + symbols +
                       R"(]},{"channel":"trade","symbols":[)" + symbols + R"(]},{"channel":"book","symbols":[)" +
                       symbols + R"(],"depth":100}]})");
    engine.control(ControlKind::Opened, R"({"name":"public","url":"ws://127.0.0.1"})");
    engine.frame(R"({"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[)" + pairs + "]}}");
    const std::string bids = side(1000, -1);
    const std::string asks = side(1001, 1);
    for (int i = 0; i < instruments; ++i) {
        engine.frame(R"({"channel":"book","type":"snapshot","data":[{"symbol":")" + pair(i) + R"(","bids":[)" + bids +
                     R"(],"asks":[)" + asks + R"(],"checksum":0,"timestamp":"2026-09-21T14:13:20.000000Z"}]})");
        engine.frame(
            R"({"channel":"ticker","type":"snapshot","data":[{"symbol":")" + pair(i) +
            R"(","bid":1000.5,"bid_qty":1.25000000,"ask":1001.5,"ask_qty":1.25000000,"last":1000.5,"volume":1.0,)"
            R"("vwap":1.0,"low":1.0,"high":1.0,"change":1.0,"change_pct":1.0,)"
            R"("timestamp":"2026-09-21T14:13:20.000000Z"}]})");
    }
    // A round of trades takes a second, so that each instrument's candles close, too.
    for (int trade = 0; trade < trades; ++trade) {
        char time[32];
        const int second = 13 * 60 + 20 + trade;
        std::snprintf(time, sizeof time, "2026-09-21T%02d:%02d:%02d.000000Z", 14 + second / 3600, second / 60 % 60,
                      second % 60);
        for (int i = 0; i < instruments; ++i)
            engine.frame(R"({"channel":"trade","type":"update","data":[{"symbol":")" + pair(i) +
                         R"(","side":"buy","price":1000.5,"qty":0.10000000,"ord_type":"limit","trade_id":)" +
                         std::to_string(trade + 1) + R"(,"timestamp":")" + time + R"("}]})");
    }
    const double after = residentMegabytes();
    std::printf("%d instruments at depth 100, %d trades each: %.1f MB over %.1f MB before\n", instruments, trades,
                after - before, before);
    return 0;
}
