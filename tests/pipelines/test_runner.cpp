// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipelines/runner.h"

#include <fstream>
#include <map>
#include <random>
#include <set>

#include <sys/wait.h>

#include "engine/core/state_bytes.h"
#include "engine/journal/file_system.h"
#include "engine/journal/reader.h"
#include "engine/pipelines/candles/pipeline.h"
#include "tests/router/router_fixture.h"

namespace tickdeck::test {
namespace {

using pipelines::Runner;
using pipelines::RunnerOptions;

// Adds up quantities, tells the sum for every third trade and at each tick. What bears the poison's quantity spoils the
// sum and then fails, in a way of its own.
constexpr std::int64_t kThrows = -1;
constexpr std::int64_t kErrors = -2;
constexpr std::int64_t kKills = -3;

class Summing final : public Pipeline {
public:
    Result<> onBatch(const Batch& input, BatchBuilder& out) override
    {
        if (input.header().control == ControlKind::Tick)
            tell(input.firstSeq(), out);
        for (const EventView event : input) {
            const auto* trade = event.as<Trade>();
            if (!trade)
                continue;
            const auto quantity = static_cast<std::int64_t>(trade->quantity.mantissa());
            m_sum += quantity;
            if (quantity == kThrows)
                throw std::runtime_error("poison");
            if (quantity == kErrors)
                return fail(ErrorCode::Invalid, "poison");
            if (quantity == kKills)
                ::kill(::getpid(), SIGKILL);
            if (++m_count % 3 == 0)
                tell(event.seq(), out);
        }
        return {};
    }
    void save(std::string& out) const override
    {
        StateWriter writer(out);
        writer.put(m_sum);
        writer.put(m_count);
    }
    Result<> load(std::string_view bytes) override
    {
        StateReader reader(bytes);
        m_sum = reader.get<std::int64_t>();
        m_count = reader.get<std::uint64_t>();
        return reader.finish();
    }

private:
    void tell(Seq cause, BatchBuilder& out) const
    {
        auto& candle = out.add<Candle>(0, kNoTime);
        candle.volume = Decimal(m_sum, 0);
        candle.trades = m_count;
        out.setCause(cause, cause);
    }
    std::int64_t m_sum = 0;
    std::uint64_t m_count = 0;
};

PipelineSpec summing()
{
    return {"summing", "Summing", {"pipelines.summing", "", {}}, [](const config::Section&, SymbolTable&) {
                return std::make_unique<Summing>();
            }};
}

// As the test says that they are to end, each waits with its last state for the others'.
struct Meeting {
    std::atomic<bool> ending{false};
    std::atomic<int> there{0};
    std::atomic<int> met{0};
};

class Meets final : public Pipeline {
public:
    explicit Meets(Meeting& meeting) : m_meeting(&meeting) {}
    Result<> onBatch(const Batch&, BatchBuilder&) override { return {}; }
    void save(std::string&) const override
    {
        if (!m_meeting->ending)
            return;
        ++m_meeting->there;
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (m_meeting->there < 2 && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        m_meeting->met += m_meeting->there >= 2 ? 1 : 0;
    }
    Result<> load(std::string_view) override { return {}; }

private:
    Meeting* m_meeting;
};

// The system's files, whose sync waits for as long as it is told.
class HeldFiles final : public journal::FileSystem {
public:
    Result<std::unique_ptr<journal::File>> create(const fs::path& path) override
    {
        TRY_ASSIGN(auto file, m_system.create(path));
        return std::make_unique<HeldFile>(std::move(file), m_held);
    }
    Result<> remove(const fs::path& path) override { return m_system.remove(path); }
    Result<> truncate(const fs::path& path, std::uint64_t size) override { return m_system.truncate(path, size); }
    Result<> reserve(const fs::path& path, std::uint64_t size) override { return m_system.reserve(path, size); }
    Result<> syncFolder(const fs::path& path) override { return m_system.syncFolder(path); }

