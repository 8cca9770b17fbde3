// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sim/faults.h"

#include <algorithm>
#include <array>

#include <toml++/toml.h>

namespace tickdeck::sim {

namespace {

std::unexpected<Error> wrong(const toml::node& at, const std::string& what)
{
    return fail(ErrorCode::Invalid, "line " + std::to_string(at.source().begin.line) + ": " + what);
}

Result<double> number(const toml::node& node, const std::string& key, double least)
{
    const auto value = node.value<double>();
    if (!value || !(*value >= least))
        return wrong(node, "`" + key + "` is a number of at least " + std::to_string(static_cast<int>(least)));
    return *value;
}

Result<std::uint64_t> count(const toml::node& node, const std::string& key, std::int64_t least)
{
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least)
        return wrong(node, "`" + key + "` is a whole number of at least " + std::to_string(least));
    return static_cast<std::uint64_t>(*value);
}

Result<> readKey(const std::string& key, const toml::node& node, Fault& fault)
{
    if (key == "kind") {
        const auto kind = enumFromName<FaultKind>(node.value_or(std::string_view{}));
        if (!kind) {
            std::string names;
            for (const std::string_view name : kEnumNames<FaultKind>)
                names += (names.empty() ? "" : ", ") + std::string(name);
            return wrong(node, "`kind` is one of " + names);
        }
        fault.kind = *kind;
    } else if (key == "at_seconds") {
        TRY_ASSIGN(fault.atSeconds, number(node, key, 0));
    } else if (key == "after_frames") {
        TRY_ASSIGN(fault.afterFrames, count(node, key, 0));
    } else if (key == "target") {
        if (!node.is_string())
            return wrong(node, "`target` is a channel or symbol");
        fault.target = node.value_or(std::string{});
    } else if (key == "count") {
        TRY_ASSIGN(fault.count, count(node, key, 1));
    } else if (key == "seconds") {
        TRY_ASSIGN(fault.seconds, number(node, key, 0));
    } else if (key == "retry_after") {
        TRY_ASSIGN(fault.retryAfter, number(node, key, 0));
    } else if (key == "status") {
        TRY_ASSIGN(const std::uint64_t status, count(node, key, 200));
        if (status > 599)
            return wrong(node, "`status` is an HTTP status");
        fault.status = static_cast<int>(status);
    } else {
        return wrong(node, "unknown key `" + key +
                               "`; known: kind, at_seconds, after_frames, target, count, seconds, retry_after, status");
    }
    return {};
}

Result<Fault> readFault(const toml::node& node)
{
    const toml::table* table = node.as_table();
    if (!table)
        return wrong(node, "`fault` is a list of tables, [[fault]]");
    if (!table->contains("kind"))
        return wrong(node, "a fault without `kind`");
    Fault fault;
    for (const auto& [key, value] : *table)
        TRY(readKey(std::string(key.str()), value, fault));
    return fault;
}

Result<std::vector<Fault>> readFaults(const toml::table& file)
{
    std::vector<Fault> faults;
    for (const auto& [key, value] : file) {
        const toml::array* list = value.as_array();
        if (key.str() != "fault" || !list)
            return wrong(value, "only [[fault]] tables are known here, not `" + std::string(key.str()) + "`");
        for (const toml::node& node : *list) {
            TRY_ASSIGN(Fault fault, readFault(node));
            faults.push_back(std::move(fault));
        }
    }
    return faults;
}

std::unexpected<Error> unreadable(const toml::parse_error& error)
{
    return fail(ErrorCode::Invalid,
                "line " + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
}

}  // namespace

Result<std::vector<Fault>> parseFaults(std::string_view text)
{
    try {
        return readFaults(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return unreadable(error);
    }
}

Result<std::vector<Fault>> loadFaults(const std::filesystem::path& file)
{
    const auto named = [&](Result<std::vector<Fault>> result) {
        if (!result)
            result = std::unexpected(std::move(result).error().within(file.string()));
        return result;
    };
    if (!std::filesystem::is_regular_file(file))
        return named(fail(ErrorCode::Io, "no such file"));
    try {
        return named(readFaults(toml::parse_file(file.string())));
    } catch (const toml::parse_error& error) {
        return named(unreadable(error));
    }
}

FaultInjector::FaultInjector(std::vector<Fault> faults)
{
    for (Fault& fault : faults)
        add(std::move(fault));
}

void FaultInjector::add(Fault fault) { m_planned.push_back({std::move(fault), 0}); }

template <class Matches>
const std::vector<Fault>& FaultInjector::falling(Nanos elapsed, Matches&& matches)
{
    m_falling.clear();
    const double seconds = static_cast<double>(elapsed) / 1e9;
    for (auto& [fault, seen] : m_planned) {
        if (fault.count == 0 || !matches(fault))
            continue;
        if (seen++ < fault.afterFrames || seconds < fault.atSeconds)
            continue;
        --fault.count;
        ++m_injected;
        m_falling.push_back(fault);
    }
    std::erase_if(m_planned, [](const Planned& planned) { return planned.fault.count == 0; });
    return m_falling;
}

const std::vector<Fault>& FaultInjector::onFrame(std::string_view channel, std::string_view symbol, bool hasChecksum,
                                                 Nanos elapsed)
{
    return falling(elapsed, [&](const Fault& fault) {
        return objectOf(fault.kind) == FaultObject::Frame &&
               (fault.target.empty() || fault.target == channel || fault.target == symbol) &&
               (fault.kind != FaultKind::BadChecksum || hasChecksum);
    });
}

const std::vector<Fault>& FaultInjector::onAnswer(std::string_view channel, std::string_view symbol, Nanos elapsed)
{
    return falling(elapsed, [&](const Fault& fault) {
        return objectOf(fault.kind) == FaultObject::Answer &&
               (fault.target.empty() || fault.target == channel || fault.target == symbol);
    });
}

const std::vector<Fault>& FaultInjector::onTime(Nanos elapsed)
{
    return falling(elapsed, [](const Fault& fault) { return objectOf(fault.kind) == FaultObject::Instrument; });
}

}  // namespace tickdeck::sim
