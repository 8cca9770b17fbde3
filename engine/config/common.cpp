// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/config/common.h"

#include <algorithm>

namespace tickdeck::config {

namespace {

SectionSpec merged(SectionSpec common, SectionSpec own)
{
    std::erase_if(common.fields, [&](const FieldSpec& field) {
        return std::ranges::any_of(own.fields, [&](const FieldSpec& other) { return other.name == field.name; });
    });
    own.fields.insert(own.fields.begin(), common.fields.begin(), common.fields.end());
    return own;
}

}  // namespace

SectionSpec connectorSection(SectionSpec own) { return merged(describe<ConnectorCommon>({}, {}), std::move(own)); }

SectionSpec readerSection(SectionSpec own, std::span<const std::string_view> eventTypes)
{
    SectionSpec out = merged(describe<ReaderCommon>({}, {}), std::move(own));
    for (FieldSpec& field : out.fields)
        if (field.name == "events")
            field.choices.assign(eventTypes.begin(), eventTypes.end());
    return out;
}

}  // namespace tickdeck::config
