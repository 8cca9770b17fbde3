// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/settings.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/config/nearest.h"
#include "tests/config/sections.h"

namespace tickdeck::config {
namespace {

using testing::Colour;
using testing::ConnectorLike;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServeLike;

class SettingsTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
        m_folder = std::filesystem::path(::testing::TempDir()) / ("tickdeck_settings_" + std::string(info->name()));
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directories(m_folder);
        m_input.specs = testing::specs();
        m_input.profileFolders = {m_folder};
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    std::filesystem::path write(const std::string& name, std::string_view text)
    {
        std::ofstream(m_folder / name, std::ios::binary) << text;
        return m_folder / name;
    }
    Settings loaded()
    {
        auto settings = Settings::load(m_input);
        EXPECT_TRUE(settings) << settings.error().detail;
        return settings ? *settings : Settings{};
    }
    // The faults of one file, one a line, without the folder.
    std::string faultsOf(std::string_view text)
    {
        m_input.files = {write("a.toml", text)};
        return faults();
    }
    std::string faults()
    {
        const auto settings = Settings::load(m_input);
        EXPECT_FALSE(settings);
        if (settings)
            return {};
        EXPECT_EQ(settings.error().code, ErrorCode::Invalid);
        std::string text = settings.error().detail;
        for (auto at = text.find(m_folder.string() + "/"); at != std::string::npos;
             at = text.find(m_folder.string() + "/"))
            text.erase(at, m_folder.string().size() + 1);
        return text;
    }
    std::uint16_t port() { return loaded().section("serve").as<ServeLike>().httpPort; }

