// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/connectors/binance/decoder.h"

namespace tickdeck::binance {

namespace {

class BinanceDecoder final : public Decoder {
public:
    [[nodiscard]] Result<> onFrame(const Frame&, Emit&) override
    {
        return fail(ErrorCode::Unsupported, "not read yet", Remedy::None, 0);
    }
    [[nodiscard]] Result<> onControl(const Control&, Emit&) override { return {}; }
    void save(std::string&) const override {}
    [[nodiscard]] Result<> load(std::string_view) override { return {}; }
};

}  // namespace

std::unique_ptr<Decoder> makeDecoder(SymbolTable&) { return std::make_unique<BinanceDecoder>(); }

}  // namespace tickdeck::binance
