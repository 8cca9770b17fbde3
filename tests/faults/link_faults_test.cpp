// SPDX-License-Identifier: GPL-3.0-or-later

// The whole engine over links on which seeded faults happen, one after the other on each venue's. TICKDECK_FAULTS=200 runs
// so many seeds (20 without), TICKDECK_FAULT_SEED=N the one.

#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "engine/runtime/engine.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/replay.h"
#include "engine/runtime/settings.h"
#include "tests/faults/journal_check.h"
#include "tests/faults/link_proxy.h"
#include "tests/faults/starvation.h"
#include "tests/support/waiter.h"

namespace tickdeck::test {
namespace {

using namespace std::chrono_literals;

constexpr Nanos kWholeWithin = 3 * kSecond;
constexpr Nanos kSampleEvery = 5 * kMillisecond;

std::uint64_t numberIn(const char* variable, std::uint64_t otherwise)
{
    const char* text = std::getenv(variable);
    return text ? std::stoull(text) : otherwise;
}

std::string runAgain(std::uint64_t seed)
{
    return "\n  again: TICKDECK_FAULT_SEED=" + std::to_string(seed) + " build/dev/tests/faults/test_link_faults";
}

struct Done {
    LinkFault fault;
    LinkStatus status;
};

// What the live state showed of a book, when it called it whole.
struct Sample {
    Nanos time = 0;
    std::uint64_t version = 0;  // the book's own
    std::uint64_t hash = 0;
};

struct BookView {
    std::uint64_t changes = 0;  // seen by the sampler
    std::uint64_t version = 0;
    BookState state = BookState::Empty;
};

// A venue, its link, its faults, and what was seen of its books.
struct Bed {
    VenueTruth truth;
    std::unique_ptr<sim::Simulator> simulator;
    std::unique_ptr<LinkProxy> proxy;
    std::map<std::string, BookTruth> truths;  // by native symbol
    std::map<std::string, SymbolId> ids;      // as soon as they are known
    std::map<std::string, std::vector<Sample>> samples;
    std::vector<std::uint64_t> seeds;
    std::vector<Done> done;
};

class LinkFaults : public testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "tickdeck-faults-XXXXXX").string();
        m_folder = ::mkdtemp(name.data());
        std::vector<std::string> overrides{"serve.http_port=0", "serve.metrics_port=0"};
        const auto specs = simulatorSpecs();
        for (const VenueTruth& truth : venueTruths()) {
            Bed& bed = *m_beds.emplace_back(std::make_unique<Bed>());
            bed.truth = truth;
            bed.simulator = findSpec(specs, truth.venue)->make({.seed = 5});
            const auto url = bed.simulator->start();
            ASSERT_TRUE(url) << url.error().text();
            bed.proxy = std::make_unique<LinkProxy>(truth.venue, *url);
            const auto port = bed.proxy->start();
            ASSERT_TRUE(port) << port.error().text();
            std::string symbols;
            for (const std::string& symbol : truth.symbols) {
                symbols += (symbols.empty() ? "" : ",") + symbol;
                const sim::MarketOptions market = bed.simulator->market();
                bed.truths.emplace(symbol, BookTruth(market, truth.instrument(market, symbol), truth.compared));
            }
            const std::string section = "connectors." + truth.venue + ".";
            const std::string address = "127.0.0.1:" + std::to_string(*port);
            for (const std::string& setting : truth.settings) {
                overrides.push_back(setting);
                if (const std::size_t at = setting.find("PROXY"); at != std::string::npos)
                    overrides.back().replace(at, 5, address);
            }
            overrides.push_back(section + "enabled=true");
            overrides.push_back(section + "url=ws://" + address);
            overrides.push_back(section + "symbols=" + symbols);
            overrides.push_back(section + "reconnect_cap_ms=1000");
            overrides.push_back(section + "answer_timeout_ms=1000");
        }
        for (const ConnectorSpec& spec : connectorSpecs())
            if (std::ranges::none_of(m_beds, [&](const auto& bed) { return bed->truth.venue == spec.name; }))
                overrides.push_back(spec.settings.name + ".enabled=false");
        auto settings = runtime::loadSettings({.profiles = {}, .overrides = overrides, .userFile = false});
        ASSERT_TRUE(settings) << settings.error().text();
        auto engine = runtime::Engine::start(
            {.settings = std::move(*settings), .dataDirectory = m_folder / "data", .version = "0", .commit = "test"});
        ASSERT_TRUE(engine) << engine.error().text();
        m_engine = std::move(*engine);
        m_sampler = Thread("sampler", [this](const std::stop_token& stopped) { sample(stopped); });
    }

    void TearDown() override
    {
        m_sampler.requestStop();
        m_sampler.join();
        m_engine.reset();
        std::error_code ignored;
        if (!HasFailure())
            std::filesystem::remove_all(m_folder, ignored);
    }

    void sample(const std::stop_token& stopped)
    {
        Parker parker;
        Depth depth;
        while (!stopped.stop_requested()) {
            for (const auto& bed : m_beds)
                for (const auto& [native, id] : idsOf(*bed))
                    if (m_engine->depth(id, depth))
                        look(*bed, native, depth);
            m_views.update([](auto&) {});
            parker.wait(std::chrono::nanoseconds(kSampleEvery));
        }
    }

    const std::map<std::string, SymbolId>& idsOf(Bed& bed) const
    {
        if (bed.ids.size() < bed.truth.symbols.size())
            if (const auto all = m_engine->instruments())
                for (const api::Instrument& instrument : *all)
                    if (instrument.name.venue == bed.truth.venue && bed.truths.contains(instrument.name.native))
                        bed.ids[instrument.name.native] = instrument.id;
        return bed.ids;
    }

    void look(Bed& bed, const std::string& native, const Depth& depth)
    {
        bool news = false;
        m_views.update([&](auto& views) {
            BookView& view = views[bed.truth.venue + " " + native];
            news = view.version != depth.version || view.state != depth.state;
            view.changes += view.version != depth.version ? 1 : 0;
            view.version = depth.version;
            view.state = depth.state;
        });
        if (!news || depth.state != BookState::Live || depth.verified != Tristate::Yes)
            return;
        BookTruth& truth = bed.truths.at(native);
        std::vector<Level> sides[2];
        for (const bool bid : {true, false})
            for (std::size_t i = 0; i < (bid ? depth.bidCount : depth.askCount); ++i) {
                const Level& level = (bid ? depth.bids : depth.asks)[i];
                sides[bid ? 0 : 1].push_back(
                    {Decimal(level.price, depth.priceScale).toTicks(truth.listing().pricePrecision).value_or(-1),
                     Decimal(level.quantity, depth.quantityScale)
                         .toTicks(truth.listing().quantityPrecision)
                         .value_or(-1)});
            }
        bed.samples[native].push_back(
            {depth.receiveTime, depth.version, hashOf(sides[0], sides[1], bed.truth.compared)});
    }

    // All books live and moving, and no gap open, of this venue.
    bool waitUntilWhole(const Bed& bed, std::chrono::milliseconds limit)
    {
        std::map<std::string, BookView> before = m_views.get();
        return m_views.waitUntil(
            [&](const auto& views) {
                for (const std::string& native : bed.truth.symbols) {
                    const std::string key = bed.truth.venue + " " + native;
                    const auto view = views.find(key);
                    if (view == views.end() || view->second.state != BookState::Live ||
                        view->second.changes < before[key].changes + 3)
                        return false;
                }
                const auto overview = m_engine->overview();
                return overview && std::ranges::none_of(overview->gaps, [&](const api::Gap& gap) {
                           return gap.venue == bed.truth.venue && gap.to == kNoTime;
                       });
            },
            limit);
    }

    void runFaults(Bed& bed)
    {
        if (!waitUntilWhole(bed, 20s)) {
            ADD_FAILURE() << bed.truth.venue << ": the books did not become live at the start";
            return;
        }
        for (const std::uint64_t seed : bed.seeds) {
            const LinkFault fault = planOf(seed, m_beds.size());
            bed.proxy->inject(fault);
            const bool over = m_views.waitUntil([&](const auto&) { return bed.proxy->status().over; }, 20s);
            const bool whole = over && waitUntilWhole(bed, 20s);
            bed.done.push_back({fault, bed.proxy->status()});
            if (!over || !whole) {
                ADD_FAILURE() << bed.truth.venue << ", " << fault.text() << ": "
                              << (over ? "not whole again" : "the fault does not end") << told(bed.done.back())
                              << runAgain(seed);
                return;
            }
        }
    }

    static std::string told(const Done& done)
    {
        std::string out = "\n  from " + formatClock(done.status.begun) + " to " + formatClock(done.status.ended);
        for (const std::string& hit : done.status.hits)
            out += "\n  " + hit;
        return out;
    }

    // The fault that an instant belongs to.
    static std::string blame(const Bed& bed, Nanos time)
    {
        const Done* found = nullptr;
        for (const Done& done : bed.done)
            if (done.status.begun - kSecond / 10 <= time)
                found = &done;
        if (!found)
            return " (before any fault)";
        return "\n  " + bed.truth.venue + ", " + found->fault.text() + told(*found) + runAgain(found->fault.seed);
    }

    void checkRecovery(const Bed& bed, const std::vector<GapSpan>& gaps) const
    {
        for (std::size_t i = 0; i < bed.done.size(); ++i) {
            const LinkStatus& status = bed.done[i].status;
            const Nanos next = i + 1 < bed.done.size() ? bed.done[i + 1].status.begun : status.ended + 60 * kSecond;
            for (const GapSpan& gap : gaps) {
                if (gap.channel != "book" || gap.to == kNoTime || gap.to < status.ended || gap.to >= next)
                    continue;
                const Nanos late = gap.to - status.ended - m_starvation.within(status.ended, gap.to);
                EXPECT_LE(late, kWholeWithin) << gap.symbol << ": live again only after " << late / kMillisecond
                                              << " ms" << blame(bed, status.begun);
            }
        }
    }

    std::filesystem::path m_folder;
    std::vector<std::unique_ptr<Bed>> m_beds;
    Watched<std::map<std::string, BookView>> m_views;
    Starvation m_starvation;
    std::unique_ptr<runtime::Engine> m_engine;
    Thread m_sampler;
};

