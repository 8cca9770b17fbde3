// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/book/crc32.h"

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tickdeck::book {

namespace {

std::uint32_t tableCrc(std::uint32_t crc, std::string_view text) noexcept
{
    return static_cast<std::uint32_t>(
        ::crc32(crc, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

#if defined(__x86_64__)

// Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ" (Intel, 2009), bit-reflected: folds 64 bytes,
// then 16 bytes at a time, then reduces after Barrett. At least 64 bytes, a multiple of 16; `crc` is not inverted.
__attribute__((target("pclmul,sse4.1"))) std::uint32_t foldCrc(std::uint32_t crc, const char* at,
                                                               std::size_t size) noexcept
{
    const auto load = [](const char* from) __attribute__((target("pclmul,sse4.1"))) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    const auto fold = [](__m128i value, __m128i constants, __m128i next) __attribute__((target("pclmul,sse4.1"))) {
        const __m128i low = _mm_clmulepi64_si128(value, constants, 0x00);
        const __m128i high = _mm_clmulepi64_si128(value, constants, 0x11);
        return _mm_xor_si128(_mm_xor_si128(low, high), next);
    };
    const __m128i by512 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);  // x^(512±32) mod P, reflected
    const __m128i by128 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);  // x^(128±32) mod P
    const __m128i by64 = _mm_set_epi64x(0, 0x0163cd6124);              // x^64 mod P
    const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const __m128i low32 = _mm_setr_epi32(-1, 0, -1, 0);

    __m128i a = _mm_xor_si128(load(at), _mm_cvtsi32_si128(static_cast<int>(crc)));
    __m128i b = load(at + 16);
    __m128i c = load(at + 32);
    __m128i d = load(at + 48);
    for (at += 64, size -= 64; size >= 64; at += 64, size -= 64) {
        a = fold(a, by512, load(at));
        b = fold(b, by512, load(at + 16));
        c = fold(c, by512, load(at + 32));
        d = fold(d, by512, load(at + 48));
    }
    a = fold(a, by128, b);
    a = fold(a, by128, c);
    a = fold(a, by128, d);
    for (; size >= 16; at += 16, size -= 16)
        a = fold(a, by128, load(at));

    // 128 to 64 bits, then to 32.
    a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by128, 0x10));
    a = _mm_xor_si128(_mm_srli_si128(a, 4), _mm_clmulepi64_si128(_mm_and_si128(a, low32), by64, 0x00));
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), barrett, 0x00);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(a, quotient), 1));
}

#endif

}  // namespace

std::uint32_t crc32(std::string_view text) noexcept
{
#if defined(__x86_64__)
    static const bool kCarryless = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
    if (kCarryless && text.size() >= 64) {
        const std::size_t folded = text.size() & ~std::size_t{15};
        return tableCrc(~foldCrc(~std::uint32_t{0}, text.data(), folded), text.substr(folded));
    }
#endif
    return tableCrc(0, text);
}

}  // namespace tickdeck::book
