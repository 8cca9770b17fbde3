// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtime/doctor.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "engine/journal/reader.h"
#include "engine/journal/segment_file.h"
#include "engine/net/reach.h"
#include "engine/ops/state_db.h"
#include "engine/runtime/registry.h"

namespace tickdeck::runtime {

namespace {

using ops::Check;
using ops::Verdict;

constexpr Nanos kClockOff = 2 * kSecond;  // what a Date header can tell for sure

std::string seconds(Nanos time)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(time) / static_cast<double>(kSecond));
    return text.data();
}

Check checkStateDb(const std::filesystem::path& file)
{
    std::error_code problem;
    const bool there = std::filesystem::exists(file, problem);
    if (problem)
        return {"state.db", Verdict::Bad, problem.message(), "Check the folder's permissions."};
    if (!there)
        return {"state.db", Verdict::Ok, "will be made", {}};
    const auto checked = ops::StateDb::check(file);
    if (checked)
        return {"state.db", Verdict::Ok, *checked, {}};
    return {"state.db", Verdict::Bad, checked.error().text(),
            checked.error().code == ErrorCode::Unsupported
                ? "Run the program that wrote it, or a later one."
                : "The engine puts a damaged one aside at its start and begins a new one; back it up before."};
}

// Whether a segment's head and its first batch can be read.
Result<> readSegment(const std::filesystem::path& directory, const journal::SegmentPath& segment)
{
    TRY_ASSIGN(const auto file, journal::SegmentFile::open(segment));
    if (!file.head())
        return std::unexpected(file.head().error());
    SymbolTable symbols;
    BufferPool pool;
    std::optional<journal::Damage> damage;
    journal::ReadOptions options{.fromSeq = segment.firstSeq};
    options.onDamage = [&](const journal::Damage& found) { damage = found; };
    TRY_ASSIGN(auto reader, journal::Reader::open(directory, std::move(options), symbols, pool));
    TRY_ASSIGN([[maybe_unused]] const auto first, reader.next());
    if (damage && damage->segment == segment.path.filename().string())
        return fail(ErrorCode::Corrupt, damage->reason);
    return {};
}

Check checkJournal(const std::filesystem::path& directory)
{
    std::error_code problem;
    const bool there = std::filesystem::exists(directory, problem);
    if (problem)
        return {"journal", Verdict::Bad, problem.message(), "Check the folder's permissions."};
    if (!there)
        return {"journal", Verdict::Ok, "will be made", {}};
    const auto segments = journal::listSegments(directory);
    if (!segments)
        return {"journal", Verdict::Bad, segments.error().text(), "Check the folder's permissions and the disk."};
    if (segments->empty())
        return {"journal", Verdict::Ok, "is empty", {}};
    for (const journal::SegmentPath* segment : {&segments->front(), &segments->back()})
        if (const auto good = readSegment(directory, *segment); !good)
            return {"journal", Verdict::Bad, segment->path.filename().string() + ": " + good.error().text(),
                    "`tickdeck replay` tells what can be read; the engine goes on behind the damage and tells it as a "
                    "gap."};
    return {"journal",
            Verdict::Ok,
            std::to_string(segments->size()) + " segments, the first and the last are readable",
            {}};
}

struct Address {
    std::string name;     // "venue kraken"
    std::string setting;  // section
    std::string url;
};

Check verdictOf(const Address& address, const net::Reached& found)
{
    Check out{address.name, Verdict::Ok, found.url, {}};
    switch (found.fault) {
    case net::ReachFault::None:
        out.detail += " answers after " + std::to_string(found.took / kMillisecond) + " ms" +
                      (found.encrypted ? ", its certificate is good" : "");
        return out;
    case net::ReachFault::Address:
        out.verdict = Verdict::Bad;
        out.remedy = "Correct the address in [" + address.setting + "].";
        break;
    case net::ReachFault::Name:
        out.verdict = Verdict::Warning;
        out.remedy = "Check the network and the name server; --offline leaves the venues out.";
        break;
    case net::ReachFault::Connection:
        out.verdict = Verdict::Warning;
        out.remedy = "Check the network, a firewall, and the address in [" + address.setting + "].";
        break;
    case net::ReachFault::Certificate:
        out.verdict = Verdict::Bad;
        out.remedy = "Check this machine's date and its certificates (ca-certificates); a proxy may be in between.";
        break;
    }
    out.detail += ": " + found.detail;
    return out;
}

}  // namespace

std::vector<Check> checkStores(const config::Settings& settings, const std::filesystem::path& dataDirectory)
{
    std::vector<Check> out{checkStateDb(dataDirectory / "state.db"), checkJournal(dataDirectory / "journal")};
    for (const SinkSpec& spec : sinkSpecs()) {
        if (!settings.enabled(spec.settings.name) || !spec.probe)
            continue;
        Check check{"store " + std::string(spec.name), Verdict::Ok, {}, {}};
        const auto found = spec.probe(settings.section(spec.settings.name), {.dataDirectory = dataDirectory});
        check.detail = found ? *found : found.error().text();
        if (!found) {
            check.verdict = Verdict::Bad;
            check.remedy = "What it lacks is in the journal and is written once [" + spec.settings.name +
                           "] and its store are in order.";
        }
        out.push_back(std::move(check));
    }
    return out;
}

std::vector<Check> checkVenues(const config::Settings& settings, std::chrono::milliseconds limit, bool& hanging)
{
    std::vector<Address> addresses;
    for (const ConnectorSpec& spec : connectorSpecs()) {
        if (!settings.enabled(spec.settings.name))
            continue;
        const config::Section section = settings.section(spec.settings.name);
        const std::string name = "venue " + std::string(spec.name);
        for (const Endpoint& endpoint : spec.endpoints(section))
            addresses.push_back({name + " " + endpoint.name, spec.settings.name, endpoint.url});
        if (spec.rest)
            addresses.push_back({name + " rest", spec.settings.name, spec.rest(section).url});
    }
    std::vector<std::string> urls;
    for (const Address& address : addresses)
        urls.push_back(address.url);
    const std::vector<net::Reached> found = net::reach(urls, limit, &hanging);
    std::vector<Check> out;
    std::vector<Nanos> offsets;
    for (std::size_t i = 0; i < found.size(); ++i) {
        out.push_back(verdictOf(addresses[i], found[i]));
        if (found[i].offset)
            offsets.push_back(*found[i].offset);
    }
    if (!offsets.empty()) {
        std::ranges::sort(offsets);
        const Nanos median = offsets[offsets.size() / 2];
        const Nanos off = median < 0 ? -median : median;
        Check clock{"clock against venues", Verdict::Ok, "within " + seconds(std::max(off, kSecond)), {}};
        if (off > kClockOff) {
            clock.verdict = Verdict::Warning;
            clock.detail = seconds(off) + (median > 0 ? " behind theirs" : " ahead of theirs");
            clock.remedy =
                "Have the clock kept by a time service (chrony, systemd-timesyncd): latencies are wrong by it.";
        }
        out.push_back(std::move(clock));
    }
    return out;
}

}  // namespace tickdeck::runtime