TEST_F(LinkFaults, NoBookLiesEachDoubtIsAGapAndAllIsWholeInTime)
{
    const char* only = std::getenv("TICKDECK_FAULT_SEED");
    const std::uint64_t count = numberIn("TICKDECK_FAULTS", 20);
    for (std::uint64_t seed = only ? std::stoull(only) : 0, end = only ? seed + 1 : count; seed < end; ++seed)
        m_beds[seed % m_beds.size()]->seeds.push_back(seed);
    {
        std::vector<std::jthread> threads;
        for (const auto& bed : m_beds)
            if (!bed->seeds.empty())
                threads.emplace_back([this, &bed] { runFaults(*bed); });
    }
    m_sampler.requestStop();
    m_sampler.join();
    const auto stopped = m_engine->stop();
    EXPECT_TRUE(stopped) << stopped.error().text();

    SymbolTable symbols;
    BufferPool pool;
    std::vector<std::unique_ptr<JournalCheck>> checks;
    for (const auto& bed : m_beds)
        checks.push_back(std::make_unique<JournalCheck>(bed->truth, bed->truths, symbols));
    const auto replayed = runtime::replay({.directory = m_folder / "data"}, symbols, pool,
                                          [&](const Batch& batch, const journal::SegmentInfo&) -> Result<> {
                                              for (const auto& check : checks)
                                                  check->take(batch);
                                              return {};
                                          });
    ASSERT_TRUE(replayed) << replayed.error().text();
    EXPECT_EQ(replayed->differences, 0u) << replayed->difference->lane << " at " << replayed->difference->seq << "\n"
                                         << replayed->difference->recorded << "\n"
                                         << replayed->difference->replayed;
    EXPECT_TRUE(replayed->damage.empty());

    for (std::size_t i = 0; i < m_beds.size(); ++i) {
        Bed& bed = *m_beds[i];
        for (const Fault& fault : checks[i]->finish())
            ADD_FAILURE() << formatClock(fault.time) << " " << fault.what << blame(bed, fault.time);
        checkRecovery(bed, checks[i]->gaps());
        std::size_t samples = 0;
        for (auto& [native, taken] : bed.samples)
            for (const Sample& sample : taken) {
                ++samples;
                const std::uint64_t version = checks[i]->marketVersion(native, sample.version);
                EXPECT_TRUE(version != kNever && sample.hash == bed.truths.at(native).compared(version))
                    << native << ": the live book " << sample.version << " is not the market's at version " << version
                    << blame(bed, sample.time);
            }
        EXPECT_GT(checks[i]->books(), only ? 10u : 100u);
        std::printf("%s: %zu faults, %llu book states and %zu live books held against the truth, %zu gaps, %llu lost "
                    "changes made good by the next\n",
                    bed.truth.venue.c_str(), bed.done.size(), static_cast<unsigned long long>(checks[i]->books()),
                    samples, checks[i]->gaps().size(), static_cast<unsigned long long>(checks[i]->healed()));
    }
    if (HasFailure())
        std::printf("the data directory is kept: %s\n", (m_folder / "data").c_str());
}

}  // namespace
}  // namespace tickdeck::test
