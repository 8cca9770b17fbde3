// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A router over a real journal in a temporary folder, for tests.

#include <filesystem>
#include <thread>

#include <unistd.h>

#include <gtest/gtest.h>

#include "engine/journal/journal.h"
#include "engine/router/router.h"

namespace tickdeck::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class RouterTest : public testing::Test {
protected:
    RouterTest()
    {
        std::string name = (fs::temp_directory_path() / "router-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~RouterTest() override
    {
        close();
        fs::remove_all(folder);
    }

    void open(RouterOptions options = {})
    {
        journal::Options journalOptions;
        journalOptions.directory = folder / "journal";
        journalOptions.settings.reserveMb = 1;
        journalOptions.engineId = "test";
        journalOptions.listener.committed = [this](Seq) {
            if (Router* to = wakes.load())
                to->wakeReaders();
        };
        journalOptions.listener.segmentBegun = [this](Seq seq) {
            if (onSegment)
                onSegment(seq);
        };
        adjust(journalOptions);
        auto opened = journal::Journal::open(journalOptions, symbols);
        ASSERT_TRUE(opened) << opened.error().text();
        journal = std::move(*opened);
        options.journalDirectory = folder / "journal";
        auto routed = Router::open(std::move(options), *journal, symbols, pool);
        ASSERT_TRUE(routed) << routed.error().text();
        router = std::move(*routed);
        wakes = router.get();
    }
    void close()
    {
        if (router) {
            EXPECT_TRUE(router->stop());
            wakes = nullptr;
            journal->close().value();
            router.reset();
            journal.reset();
        }
    }
    virtual void adjust(journal::Options&) {}

    [[nodiscard]] SymbolId lane(std::string_view name) { return symbols.intern("test", "", name); }

    // A frame with `events` trades whose quantity is the ordinal, so that content can be told.
    [[nodiscard]] static Batch frame(BatchBuilder& builder, SymbolId lane, std::uint64_t ordinal, unsigned events,
                                     std::size_t bytes = 100)
    {
        const std::string payload(bytes, 'f');
        BatchHeader& header = builder.begin(payload);
        header.lane = lane;
        header.ordinal = ordinal;
        header.receiveTime = static_cast<Nanos>(ordinal);
        for (unsigned i = 0; i < events; ++i) {
            auto& trade = builder.add<Trade>(lane, kNoTime);
            trade.price = Decimal(1, 0);
            trade.quantity = Decimal(static_cast<Int128>(ordinal), 0);
        }
        return builder.finish();
    }

    // Reads until `count` batches have come; a test that waits in vain fails by its time limit of 20 s.
    [[nodiscard]] static std::vector<Batch> take(Reader& reader, std::size_t count, std::size_t atOnce = 1000)
    {
        std::vector<Batch> out;
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (out.size() < count && std::chrono::steady_clock::now() < deadline) {
            const auto got = reader.step(out, std::min(atOnce, count - out.size()), 100ms);
            if (!got) {
                ADD_FAILURE() << got.error().text();
                break;
            }
        }
        EXPECT_EQ(out.size(), count);
        return out;
    }
    [[nodiscard]] std::unique_ptr<Reader> reader(ReaderOptions options, std::string name = "reader")
    {
        auto made = router->addReader(std::move(name), options);
        EXPECT_TRUE(made);
        return made ? std::move(*made) : nullptr;
    }

    fs::path folder;
    BufferPool pool;
    SymbolTable symbols;
    std::function<void(Seq)> onSegment;
    std::atomic<Router*> wakes{nullptr};
    std::unique_ptr<journal::Journal> journal;
    std::unique_ptr<Router> router;
};

}  // namespace tickdeck::test
