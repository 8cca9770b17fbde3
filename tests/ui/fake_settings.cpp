// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_settings.h"

#include <algorithm>

#include "engine/config/field_check.h"

namespace tickdeck::ui {

namespace {

using config::Value;

config::FieldSpec spec(std::string name, Value initial, FieldInfo info, std::vector<std::string> choices = {})
{
    config::FieldSpec out;
    out.name = std::move(name);
    out.info = info;
    out.type = static_cast<config::ValueType>(initial.index());
    out.choices = std::move(choices);
    out.initial = std::move(initial);
    return out;
}

Value list(std::vector<std::string> items) { return items; }

std::vector<config::FieldSpec> connector(std::vector<std::string> symbols, std::string url)
{
    std::vector<config::FieldSpec> out;
    out.push_back(spec("enabled", true, {.help = "Whether it runs"}));
    out.push_back(spec("url", std::move(url), {.help = "Address of the public WebSocket"}));
    out.push_back(spec("symbols", list(std::move(symbols)), {.help = "What is subscribed, as the venue names it"}));
    out.push_back(spec("book_depth", std::int64_t{100},
                       {.unit = "levels", .help = "Levels of the book on each side", .min = 10, .max = 1000}));
    out.push_back(spec("channels", list({"book", "trade", "ticker"}), {.help = "Which streams are subscribed"},
                       {"book", "trade", "ticker", "candle", "instrument"}));
    out.push_back(spec("silent_after_s", std::int64_t{30},
                       {.unit = "s",
                        .help = "Without a message for so long a stream is called silent",
                        .min = 1,
                        .max = 3600,
                        .live = true}));
    out.push_back(
        spec("reconnect_cap_ms", std::int64_t{30'000},
             {.unit = "ms", .help = "Longest wait before the next try to connect", .min = 100, .max = 600'000}));
    out.push_back(spec("standby", false, {.help = "A second connection that takes over without a gap"}));
    return out;
}

std::vector<api::SettingsSection> sections()
{
    std::vector<api::SettingsSection> out;
    const auto add = [&](std::string name, std::string help, std::vector<config::FieldSpec> specs) {
        api::SettingsSection section{std::move(name), std::move(help), {}};
        for (config::FieldSpec& each : specs) {
            api::Setting setting;
            setting.value = each.initial;
            if (const auto* secret = std::get_if<config::Secret>(&each.initial))
                setting.value = secret->value;
            setting.source = "default";
            setting.spec = std::move(each);
            section.settings.push_back(std::move(setting));
        }
        out.push_back(std::move(section));
    };
    add("connectors.kraken", "Kraken spot, WebSocket v2",
        connector({"BTC/USD", "ETH/USD", "SOL/USD"}, "wss://ws.kraken.com/v2"));
    add("connectors.binance", "Binance USD-M futures",
        connector({"BTCUSDT", "ETHUSDT"}, "wss://fstream.binance.com/public"));
    add("router", "Numbers every batch and hands it on",
        {spec("ingress_capacity", std::int64_t{8192},
              {.unit = "batches", .help = "Room for each lane", .min = 64, .max = 1048576}),
         spec("derived_capacity", std::int64_t{4096},
              {.unit = "batches", .help = "Room for derived batches", .min = 64, .max = 1048576})});
    add("journal", "The truth on disk",
        {spec("segment_mb", std::int64_t{256},
              {.unit = "MB", .help = "A segment ends at this size", .min = 16, .max = 4096}),
         spec("budget_gb", 20.0,
              {.unit = "GB",
               .help = "Disk space of all segments; an alert at 80 %",
               .min = 0.1,
               .max = 10000,
               .live = true}),
         spec("commit_ms", std::int64_t{20},
              {.unit = "ms", .help = "Longest wait for a commit", .min = 1, .max = 1000, .live = true})});
    add("pipelines.candles", "Candles from trades",
        {spec("enabled", true, {.help = "Whether it runs"}),
         spec("intervals", list({"1s", "10s", "1m"}), {.help = "Widths of the candles"})});
    add("sinks.parquet", "The lake",
        {spec("enabled", true, {.help = "Whether it runs"}),
         spec("numbers", std::string("decimal"), {.help = "How prices and quantities are stored"},
              {"decimal", "double"}),
         spec("price_scale", std::int64_t{18},
              {.unit = "digits", .help = "Digits after the point", .min = 0, .max = 18}),
         spec("roll_s", std::int64_t{300},
              {.unit = "s", .help = "A file is closed after so long", .min = 1, .max = 86400})});
    add("sinks.kafka", "Events onto a Kafka cluster",
        {spec("enabled", false, {.help = "Whether it runs"}),
         spec("brokers", list({}), {.help = "Addresses, host:port"}),
         spec("password", config::Secret{}, {.help = "Of the SASL user", .secret = true}),
         spec("format", std::string("protobuf"), {.help = "How events are written"}, {"protobuf", "json"})});
    add("supervisor", "Restarts what failed, inside a budget",
        {spec("restarts", std::int64_t{5},
              {.help = "Restarts inside the window before a component stays failed",
               .min = 0,
               .max = 1000,
               .live = true}),
         spec("window_s", std::int64_t{300},
              {.unit = "s", .help = "The window", .min = 1, .max = 86400, .live = true})});
    add("serve", "Ports of the engine",
        {spec("http_port", std::int64_t{8080}, {.help = "Health, metrics; 0: none", .min = 0, .max = 65535}),
         spec("metrics_port", std::int64_t{9090}, {.help = "Metrics alone; 0: none", .min = 0, .max = 65535})});
    add("log", "What is written where",
        {spec("level", std::string("info"), {.help = "Least level that is written", .live = true},
              {"debug", "info", "warn", "error"})});
    return out;
}

api::Setting* findIn(api::SettingsView& view, const std::string& key)
{
    for (api::SettingsSection& section : view.sections)
        for (api::Setting& setting : section.settings)
            if (section.name + "." + setting.spec.name == key)
                return &setting;
    return nullptr;
}

std::string shown(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : config::tomlValue(value);
}

}  // namespace

FakeSettings::FakeSettings(Nanos now)
{
    m_base.file = "/home/desk/.config/tickdeck/tickdeck.toml";
    m_base.sections = sections();
    const auto put = [this](const char* key, Value value, config::Origin origin, const char* source, bool overridden) {
        api::Setting& setting = *findIn(m_base, key);
        setting.value = std::move(value);
        setting.origin = origin;
        setting.source = source;
        setting.overridden = overridden;
    };
    put("connectors.kraken.url", std::string("wss://127.0.0.1:43121"), config::Origin::Engine, "the demo", true);
    put("connectors.binance.url", std::string("wss://127.0.0.1:43122"), config::Origin::Engine, "the demo", true);
    put("serve.http_port", std::int64_t{8081}, config::Origin::CommandLine, "--set", true);
    put("log.level", std::string("debug"), config::Origin::Environment, "environment TICKDECK_LOG__LEVEL", true);
    put("journal.segment_mb", std::int64_t{64}, config::Origin::Profile, "profile demo:4", false);
    m_files[0] = {};
    m_file = {{"sinks.kafka.password", Value(std::string("env:KAFKA_PASSWORD"))},
              {"sinks.kafka.brokers", Value(std::vector<std::string>{"10.0.0.7:9092", "10.0.0.8:9092"})}};
    keep("desk (command line)",
         "sinks.kafka.brokers: [] → [\"10.0.0.7:9092\", \"10.0.0.8:9092\"]; "
         "sinks.kafka.password: empty → env:KAFKA_PASSWORD",
         now - 26 * 3600 * kSecond);
    m_file["connectors.kraken.book_depth"] = std::int64_t{25};
    keep("desk (window)", "connectors.kraken.book_depth: 100 → 25", now - 3 * 3600 * kSecond);
    publish();
}

std::int64_t FakeSettings::keep(const std::string& who, const std::string& what, Nanos now)
{
    const auto id = static_cast<std::int64_t>(m_history.size()) + 1;
    m_history.insert(m_history.begin(), {id, now, who, what});
    m_files[id] = m_file;
    return id;
}

void FakeSettings::publish()
{
    api::SettingsView next = m_base;
    next.revision = m_history.empty() ? 0 : m_history.front().id;
    std::size_t line = 3;
    for (const auto& [key, value] : m_file) {
        api::Setting& setting = *findIn(next, key);
        line += 2;
        if (setting.overridden)
            continue;
        setting.value = value;
        setting.origin = config::Origin::File;
        setting.source = "tickdeck.toml:" + std::to_string(line);
    }
    m_view = std::make_shared<const api::SettingsView>(std::move(next));
}

const api::Setting* FakeSettings::find(const std::string& key) const
{
    return findIn(const_cast<api::SettingsView&>(*m_view), key);
}

api::SettingsPlan FakeSettings::plan(const std::vector<api::SettingChange>& changes) const
{
    api::SettingsPlan out;
    for (const api::SettingChange& change : changes) {
        const api::Setting* setting = find(change.key);
        if (!setting) {
            out.faults.push_back({change.key, "unknown key"});
            continue;
        }
        if (change.value)
            if (const auto checked = config::check(setting->spec, config::parseText(setting->spec, *change.value));
                !checked) {
                out.faults.push_back({change.key, checked.error()});
                continue;
            }
        const std::string section = change.key.substr(0, change.key.rfind('.'));
        const std::string component = section.starts_with("connectors.") ? section.substr(11) : section;
        if (setting->spec.info.live)
            out.live.push_back(change.key);
        else if (section.find('.') == std::string::npos)
            out.later.push_back(change.key);
        else if (std::ranges::find(out.restarts, component) == out.restarts.end())
            out.restarts.push_back(component);
    }
    return out;
}

Result<std::int64_t> FakeSettings::change(const std::vector<api::SettingChange>& changes, const std::string& who,
                                          Nanos now)
{
    const api::SettingsPlan planned = plan(changes);
    std::string lines;
    for (const auto& fault : planned.faults)
        lines += (lines.empty() ? "" : "\n") + fault.key + ": " + fault.message;
    if (!lines.empty())
        return fail(ErrorCode::Invalid, lines);
    std::string what;
    for (const api::SettingChange& change : changes) {
        const api::Setting& setting = *find(change.key);
        what += (what.empty() ? "" : "; ") + change.key + ": " + shown(setting.value) + " → ";
        if (change.value) {
            m_file[change.key] = *config::check(setting.spec, config::parseText(setting.spec, *change.value));
            what += shown(m_file[change.key]);
        } else {
            m_file.erase(change.key);
            what += "not set";
        }
    }
    const std::int64_t id = keep(who, what, now);
    publish();
    return id;
}

Result<std::int64_t> FakeSettings::rollBack(std::int64_t revision, const std::string& who, Nanos now)
{
    const auto found = m_files.find(revision);
    if (found == m_files.end())
        return fail(ErrorCode::NotFound, "there is no revision " + std::to_string(revision));
    m_file = found->second;
    const std::int64_t id = keep(who, "as revision " + std::to_string(revision), now);
    publish();
    return id;
}

}  // namespace tickdeck::ui
