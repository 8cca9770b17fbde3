// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/config/toml_text.h"
#include "tests/config/sections.h"

namespace tickdeck::config {
namespace {

using ::testing::HasSubstr;

TEST(DocsTest, NameEveryKeyWithWhatIsAllowed)
{
    const std::string text = docs(testing::specs());
    EXPECT_THAT(text, HasSubstr("## [serve]\n\nWhat is served\n\nAlso read as `[server]`.\n"));
    EXPECT_THAT(text, HasSubstr("| `http_port` | `8080` | a whole number from 0 to 65535 |  | "
                                "`TICKDECK_SERVE__HTTP_PORT`, `RAVEN_PORT` | Port |\n"));
    EXPECT_THAT(text, HasSubstr("| A \\| share |"));
    EXPECT_THAT(text, HasSubstr("| `timeout_ms` | `250` | a whole number from 0 to 60000 | ms |"));
    EXPECT_THAT(text, HasSubstr("`TICKDECK_CONNECTORS__ALPHA__BOOK_DEPTH`"));
    for (const SectionSpec& section : testing::specs())
        for (const FieldSpec& field : section.fields)
            EXPECT_THAT(text, HasSubstr("| `" + field.name + "` |")) << section.name;
}

TEST(JsonSchemaTest, SaysTypesRangesAndChoices)
{
    const auto schema = nlohmann::json::parse(jsonSchema(testing::specs()));
    const auto& serve = schema["properties"]["serve"];
    EXPECT_EQ(serve["additionalProperties"], false);
    EXPECT_EQ(serve["properties"]["http_port"]["type"], "integer");
    EXPECT_EQ(serve["properties"]["http_port"]["maximum"], 65535);
    EXPECT_EQ(serve["properties"]["colour"]["enum"], (nlohmann::json{"red", "green"}));
    EXPECT_EQ(serve["properties"]["colour"]["default"], "green");
    EXPECT_EQ(schema["properties"]["server"], serve);
    const auto& alpha = schema["properties"]["connectors"]["properties"]["alpha"]["properties"];
    EXPECT_EQ(alpha["book_depth"]["enum"], (nlohmann::json{10, 25, 100}));
    EXPECT_EQ(alpha["enabled"]["default"], true);
    EXPECT_EQ(alpha["token"]["pattern"], "^((env|file):.+)?$");
    EXPECT_FALSE(alpha["token"].contains("default"));
    const auto& events = schema["properties"]["pipeline"]["properties"]["candles"]["properties"]["events"];
    EXPECT_EQ(events["items"]["enum"], (nlohmann::json{"trade", "quote", "book"}));
}

}  // namespace
}  // namespace tickdeck::config
