// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plugin/decode_step.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace tickdeck {
namespace {

// Adds a trade, then throws where the frame says so.
class ThrowingDecoder final : public Decoder {
public:
    Result<> onFrame(const Frame& frame, Emit& emit) override
    {
        emit.events().add<Trade>(1, kNoTime);
        if (frame.bytes == "standard")
            throw std::out_of_range("no such price");
        if (frame.bytes == "other")
            throw 7;
        return {};
    }
    Result<> onControl(const Control&, Emit&) override { throw std::runtime_error("of a control"); }
    void save(std::string&) const override {}
    Result<> load(std::string_view) override { return {}; }
};

TEST(DecodeStep, ADecoderThatThrowsIsNotTrustedAndTheProcessLives)
{
    BufferPool pool;
    BatchBuilder builder(pool);
    Emit emit(builder);
    ThrowingDecoder decoder;
    const auto step = [&](BatchKind kind, std::string_view payload) {
        BatchHeader like;
        like.kind = kind;
        like.control = kind == BatchKind::Control ? ControlKind::Tick : ControlKind::None;
        like.ordinal = 5;
        return decodeStep(decoder, like, payload, builder, emit);
    };
    const Decoded good = step(BatchKind::Frame, "good");
    EXPECT_FALSE(good.error);
    EXPECT_EQ(good.batch.header().eventCount, 1u);
    for (const auto& [kind, payload, what] :
         {std::tuple{BatchKind::Frame, "standard", "no such price"}, std::tuple{BatchKind::Frame, "other", "threw"},
          std::tuple{BatchKind::Control, "{}", "of a control"}}) {
        const Decoded bad = step(kind, payload);
        ASSERT_TRUE(bad.error) << what;
        EXPECT_EQ(bad.error->remedy, Remedy::Fatal);
        EXPECT_NE(bad.error->text().find(what), std::string::npos) << bad.error->text();
        EXPECT_EQ(bad.batch.header().eventCount, 0u) << "half of its events";
        EXPECT_EQ(bad.batch.payload(), payload) << "its bytes are kept";
        EXPECT_EQ(bad.batch.header().ordinal, 5u);
    }
    EXPECT_FALSE(step(BatchKind::Frame, "good").error);
}

}  // namespace
}  // namespace tickdeck