    void hold() { m_held = true; }
    void letGo()
    {
        m_held = false;
        m_held.notify_all();
    }

private:
    class HeldFile final : public journal::File {
    public:
        HeldFile(std::unique_ptr<journal::File> file, std::atomic<bool>& held) : m_file(std::move(file)), m_held(&held)
        {
        }
        Result<> write(std::span<const std::byte> bytes) override { return m_file->write(bytes); }
        Result<> sync() override
        {
            m_held->wait(true);
            return m_file->sync();
        }

    private:
        std::unique_ptr<journal::File> m_file;
        std::atomic<bool>* m_held;
    };
    journal::SystemFiles m_system;
    std::atomic<bool> m_held{false};
};

struct Skip {
    std::string pipeline;
    Seq input = 0;
};

class RunnerTest : public RouterTest {
protected:
    void adjust(journal::Options& options) override
    {
        options.settings.segmentMb = 1;
        options.files = &files;
    }

    void openEngine(std::chrono::milliseconds checkpointEvery = 0ms)
    {
        onSegment = [this](Seq seq) {
            if (Runner* to = segments.load())
                to->segmentBegan(seq);
        };
        open();
        RunnerOptions options;
        options.directory = folder / "pipelines";
        options.journalDirectory = folder / "journal";
        options.checkpointEvery = checkpointEvery;
        options.onSkipped = [this](std::string_view name, const Error&, const Batch& skipped) {
            skips.push_back({std::string(name), skipped.firstSeq()});
        };
        options.onState = [this](std::string_view, const Error* error) {
            if (error)
                troubles.push_back(error->text());
        };
        runner = std::make_unique<Runner>(options, *router, *journal, symbols, pool, nullptr);
        segments = runner.get();
        TRY_EXPECT(runner->add(summing(), config::Section("pipelines.summing", {})));
        TRY_EXPECT(runner->add(candles::spec(), config::Section("pipelines.candles", candleSettings)));
        TRY_EXPECT(runner->start());
        input = &router->addInput("a", 1024);
        router->start();
    }
    static void TRY_EXPECT(const Result<>& result) { ASSERT_TRUE(result) << result.error().text(); }
    void closeEngine()
    {
        if (!runner)
            return;
        runner->stop();
        segments = nullptr;
        close();
        runner.reset();
    }
    ~RunnerTest() override { closeEngine(); }

    // Inputs without end, the same for each number.
    [[nodiscard]] Batch make(BatchBuilder& builder, std::uint64_t ordinal)
    {
        const SymbolId id = symbols.intern("test", "BTC-USD", "BTC/USD");
        const Nanos time = static_cast<Nanos>(ordinal) * (kSecond / 7);
        BatchHeader& header =
            builder.begin(ordinal % 5 == 0 ? "{}" : std::string(400, static_cast<char>('a' + ordinal % 26)));
        header.lane = lane("a");
        header.ordinal = ordinal;
        header.receiveTime = time;
        if (ordinal % 5 == 0) {
            header.kind = BatchKind::Control;
            header.control = ControlKind::Tick;
        } else {
            for (std::uint64_t i = 0; i < ordinal % 4; ++i) {
                auto& trade = builder.add<Trade>(id, time);
                trade.price = Decimal(static_cast<Int128>(100 + ordinal % 17), 1);
                trade.quantity = Decimal(static_cast<Int128>(ordinal + i), 0);
            }
        }
        return builder.finish();
    }
    [[nodiscard]] Batch poison(BatchBuilder& builder, std::int64_t kind)
    {
        BatchHeader& header = builder.begin("{}");
        header.lane = lane("a");
        header.receiveTime = 1;
        auto& trade = builder.add<Trade>(symbols.intern("test", "BAD-USD", "BAD/USD"), 1);
        trade.quantity = Decimal(kind, 0);
        return builder.finish();
    }
    void push(Batch&& batch) { ASSERT_TRUE(input->push(std::move(batch), {})); }
    void waitHandled()
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        const auto quiet = [&] {
            std::uint64_t pushed = 0;
            for (const Input* one : router->inputs())
                pushed += one->pushed();
            return pushed == router->counters().batches && runner->behind() == 0;
        };
        while (!quiet() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        ASSERT_TRUE(quiet());
    }

