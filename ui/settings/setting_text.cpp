// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_text.h"

#include <QLocale>

#include <cmath>

#include "engine/config/field_check.h"

namespace tickdeck::ui {

namespace {

constexpr double kLargestShown = 9e15;  // beyond it a bound is only that of the type

QString bound(double value)
{
    const QLocale english(QLocale::English);
    return value == std::floor(value) ? english.toString(static_cast<qlonglong>(value))
                                      : english.toString(value, 'g', 6);
}

QString joined(const std::vector<std::string>& names)
{
    QStringList out;
    for (const std::string& name : names)
        out << QString::fromStdString(name);
    return out.join(QStringLiteral(", "));
}

}  // namespace

std::string SettingText::written(const config::Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* secret = std::get_if<config::Secret>(&value))
        return config::isReference(secret->value) ? secret->value : std::string{};
    return config::tomlValue(value);
}

std::string SettingText::written(const QStringList& list)
{
    std::vector<std::string> out;
    for (const QString& element : list)
        out.push_back(element.toStdString());
    return config::tomlValue(config::Value(std::move(out)));
}

QStringList SettingText::elements(const config::FieldSpec& spec, const std::string& written)
{
    QStringList out;
    const config::RawValue raw = config::parseText(spec, written);
    if (const auto* list = std::get_if<std::vector<std::string>>(&raw))
        for (const std::string& element : *list)
            out << QString::fromStdString(element);
    return out;
}

QString SettingText::shown(const config::FieldSpec& spec, const config::Value& value)
{
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? tr("on") : tr("off");
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        return list->empty() ? tr("none") : joined(*list);
    const QString text = QString::fromStdString(written(value));
    return !text.isEmpty() ? text : config::isSecret(spec) ? tr("not set") : tr("empty");
}

QString SettingText::shown(const config::FieldSpec& spec, const std::string& written)
{
    if (spec.type == config::ValueType::Bool)
        return shown(spec, config::Value(written == "true"));
    if (spec.type == config::ValueType::List) {
        const QStringList list = elements(spec, written);
        return list.isEmpty() ? tr("none") : list.join(QStringLiteral(", "));
    }
    return shown(spec, config::Value(written));
}

QString SettingText::allowed(const config::FieldSpec& spec)
{
    if (config::isSecret(spec))
        return tr("a secret is named, never written here: env:NAME or file:PATH");
    const bool low = spec.info.min > -kLargestShown;
    const bool high = spec.info.max < kLargestShown;
    QString out;
    switch (spec.type) {
    case config::ValueType::Bool: return tr("on or off");
    case config::ValueType::Integer: out = tr("a whole number"); break;
    case config::ValueType::Number: out = tr("a number"); break;
    case config::ValueType::Text:
        return spec.choices.empty() ? tr("a text") : tr("one of: %1").arg(joined(spec.choices));
    case config::ValueType::List:
        return spec.choices.empty() ? tr("a list, one element a line") : tr("any of: %1").arg(joined(spec.choices));
    case config::ValueType::Secret: break;
    }
    if (!spec.choices.empty())
        return tr("one of: %1").arg(joined(spec.choices));
    if (low && high)
        return tr("%1 from %2 to %3").arg(out, bound(spec.info.min), bound(spec.info.max));
    if (low)
        return tr("%1 of at least %2").arg(out, bound(spec.info.min));
    if (high)
        return tr("%1 of at most %2").arg(out, bound(spec.info.max));
    return out;
}

QString SettingText::source(const api::Setting& setting)
{
    if (setting.origin == config::Origin::Default)
        return tr("default");
    return QString::fromStdString(setting.source);
}

QString SettingText::locked(const api::Setting& setting)
{
    if (!setting.overridden)
        return {};
    switch (setting.origin) {
    case config::Origin::Default:
    case config::Origin::Profile:
    case config::Origin::File: return tr("Set elsewhere, with more weight than your file: cannot be changed here.");
    case config::Origin::Environment:
        return tr("Set by the environment (%1): cannot be changed here.").arg(source(setting));
    case config::Origin::CommandLine:
        return tr("Set on the command line (%1): cannot be changed here.").arg(source(setting));
    case config::Origin::Engine:
        return tr("Set by the engine itself (%1): cannot be changed here.").arg(source(setting));
    }
    return {};
}

QString SettingText::effect(const config::FieldSpec& spec)
{
    return spec.info.live ? tr("applies at once") : tr("takes a restart: the lower edge says of what");
}

}  // namespace tickdeck::ui