    std::filesystem::path m_folder;
    SettingsInput m_input;
};

TEST_F(SettingsTest, DefaultsAreTheMembersInitialisers)
{
    const Settings settings = loaded();
    const auto serve = settings.section("serve").as<ServeLike>();
    EXPECT_EQ(serve.httpPort, 8080);
    EXPECT_EQ(serve.timeout, std::chrono::milliseconds(250));
    EXPECT_EQ(serve.colour, Colour::Green);
    EXPECT_EQ(settings.section("connectors.alpha").as<ConnectorLike>().symbols, std::vector<std::string>{"BTC/USD"});
    EXPECT_TRUE(settings.section("pipelines.candles").as<ReaderCommon>().enabled);
    EXPECT_EQ(settings.source("serve.http_port").text(), "default");
}

// Each source wins over all before it, alone and together.
TEST_F(SettingsTest, PrecedenceMatrix)
{
    const auto first = write("first.toml", "[serve]\nhttp_port = 3\n");
    const auto second = write("second.toml", "\n\n[serve]\nhttp_port = 4\n");
    write("one.toml", "[serve]\nhttp_port = 1\n");
    write("two.toml", "[serve]\nhttp_port = 2\n");
    const std::array<std::string, 7> sources = {"profile one:2",
                                                "profile two:2",
                                                first.string() + ":2",
                                                second.string() + ":4",
                                                "environment RAVEN_PORT",
                                                "environment TICKDECK_SERVE__HTTP_PORT",
                                                "--set"};
    for (unsigned chosen = 0; chosen < 1u << sources.size(); ++chosen) {
        m_input = {};
        m_input.specs = testing::specs();
        m_input.profileFolders = {m_folder};
        const auto has = [&](unsigned source) { return (chosen >> source & 1) != 0; };
        if (has(0))
            m_input.profiles.emplace_back("one");
        if (has(1))
            m_input.profiles.emplace_back("two");
        if (has(2))
            m_input.files.push_back(first);
        if (has(3))
            m_input.files.push_back(second);
        if (has(4))
            m_input.environment["RAVEN_PORT"] = "5";
        if (has(5))
            m_input.environment["TICKDECK_SERVE__HTTP_PORT"] = "6";
        if (has(6))
            m_input.sets.emplace_back("serve.http_port=7");
        const Settings settings = loaded();
        unsigned highest = 0;
        for (unsigned source = 0; source < sources.size(); ++source)
            if (has(source))
                highest = source + 1;
        EXPECT_EQ(settings.section("serve").as<ServeLike>().httpPort, highest == 0 ? 8080 : highest) << chosen;
        EXPECT_EQ(settings.source("serve.http_port").text(), highest == 0 ? "default" : sources[highest - 1]);
        EXPECT_EQ(settings.section("serve").as<ServeLike>().metricsPort, 9090);
    }
}

TEST_F(SettingsTest, TheEngineSetsAboveAll)
{
    m_input.sets = {"serve.bind=a"};
    Settings settings = loaded();
    ASSERT_TRUE(settings.force("serve.bind", "b", "demo"));
    EXPECT_EQ(settings.section("serve").as<ServeLike>().bind, "b");
    EXPECT_EQ(settings.source("serve.bind").text(), "demo");
    EXPECT_FALSE(settings.force("serve.bnd", "b", "demo"));
    EXPECT_FALSE(settings.force("connectors.alpha.token", "env:A", "demo"));
    EXPECT_FALSE(settings.force("nothing", "b", "demo"));
    EXPECT_EQ(settings.section("serve").as<ServeLike>().bind, "b");
}

TEST_F(SettingsTest, AliasesAreRead)
{
    m_input.files = {write("a.toml", "[server]\nhttp_port = 81\n[pipeline.candles]\nenabled = false\n")};
    m_input.environment["TICKDECK_SERVER__METRICS_PORT"] = "9999";
    const Settings settings = loaded();
    EXPECT_EQ(settings.section("serve").as<ServeLike>().httpPort, 81);
    EXPECT_EQ(settings.section("server").as<ServeLike>().metricsPort, 9999);
    EXPECT_FALSE(settings.enabled("pipelines.candles"));
    EXPECT_EQ(faultsOf("[server]\nhttp_port = 81\n[serve]\nhttp_port = 82\n"),
              "a.toml:4: serve.http_port: is set in line 2 already");
}

TEST_F(SettingsTest, EnvironmentReadsEveryType)
{
    m_input.environment = {{"TICKDECK_CONNECTORS__ALPHA__SYMBOLS", "BTC/USD, ETH/USD"},
                           {"TICKDECK_CONNECTORS__ALPHA__ENABLED", "0"},
                           {"TICKDECK_SERVE__RATIO", "1"},
                           {"TICKDECK_SERVE__COLOUR", "red"},
                           {"TICKDECK_SERVE__TIMEOUT_MS", "1500"},
                           {"TICKDECK_SINKS__STORE__EVENTS", R"(["trade", "book"])"},
                           {"TICKDECK_RECORDINGS", "not a setting"},
                           {"HOME", "/root"}};
    const Settings settings = loaded();
    const auto alpha = settings.section("connectors.alpha").as<ConnectorLike>();
    EXPECT_EQ(alpha.symbols, (std::vector<std::string>{"BTC/USD", "ETH/USD"}));
    EXPECT_FALSE(settings.enabled("connectors.alpha"));
    const auto serve = settings.section("serve").as<ServeLike>();
    EXPECT_EQ(serve.ratio, 1.0);
    EXPECT_EQ(serve.colour, Colour::Red);
    EXPECT_EQ(serve.timeout, std::chrono::milliseconds(1500));
    EXPECT_EQ(settings.section("sinks.store").as<ReaderCommon>().events, (std::vector<std::string>{"trade", "book"}));
}

struct Fault {
    const char* text;
    const char* message;
};

class SettingsFaults : public SettingsTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(SettingsFaults, NamePlaceKeyAndWhatIsAllowed) { EXPECT_EQ(faultsOf(GetParam().text), GetParam().message); }

INSTANTIATE_TEST_SUITE_P(
    Each, SettingsFaults,
    ::testing::Values(
        Fault{"[serve]\nhttp_prot = 1\n", "a.toml:2: serve.http_prot: unknown key, did you mean `http_port`?"},
        Fault{"[server]\nhttp_prot = 1\n", "a.toml:2: serve.http_prot: unknown key, did you mean `http_port`?"},
        Fault{"[serve]\nenabled = true\n",
              "a.toml:2: serve.enabled: unknown key; [serve] has: bind, http_port, metrics_port, ratio, colour, "
              "timeout_ms; [connectors.alpha] has this key"},
        Fault{"\n[connectors.alhpa]\nenabled = true\nx = 1\n",
              "a.toml:2: connectors.alhpa: unknown section, did you mean `connectors.alpha`?"},
        Fault{"[wibble.wobble.wubble]\n", "a.toml:1: wibble.wobble.wubble: unknown section"},
        Fault{"[connectors]\nenabled = true\n", "a.toml:2: connectors: keys stand in the sections below it"},
        Fault{"http_port = 1\n", "a.toml:1: a key stands outside of any section"},
        Fault{"[serve]\n\nhttp_port = 70000\n",
              "a.toml:3: serve.http_port: 70000 is not allowed; allowed: a whole number from 0 to 65535"},
        Fault{"[serve]\nmetrics_port = 80\n",
              "a.toml:2: serve.metrics_port: 80 is not allowed; allowed: a whole number from 1024 to 65535"},
        Fault{"[serve]\nhttp_port = \"80\"\n",
              "a.toml:2: serve.http_port: a text is of the wrong type; allowed: a whole number from 0 to 65535"},
        Fault{"[serve]\nhttp_port = 80.0\n",
              "a.toml:2: serve.http_port: a number is of the wrong type; allowed: a whole number from 0 to 65535"},
        Fault{"[serve]\nratio = 1.5\n", "a.toml:2: serve.ratio: 1.5 is not allowed; allowed: a number from 0 to 1"},
        Fault{"[serve]\nratio = nan\n",
              "a.toml:2: serve.ratio: a number is of the wrong type; allowed: a number from 0 to 1"},
        Fault{"[serve]\ntimeout_ms = -1\n",
              "a.toml:2: serve.timeout_ms: -1 is not allowed; allowed: a whole number from 0 to 60000"},
        Fault{"[serve]\ncolour = \"grene\"\n",
              "a.toml:2: serve.colour: `grene` is not allowed; did you mean `green`?; allowed: one of: red, green"},
        Fault{"[connectors.alpha]\nbook_depth = 11\n",
              "a.toml:2: connectors.alpha.book_depth: 11 is not allowed; allowed: one of: 10, 25, 100"},
        Fault{"[sinks.store]\nevents = [\"trade\", \"boook\"]\n",
              "a.toml:2: sinks.store.events: `boook` is not allowed; did you mean `book`?; allowed: a list of: trade, "
              "quote, book"},
        Fault{
            "[sinks.store]\nevents = [1]\n",
            "a.toml:2: sinks.store.events: a list that does not hold texts alone is of the wrong type; allowed: a list "
            "of: trade, quote, book"},
        Fault{"[serve]\nbind = 2020-01-01\n",
              "a.toml:2: serve.bind: a date or time is of the wrong type; allowed: a text"},
        Fault{
            "[serve]\nbind = \"wss://me:pw@host/x\"\n",
            "a.toml:2: serve.bind: a password in an address is not allowed: secrets are given as env:NAME or file:PATH "
            "in a key of their own"},
        Fault{"[serve]\nhttp_port = 1\nhttp_port = 2\n",
              "a.toml:3: not TOML: Error while parsing key-value pair: cannot redefine existing integer"},
        Fault{"[sinks.store]\npassword = \"hunter2\"\n",
              "a.toml:2: sinks.store.password: a secret is not given literally; allowed: env:NAME or file:PATH"},
        Fault{"[sinks.store]\npassword = \"env:ABSENT\"\n",
              "a.toml:2: sinks.store.password: the environment has no ABSENT"},
        Fault{"[sinks.store]\npassword = \"file:absent\"\n",
              "a.toml:2: sinks.store.password: the file absent cannot be read or is empty"}));

TEST_F(SettingsTest, AllFaultsAreTold)
{
    write("bad.toml", "[serve]\nratio = 2.0\n");
    m_input.profiles = {"bad", "defualt"};
    m_input.files = {m_folder / "missing.toml", m_folder, write("a.toml", "[serve]\nbindd = 1\ncolour = 7\n")};
    m_input.environment = {{"TICKDECK_SERVE__HTTP_PORT", "x"}, {"TICKDECK_SERVR__HTTP_PORT", "1"}};
    m_input.sets = {"serve.http_port", "x=1", "serve.ratio=-1"};
    EXPECT_EQ(
        faults(),
        "profile bad:2: serve.ratio: 2.0 is not allowed; allowed: a number from 0 to 1\n"
        "profile defualt: no such profile, did you mean `default`?\n"
        "missing.toml: cannot be read: No such file or directory\n" +
            m_folder.string() +
            ": is no file\n"
            "a.toml:2: serve.bindd: unknown key, did you mean `bind`?\n"
            "a.toml:3: serve.colour: a whole number is of the wrong type; allowed: one of: red, green\n"
            "environment TICKDECK_SERVE__HTTP_PORT: serve.http_port: a text is of the wrong type; allowed: a whole "
            "number from 0 to 65535\n"
            "environment TICKDECK_SERVR__HTTP_PORT: servr: unknown section, did you mean `serve`?\n"
            "--set: is not of the form section.key=value\n"
            "--set: x: is not of the form section.key=value\n"
            "--set: serve.ratio: -1.0 is not allowed; allowed: a number from 0 to 1");
}

TEST_F(SettingsTest, AProfileCannotLeaveItsFolder)
{
    write("evil.toml", "[serve]\nhttp_port = 1\n");
    m_input.profileFolders = {m_folder / "below"};
    std::filesystem::create_directories(m_folder / "below");
    m_input.profiles = {"../evil"};
    EXPECT_THAT(faults(), HasSubstr("no such profile"));
}

TEST_F(SettingsTest, HugeAndDeepFilesAreRefused)
{
    EXPECT_EQ(faultsOf(std::string((1u << 20) + 1, '#')), "a.toml: is larger than 1 MiB");
    EXPECT_THAT(faultsOf("[serve]\nbind = " + std::string(100'000, '[')), HasSubstr("not TOML"));
    EXPECT_THAT(faultsOf("[serve]\nx = \"" + std::string("\xFF\xFE") + "\"\n"), HasSubstr("not TOML"));
}

constexpr std::string_view kCanary = "canary-9f3b71";

TEST_F(SettingsTest, SecretsAreResolvedAndNeverPrinted)
{
    write("secret.txt", std::string(kCanary) + "-file\n");
    m_input.files = {write("a.toml", "[sinks.store]\npassword = \"file:secret.txt\"\n"
                                     "[connectors.alpha]\ntoken = \"env:MY_TOKEN\"\n")};
    m_input.environment = {{"MY_TOKEN", std::string(kCanary) + "-env"}};
    const Settings settings = loaded();
    EXPECT_EQ(settings.section("connectors.alpha").as<ConnectorLike>().token.value, std::string(kCanary) + "-env");
    EXPECT_EQ(settings.section("sinks.store").as<testing::SinkLike>().password, std::string(kCanary) + "-file");
    EXPECT_THAT(settings.secrets(),
                ::testing::UnorderedElementsAre(std::string(kCanary) + "-env", std::string(kCanary) + "-file"));
    EXPECT_THAT(settings.show(), Not(HasSubstr(std::string(kCanary))));
    EXPECT_THAT(settings.json(), Not(HasSubstr(std::string(kCanary))));
    EXPECT_THAT(settings.show(), HasSubstr("\"env:MY_TOKEN\""));
    EXPECT_THAT(settings.json(), HasSubstr("\"file:secret.txt\""));
}

TEST_F(SettingsTest, ADeploymentsOwnSecretVariableIsAReference)
{
    m_input.environment = {{"ALPHA_TOKEN", std::string(kCanary)}};
    const Settings settings = loaded();
    EXPECT_EQ(settings.section("connectors.alpha").as<ConnectorLike>().token.value, kCanary);
    EXPECT_THAT(settings.show(), HasSubstr("token = \"env:ALPHA_TOKEN\""));
}

TEST_F(SettingsTest, WhatIsOffNeedsNoSecrets)
{
    m_input.files = {write("a.toml", "[sinks.store]\nenabled = false\npassword = \"env:ABSENT\"\n")};
    EXPECT_TRUE(loaded().section("sinks.store").as<testing::SinkLike>().password.empty());
}

TEST_F(SettingsTest, NoFaultRepeatsALiteralSecret)
{
    const std::string canary(kCanary);
    for (const std::string& text :
         {"[connectors.alpha]\ntoken = \"" + canary + "\"\n", "[connectors.alpha]\ntoken = [\"" + canary + "\"]\n",
          "[connectors.alpha]\ntokn = \"" + canary + "\"\n", "[conectors.alpha]\ntoken = \"" + canary + "\"\n",
          "[connectors.alpha]\ntoken = '" + canary + "\n", "[connectors.alpha]\ntoken = " + canary + "\n",
          "[connectors.alpha]\ntoken = \"" + canary + "\" x\n", "[connectors.alpha]\ntoken \"" + canary + "\"\n",
          "[connectors.alpha]\ntoken = \"" + canary + "\\q\"\n"}) {
        EXPECT_THAT(faultsOf(text), Not(HasSubstr(canary))) << text;
    }
    m_input.files.clear();
    m_input.environment = {{"TICKDECK_CONNECTORS__ALPHA__TOKEN", canary}};
    m_input.sets = {"connectors.alpha.token=" + canary, "connectors.alpha.tokn=" + canary, canary, "token=" + canary};
    EXPECT_THAT(faults(), Not(HasSubstr(canary)));
}

TEST_F(SettingsTest, ShowCanBeLoadedAgain)
{
    m_input.environment = {{"KEY", "k"}, {"TICKDECK_CONNECTORS__ALPHA__TOKEN", "env:KEY"}};
    m_input.sets = {"serve.bind=a \"quoted\" \\ tab\t and ünï", "serve.ratio=0.1",
                    "connectors.alpha.symbols=[\"a,b\", \"c\"]", "serve.http_port=0"};
    const Settings settings = loaded();
    SettingsInput again;
    again.specs = testing::specs();
    again.environment = {{"KEY", "k"}};
    again.files = {write("shown.toml", settings.show())};
    const auto reloaded = Settings::load(again);
    ASSERT_TRUE(reloaded) << reloaded.error().detail << settings.show();
    EXPECT_EQ(reloaded->json(), settings.json());
    for (const SectionSpec& section : settings.specs())
        EXPECT_EQ(reloaded->section(section.name).values(), settings.section(section.name).values());
}

TEST_F(SettingsTest, ShowNamesTheSourceOfEachValue)
{
    m_input.files = {write("a.toml", "[serve]\nhttp_port = 1\n")};
    m_input.sets = {"serve.ratio=1"};
    const std::string shown = loaded().show("server");
    EXPECT_THAT(shown, ::testing::StartsWith("[serve]\nbind = "));
    EXPECT_THAT(shown, HasSubstr("# " + (m_folder / "a.toml").string() + ":2\n"));
    EXPECT_THAT(shown, ::testing::ContainsRegex("ratio = 1.0 +# --set\n"));
    EXPECT_THAT(shown, ::testing::ContainsRegex("metrics_port = 9090 +# default\n"));
    EXPECT_THAT(shown, Not(HasSubstr("connectors")));
    EXPECT_THAT(loaded().show("connectors"), ::testing::StartsWith("[connectors.alpha]\n"));
}

TEST(NearestTest, DistanceCountsSwapsAsOne)
{
    EXPECT_EQ(editDistance("", "abc"), 3u);
    EXPECT_EQ(editDistance("prot", "port"), 1u);
    EXPECT_EQ(editDistance("kitten", "sitting"), 3u);
    EXPECT_EQ(editDistance("same", "same"), 0u);
}

TEST(NearestTest, FarNamesAreNotMeant)
{
    const std::vector<std::string> names = {"http_port", "metrics_port", "id"};
    EXPECT_EQ(nearest("htpp_port", names), "http_port");
    EXPECT_EQ(nearest("http-port", names), "http_port");
    EXPECT_EQ(nearest("xy", names), "");
    EXPECT_EQ(nearest("completely_else", names), "");
    EXPECT_EQ(nearest(std::string(10'000, 'x'), names), "");
}

}  // namespace
}  // namespace tickdeck::config