    // The journal at rest.
    [[nodiscard]] std::vector<Batch> stored()
    {
        journal::ReadOptions options;
        auto reader = journal::Reader::open(folder / "journal", std::move(options), symbols, pool);
        std::vector<Batch> out;
        while (true) {
            auto batch = reader->next();
            if (!batch || !*batch)
                break;
            out.push_back(std::move(**batch));
        }
        return out;
    }
    // What an uninterrupted run from `from` on (its state, after its causeSeq) derives from the stored inputs must be what
    // is stored, in the same order and to the byte, but for the numbers.
    void expectAsUninterrupted(const std::vector<Batch>& batches, const PipelineSpec& spec, const Batch* from = nullptr)
    {
        const SymbolId own = symbols.intern("tickdeck", "", spec.name);
        std::map<std::string, config::Value, std::less<>> values;
        for (const auto& field : spec.settings.fields)
            values[field.name] = field.initial;
        auto pipeline = spec.make(config::Section(spec.settings.name, std::move(values)), symbols);
        Seq after = 0;
        std::uint64_t ordinal = 0;
        if (from) {
            ASSERT_TRUE(pipeline->load(from->payload()));
            after = from->header().causeSeq;
            ordinal = from->header().ordinal;
        }
        std::vector<const Batch*> derived;
        std::set<Seq> skipped;
        for (const Batch& batch : batches) {
            if (batch.header().lane != own || batch.header().causeSeq <= after)
                continue;
            if (batch.header().kind == BatchKind::Derived)
                derived.push_back(&batch);
            if (batch.header().control == ControlKind::Skipped)
                skipped.insert(batch.header().causeSeq);
        }
        BatchBuilder builder(pool);
        std::size_t next = 0;
        for (const Batch& batch : batches) {
            const bool tick = batch.header().control == ControlKind::Tick;
            if (batch.firstSeq() <= after || batch.header().lane == own || skipped.contains(batch.firstSeq()) ||
                (!tick && batch.header().lane != lane("a") && spec.name == "candles"))
                continue;
            if (batch.header().kind == BatchKind::Control && !tick)
                continue;
            BatchHeader& header = builder.begin({});
            header.lane = own;
            header.kind = BatchKind::Derived;
            header.receiveTime = batch.header().receiveTime;
            header.causeSeq = batch.firstSeq();
            header.ordinal = ordinal + 1;
            ASSERT_TRUE(pipeline->onBatch(batch, builder));
            if (builder.eventCount() == 0)
                continue;
            ++ordinal;
            Batch expected = builder.finish();
            ASSERT_LT(next, derived.size()) << spec.name << ": nothing was derived from " << batch.firstSeq();
            expected.number(derived[next]->firstSeq());
            ASSERT_TRUE(std::ranges::equal(expected.bytes(), derived[next]->bytes()))
                << spec.name << ": differs at input " << batch.firstSeq() << ", stored cause "
                << derived[next]->header().causeSeq;
            ++next;
        }
        EXPECT_EQ(next, derived.size()) << spec.name << ": derived more than once";
    }
    void expectAllAsUninterrupted(const std::vector<Batch>& batches)
    {
        for (const PipelineSpec& spec : {summing(), candles::spec()}) {
            expectAsUninterrupted(batches, spec);
            const SymbolId own = symbols.intern("tickdeck", "", spec.name);
            for (const Batch& batch : batches)
                if (batch.header().lane == own && batch.header().control == ControlKind::State)
                    expectAsUninterrupted(batches, spec, &batch);
        }
    }

