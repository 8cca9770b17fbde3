// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// [sinks.parquet]

#include <chrono>
#include <string>

#include "engine/core/enum_names.h"
#include "engine/core/schema.h"

namespace tickdeck::parquet {

enum class Numbers : std::uint8_t { Decimal, Double };

struct Settings {
    Numbers numbers = Numbers::Decimal;
    int priceScale = 18;
    std::chrono::seconds rotateAfter{300};
    int rotateMegabytes = 128;
    int memoryMegabytes = 64;
    int compressionLevel = 3;

    static constexpr auto fields()
    {
        return std::tuple(
            field<&Settings::numbers>(
                "numbers", {.help = "decimal: exact DECIMAL(38, price_scale); double: 64-bit floats, rounded"}),
            field<&Settings::priceScale>(
                "price_scale", {.unit = "digits",
                                .help = "Digits after the point of decimal columns; a lake keeps the one it began with",
                                .min = 0,
                                .max = 37}),
            field<&Settings::rotateAfter>("rotate_after_s",
                                          {.unit = "s",
                                           .help = "Age at which the open files are closed and become visible",
                                           .min = 1,
                                           .max = 86'400}),
            field<&Settings::rotateMegabytes>(
                "rotate_mb",
                {.unit = "MB", .help = "Size of all open files at which they are closed", .min = 1, .max = 65'536}),
            field<&Settings::memoryMegabytes>(
                "memory_mb", {.unit = "MB", .help = "Rows held before they are written out", .min = 1, .max = 16'384}),
            field<&Settings::compressionLevel>("compression_level",
                                               {.help = "Of ZSTD; higher is smaller and slower", .min = 1, .max = 19}));
    }
};

}  // namespace tickdeck::parquet

namespace tickdeck {
template <>
inline constexpr std::array kEnumNames<parquet::Numbers> = {"decimal"sv, "double"sv};
}  // namespace tickdeck
