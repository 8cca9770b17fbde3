// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/journal/format.h"

#include <zstd.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <memory>

#include "engine/journal/crc32c.h"

namespace tickdeck::journal {

static_assert(std::endian::native == std::endian::little);

namespace {

std::unexpected<Error> corrupt(const char* what) { return fail(ErrorCode::Corrupt, what); }

template <class T>
std::span<const std::byte> bytesAfterCrc(const T& header)
{
    constexpr std::size_t kFirst = offsetof(T, crc) + sizeof(header.crc);
    return std::as_bytes(std::span(&header, 1)).subspan(kFirst);
}

template <class T>
void put(std::vector<std::byte>& out, const T& value)
{
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void putText(std::vector<std::byte>& out, std::string_view text)
{
    put(out, static_cast<std::uint32_t>(text.size()));
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void putLanes(std::vector<std::byte>& out, const std::vector<LaneOrdinal>& lanes)
{
    put(out, static_cast<std::uint32_t>(lanes.size()));
    for (const LaneOrdinal& lane : lanes) {
        put(out, lane.lane);
        put(out, lane.ordinal);
    }
}

void putSymbols(std::vector<std::byte>& out, const std::vector<SymbolName>& symbols)
{
    put(out, static_cast<std::uint32_t>(symbols.size()));
    for (const SymbolName& name : symbols) {
        putText(out, name.venue);
        putText(out, name.symbol);
        putText(out, name.native);
    }
}

// Reads the forms above; once something doesn't fit, all that follows is empty and ok() is false.
class Input {
public:
    explicit Input(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <class T>
    T get()
    {
        T value{};
        if (const auto bytes = take(sizeof(T)); !bytes.empty())
            std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
    std::string text()
    {
        const auto bytes = take(get<std::uint32_t>());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::vector<LaneOrdinal> lanes()
    {
        std::vector<LaneOrdinal> out;
        for (std::uint32_t n = get<std::uint32_t>(); n > 0 && m_ok; --n) {
            const auto lane = get<SymbolId>();
            out.push_back({lane, get<std::uint64_t>()});
        }
        return out;
    }
    std::vector<SymbolName> symbols()
    {
        std::vector<SymbolName> out;
        for (std::uint32_t n = get<std::uint32_t>(); n > 0 && m_ok; --n) {
            std::string venue = text();
            std::string symbol = text();
            out.push_back({std::move(venue), std::move(symbol), text()});
        }
        return out;
    }
    // Whether all was there and nothing is left.
    [[nodiscard]] bool done() const { return m_ok && m_bytes.empty(); }

private:
    std::span<const std::byte> take(std::size_t size)
    {
        if (!m_ok || size > m_bytes.size()) {
            m_ok = false;
            return {};
        }
        const auto out = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return out;
    }

    std::span<const std::byte> m_bytes;
    bool m_ok = true;
};

template <class E>
void appendSchema(std::string& out)
{
    out.append(out.back() == '{' ? "\"" : ",\"").append(enumName(E::kType)).append("\":[");
    forEachField<E>([&](const auto& f) { out.append(out.back() == '[' ? "\"" : ",\"").append(f.name).append("\""); });
    out += ']';
}

}  // namespace

std::string segmentName(Seq firstSeq)
{
    std::string digits = std::to_string(firstSeq);
    return std::string(20 - digits.size(), '0') + digits + ".tdj";
}

std::optional<Seq> segmentOfName(const std::string& name)
{
    Seq seq = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), seq);
    if (error != std::errc{} || name != segmentName(seq))
        return std::nullopt;
    return seq;
}

std::string schemaJson()
{
    std::string out = "{";
    [&]<class... E>(std::tuple<E...>*) { (appendSchema<E>(out), ...); }(static_cast<EventTypes*>(nullptr));
    return out + "}";
}

void encodeHead(const Head& head, std::vector<std::byte>& out)
{
    std::vector<std::byte> raw;
    putText(raw, head.build);
    putText(raw, head.engineId);
    putText(raw, head.schemaJson);
    putText(raw, head.settingsJson);
    putLanes(raw, head.lanes);
    putSymbols(raw, head.symbols);
    std::vector<std::byte> stored(ZSTD_compressBound(raw.size()));
    stored.resize(ZSTD_compress(stored.data(), stored.size(), raw.data(), raw.size(), 3));

    HeadPrefix prefix;
    prefix.firstSeq = head.firstSeq;
    prefix.previousLastSeq = head.previousLastSeq;
    prefix.firstTime = head.firstTime;
    prefix.bodyStored = static_cast<std::uint32_t>(stored.size());
    prefix.bodyRaw = static_cast<std::uint32_t>(raw.size());
    prefix.bodyCrc = crc32c(stored);
    prefix.crc = crc32c(bytesAfterCrc(prefix));
    put(out, prefix);
    out.insert(out.end(), stored.begin(), stored.end());
}

Result<HeadPrefix> decodePrefix(std::span<const std::byte> bytes)
{
    HeadPrefix prefix;
    if (bytes.size() < sizeof prefix)
        return corrupt("segment head cut short");
    std::memcpy(&prefix, bytes.data(), sizeof prefix);
    if (prefix.magic != kHeadMagic || prefix.crc != crc32c(bytesAfterCrc(prefix)))
        return corrupt("segment head damaged");
    if (prefix.version != kVersion)
        return fail(ErrorCode::Unsupported, "segment of version " + std::to_string(prefix.version));
    if (prefix.bodyRaw > kMaxPartBytes || prefix.bodyStored > kMaxPartBytes)
        return corrupt("segment head too large");
    return prefix;
}

Result<Head> decodeHead(const HeadPrefix& prefix, std::span<const std::byte> body)
{
    if (body.size() != prefix.bodyStored || crc32c(body) != prefix.bodyCrc)
        return corrupt("segment head damaged");
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    std::vector<std::byte> raw;
    TRY(decompress(context.get(), body, prefix.bodyRaw, raw));
    Input in(raw);
    Head head;
    head.firstSeq = prefix.firstSeq;
    head.previousLastSeq = prefix.previousLastSeq;
    head.firstTime = prefix.firstTime;
    head.build = in.text();
    head.engineId = in.text();
    head.schemaJson = in.text();
    head.settingsJson = in.text();
    head.lanes = in.lanes();
    head.symbols = in.symbols();
    if (!in.done())
        return corrupt("segment head's fields don't fit");
    return head;
}

void encodeMeta(const BlockMeta& meta, std::vector<std::byte>& out)
{
    putLanes(out, meta.lanes);
    put(out, meta.firstSymbol);
    putSymbols(out, meta.symbols);
}

Result<BlockMeta> decodeMeta(std::span<const std::byte> bytes)
{
    Input in(bytes);
    BlockMeta meta;
    meta.lanes = in.lanes();
    meta.firstSymbol = in.get<std::uint32_t>();
    meta.symbols = in.symbols();
    if (!in.done())
        return corrupt("block's symbols don't fit");
    return meta;
}

void sealHeader(BlockHeader& header) noexcept { header.crc = crc32c(bytesAfterCrc(header)); }

Result<BlockHeader> decodeBlockHeader(std::span<const std::byte> bytes)
{
    BlockHeader header;
    if (bytes.size() < sizeof header)
        return corrupt("block header cut short");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kBlockMagic || header.crc != crc32c(bytesAfterCrc(header)))
        return corrupt("block header damaged");
    if (header.eventsRaw > kMaxPartBytes || header.framesRaw > kMaxPartBytes || header.lastSeq < header.firstSeq ||
        header.firstSeq == 0)
        return corrupt("block header out of range");
    return header;
}

Result<std::uint32_t> compress(void* context, int level, std::span<const std::byte> raw, std::vector<std::byte>& out)
{
    if (raw.empty())
        return 0u;
    const std::size_t at = out.size();
    out.resize(at + ZSTD_compressBound(raw.size()));
    const std::size_t size = ZSTD_compressCCtx(static_cast<ZSTD_CCtx*>(context), out.data() + at, out.size() - at,
                                               raw.data(), raw.size(), level);
    out.resize(ZSTD_isError(size) ? at : at + size);
    if (ZSTD_isError(size))
        return fail(ErrorCode::Internal, std::string("zstd: ") + ZSTD_getErrorName(size));
    return static_cast<std::uint32_t>(size);
}

Result<> decompress(void* context, std::span<const std::byte> stored, std::size_t rawSize, std::vector<std::byte>& out)
{
    if (rawSize == 0 && stored.empty()) {
        out.clear();
        return {};
    }
    if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != rawSize)
        return corrupt("compressed part is not of the size it should be");
    out.resize(rawSize);
    const std::size_t size =
        ZSTD_decompressDCtx(static_cast<ZSTD_DCtx*>(context), out.data(), out.size(), stored.data(), stored.size());
    if (ZSTD_isError(size) || size != rawSize)
        return corrupt("compressed part can't be expanded");
    return {};
}

}  // namespace tickdeck::journal