    HeldFiles files;
    std::map<std::string, config::Value, std::less<>> candleSettings;
    std::unique_ptr<Runner> runner;
    std::atomic<Runner*> segments{nullptr};
    Input* input = nullptr;
    std::vector<Skip> skips;
    std::vector<std::string> troubles;
};

TEST_F(RunnerTest, DerivesOneBatchForEachInputWithEvents)
{
    openEngine();
    BatchBuilder builder(pool);
    for (std::uint64_t i = 1; i <= 3000; ++i)
        push(make(builder, i));
    closeEngine();
    EXPECT_TRUE(skips.empty());
    EXPECT_TRUE(troubles.empty()) << troubles.front();
    const auto batches = stored();
    expectAllAsUninterrupted(batches);
    std::size_t started = 0;
    std::size_t states = 0;
    for (const Batch& batch : batches) {
        started += batch.header().control == ControlKind::Started;
        states += batch.header().control == ControlKind::State;
    }
    EXPECT_EQ(started, 2u) << "each pipeline tells once that it begins";
    EXPECT_GE(states, 2u) << "each pipeline writes its state as a segment begins";
}

TEST_F(RunnerTest, IsSilentAfterARestartForWhatIsJournalled)
{
    openEngine(1h);  // no checkpoint but the last
    BatchBuilder builder(pool);
    for (std::uint64_t i = 1; i <= 500; ++i)
        push(make(builder, i));
    closeEngine();
    const std::size_t before = stored().size();
    fs::copy_file(folder / "pipelines" / "summing.ckpt.old", folder / "first");
    openEngine();
    waitHandled();
    EXPECT_EQ(runner->counters("summing").inputs, 0u) << "a clean stop keeps a checkpoint of everything";
    closeEngine();
    EXPECT_EQ(stored().size(), before);
    // With its first checkpoint alone it derives all of it again, silently.
    fs::remove(folder / "pipelines" / "summing.ckpt.old");
    fs::rename(folder / "first", folder / "pipelines" / "summing.ckpt");
    openEngine();
    waitHandled();
    EXPECT_GT(runner->counters("summing").silent, 100u);
    EXPECT_EQ(runner->counters("summing").derived, 0u);
    for (std::uint64_t i = 501; i <= 600; ++i)
        push(make(builder, i));
    closeEngine();
    EXPECT_TRUE(troubles.empty()) << troubles.front();
    expectAllAsUninterrupted(stored());
}

// Each time its settings change it begins anew, also when an older checkpoint was made under those that come back.
TEST_F(RunnerTest, BeginsAnewWithEachChangeOfItsSettings)
{
    BatchBuilder builder(pool);
    std::uint64_t ordinal = 0;
    for (const std::string interval : {"1m", "5m", "1m"}) {
        candleSettings["intervals"] = std::vector<std::string>{interval};
        openEngine();
        for (int i = 0; i < 200; ++i)
            push(make(builder, ++ordinal));
        waitHandled();
        closeEngine();
    }
    std::map<SymbolId, int> started;
    for (const Batch& batch : stored())
        started[batch.header().lane] += batch.header().control == ControlKind::Started;
    EXPECT_EQ(started[symbols.intern("tickdeck", "", "candles")], 3);
    EXPECT_EQ(started[symbols.intern("tickdeck", "", "summing")], 1);
}

TEST_F(RunnerTest, KeepsNoCheckpointBeforeItIsCommitted)
{
    openEngine();
    BatchBuilder builder(pool);
    const Seq before = runner->counters("summing").checkpoint;
    files.hold();
    std::uint64_t ordinal = 0;
    // Many rounds of the pipe thread, each of which would like to keep one.
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 10; ++i)
            push(make(builder, ++ordinal));
        waitHandled();
    }
    EXPECT_GT(runner->counters("summing").derived, 0u);
    EXPECT_EQ(runner->counters("summing").checkpoint, before);
    EXPECT_LT(router->committed(), router->newest());
    files.letGo();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (runner->counters("summing").checkpoint <= before && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_GT(runner->counters("summing").checkpoint, before);
    closeEngine();
    expectAllAsUninterrupted(stored());
}

TEST_F(RunnerTest, SeveralEndTogether)
{
    openEngine(1h);
    Meeting meeting;
    std::vector<std::shared_ptr<Runner>> runners;
    for (const char* name : {"first", "second"}) {
        RunnerOptions options;
        options.name = std::string("pipe-") + name;
        options.directory = folder / "pipelines";
        options.journalDirectory = folder / "journal";
        options.checkpointEvery = 1h;
        runners.push_back(std::make_shared<Runner>(options, *router, *journal, symbols, pool, nullptr));
        const PipelineSpec spec{name, "", {"pipelines.x", "", {}}, [&](const config::Section&, SymbolTable&) {
                                    return std::make_unique<Meets>(meeting);
                                }};
        TRY_EXPECT(runners.back()->add(spec, config::Section("pipelines.x", {})));
        TRY_EXPECT(runners.back()->start());
    }
    BatchBuilder builder(pool);
    for (std::uint64_t ordinal = 1; ordinal <= 20; ++ordinal)
        push(make(builder, ordinal));
    waitHandled();
    meeting.ending = true;
    Runner::stopAll(runners, 60s);
    EXPECT_EQ(meeting.met, 2) << "each was asked before any was waited for";
    closeEngine();
}

TEST_F(RunnerTest, AStartWaitsForNothingOnceTheEngineStops)
{
    openEngine(1h);
    BatchBuilder builder(pool);
    files.hold();
    for (std::uint64_t ordinal = 1; ordinal <= 20; ++ordinal)
        push(make(builder, ordinal));
    waitHandled();
    ASSERT_LT(router->committed(), router->newest());
    const std::atomic<bool> stopping{true};
    RunnerOptions options;
    options.name = "pipe-late";
    options.directory = folder / "late";
    options.journalDirectory = folder / "journal";
    options.stopWithin = 1h;
    options.stopping = &stopping;
    Runner late(options, *router, *journal, symbols, pool, nullptr);
    TRY_EXPECT(late.add(summing(), config::Section("pipelines.summing", {})));
    EXPECT_FALSE(late.start());
    files.letGo();
    closeEngine();
}

TEST_F(RunnerTest, APoisonInputIsSkippedAndUndone)
{
    openEngine(1h);
    BatchBuilder builder(pool);
    Seq poisons = 0;
    for (std::uint64_t i = 1; i <= 600; ++i) {
        if (i % 150 == 0) {
            push(poison(builder, i % 300 ? kThrows : kErrors));
            ++poisons;
        }
        push(make(builder, i));
    }
    waitHandled();
    EXPECT_EQ(runner->counters("summing").skipped, poisons);
    closeEngine();
    EXPECT_EQ(skips.size(), poisons);
    EXPECT_TRUE(troubles.empty()) << troubles.front();
    auto batches = stored();
    std::set<Seq> skipped;
    for (const Batch& batch : batches)
        if (batch.header().control == ControlKind::Skipped) {
            skipped.insert(batch.header().causeSeq);
            EXPECT_EQ(batch.payload(),
                      R"({"component":"pipelines.summing","seq":)" + std::to_string(batch.header().causeSeq) + "}");
        }
    EXPECT_EQ(skipped.size(), poisons);
    expectAllAsUninterrupted(batches);
    // Fed again from the start, the journal's word is enough to leave them out.
    skips.clear();
    fs::remove(folder / "pipelines" / "summing.ckpt");
    openEngine();
    waitHandled();
    closeEngine();
    EXPECT_TRUE(skips.empty());
    expectAllAsUninterrupted(stored());
}

TEST_F(RunnerTest, HandsOverOnlyWhatTheFilterLetsPass)
{
    open();
    RunnerOptions options;
    options.directory = folder / "pipelines";
    options.journalDirectory = folder / "journal";
    runner = std::make_unique<Runner>(options, *router, *journal, symbols, pool, nullptr);
    EXPECT_EQ(
        runner->add(summing(), config::Section("pipelines.summing", {{"events", std::vector<std::string>{"nonsense"}}}))
            .error()
            .code,
        ErrorCode::Invalid);
    TRY_EXPECT(
        runner->add(summing(), config::Section("pipelines.summing", {{"events", std::vector<std::string>{"trade"}},
                                                                     {"venues", std::vector<std::string>{"test"}}})));
    TRY_EXPECT(runner->start());
    input = &router->addInput("a", 1024);
    router->start();
    BatchBuilder builder(pool);
    push(make(builder, 1));  // a trade: passes
    push(make(builder, 4));  // no events
    push(make(builder, 5));  // a tick: passes
    builder.begin("{}").lane = lane("a");
    builder.add<Quote>(symbols.intern("test", "X", "X"), 1);
    push(builder.finish());  // another type
    builder.begin("{}").lane = lane("b");
    builder.add<Trade>(symbols.intern("other", "X", "X"), 1);
    push(builder.finish());  // another venue
    waitHandled();
    EXPECT_EQ(runner->counters("summing").inputs, 2u);
}

// An input that ends the process is not tried for ever.
TEST_F(RunnerTest, AnInputThatKillsTheProcessIsSkippedInTheEnd)
{
    BatchBuilder builder(pool);
    openEngine();
    for (std::uint64_t i = 1; i <= 20; ++i)
        push(make(builder, i));
    closeEngine();
    // Journalled while no pipeline runs.
    open();
    input = &router->addInput("a", 64);
    router->start();
    push(poison(builder, kKills));
    push(make(builder, 21));
    close();
    const auto dies = [&] {
        const pid_t child = ::fork();
        if (child == 0) {
            openEngine();
            waitHandled();
            closeEngine();
            ::_exit(HasFailure() || skips.size() != 1 ? 1 : 0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        return WIFSIGNALED(status);
    };
    int deaths = 0;
    while (deaths < 10 && dies())
        ++deaths;
    EXPECT_EQ(deaths, 3);
    std::size_t skipped = 0;
    const auto batches = stored();
    for (const Batch& batch : batches)
        skipped += batch.header().control == ControlKind::Skipped;
    EXPECT_EQ(skipped, 1u);
    expectAllAsUninterrupted(batches);
}

// Killed at random points twenty times under load: what is derived is what an uninterrupted run derives.
TEST_F(RunnerTest, KilledAtRandomPointsItDerivesWhatAnUninterruptedRunDoes)
{
    std::mt19937 random(2024);
    for (int run = 0; run < 20; ++run) {
        const auto point = random();
        const auto every = std::chrono::milliseconds(random() % 3 * 5);
        const pid_t child = ::fork();
        if (child == 0) {
            // The process ends itself: in the producer, or on the journal's own thread as a commit is done.
            const std::uint64_t limit = 1 + point % 4000;
            openEngine(every);
            BatchBuilder builder(pool);
            for (std::uint64_t i = 1;; ++i) {
                push(make(builder, static_cast<std::uint64_t>(run) * 10'000 + i));
                if (point % 2 ? i >= limit : router->committed() >= router->firstOfRun() + limit)
                    ::kill(::getpid(), SIGKILL);
            }
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << status;
    }
    openEngine();
    waitHandled();
    closeEngine();
    EXPECT_TRUE(troubles.empty()) << troubles.front();
    const auto batches = stored();
    EXPECT_GT(batches.size(), 5000u);
    for (std::size_t i = 1; i < batches.size(); ++i)
        ASSERT_GT(batches[i].firstSeq(), batches[i - 1].lastSeq()) << "a number given twice";
    expectAllAsUninterrupted(batches);
}

TEST_F(RunnerTest, BeginsAnewAndSaysSoWhenItsStatesAreDamaged)
{
    openEngine();
    BatchBuilder builder(pool);
    for (std::uint64_t i = 1; i <= 100; ++i)
        push(make(builder, i));
    closeEngine();
    for (const char* file : {"summing.ckpt", "summing.ckpt.old"})
        std::ofstream(folder / "pipelines" / file, std::ios::trunc) << "rubbish";
    openEngine();
    ASSERT_FALSE(troubles.empty());
    EXPECT_NE(troubles.front().find("summing.ckpt"), std::string::npos) << troubles.front();
    const Seq begin = router->newest();
    push(make(builder, 101));
    closeEngine();
    const auto batches = stored();
    const auto started = std::ranges::find_if(batches, [&](const Batch& batch) {
        return batch.header().control == ControlKind::Started && batch.header().causeSeq > 0;
    });
    ASSERT_NE(started, batches.end());
    EXPECT_EQ(started->header().causeSeq, begin);
}

}  // namespace
}  // namespace tickdeck::test
