// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_rows.h"

#include <algorithm>

#include "ui/settings/setting_text.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

Cell cell(QString text, Role tone = Role::Text, Mark mark = Mark::None)
{
    return {.text = std::move(text), .sort = {}, .tone = tone, .mark = mark, .samples = {}};
}

Cell number(std::int64_t value, Role tone)
{
    return {.text = value == 0 ? QString() : countText(static_cast<std::uint64_t>(value)),
            .sort = static_cast<qlonglong>(value),
            .tone = tone,
            .mark = Mark::None,
            .samples = {}};
}

bool finds(const QStringList& words, const SettingsEdit& edit, const std::string& key, const api::Setting& setting)
{
    if (words.isEmpty())
        return true;
    const QString where = QStringLiteral("%1\n%2\n%3\n%4")
                              .arg(QString::fromStdString(key),
                                   QString::fromUtf8(setting.spec.info.help.data(),
                                                     static_cast<qsizetype>(setting.spec.info.help.size())),
                                   SettingText::shown(setting.spec, edit.value(key)), SettingText::source(setting));
    return std::ranges::all_of(words, [&](const QString& word) { return where.contains(word, Qt::CaseInsensitive); });
}

bool isWithin(const std::string& name, const std::string& section)
{
    return section.empty() || name == section || name.starts_with(section + ".");
}

QStringList wordsOf(const QString& needle) { return needle.split(QLatin1Char(' '), Qt::SkipEmptyParts); }

}  // namespace

std::vector<Column> SettingsRows::sectionColumns()
{
    return {{tr("Section"), {}, CellLook::Code, false, false},
            {tr("Settings"), tr("How many there are, or were found"), CellLook::Number, false, false},
            {tr("Edited"), tr("Changed here and not applied yet"), CellLook::Number, false, false}};
}

std::vector<Row> SettingsRows::sections(const SettingsEdit& edit, const QString& needle)
{
    std::vector<Row> out;
    if (!edit.view())
        return out;
    const QStringList words = wordsOf(needle);
    std::int64_t allFound = 0;
    for (const api::SettingsSection& section : edit.view()->sections) {
        std::int64_t found = 0;
        std::int64_t edited = 0;
        for (const api::Setting& setting : section.settings) {
            const std::string key = SettingsEdit::keyOf(section, setting);
            found += finds(words, edit, key, setting) ? 1 : 0;
            edited += edit.isEdited(key) ? 1 : 0;
        }
        allFound += found;
        if (found == 0 && edited == 0)
            continue;
        const QString name = QString::fromStdString(section.name);
        Row row{.key = name, .tip = QString::fromStdString(section.help), .cells = {}};
        row.cells = {cell(name), number(found, Role::Muted), number(edited, Role::Accent)};
        out.push_back(std::move(row));
    }
    Row all{.key = {}, .tip = tr("All settings"), .cells = {}};
    all.cells = {cell(tr("all"), Role::Muted), number(allFound, Role::Muted),
                 number(static_cast<std::int64_t>(edit.edits()), Role::Accent)};
    out.insert(out.begin(), std::move(all));
    return out;
}

std::vector<Column> SettingsRows::settingColumns()
{
    return {
        {tr("Setting"), {}, CellLook::Code, false, false},
        {tr("Value"), {}, CellLook::Code, false, false},
        {tr("Unit"), {}, CellLook::Words, false, false},
        {tr("State"), tr("Edited here, wrong, or locked because it is set elsewhere"), CellLook::Words, false, false},
        {tr("Set in"), tr("Where the value in force comes from"), CellLook::Words, false, false}};
}

std::vector<Row> SettingsRows::settings(const SettingsEdit& edit, const QString& section, const QString& needle)
{
    std::vector<Row> out;
    if (!edit.view())
        return out;
    const QStringList words = wordsOf(needle);
    const std::string within = section.toStdString();
    for (const api::SettingsSection& each : edit.view()->sections) {
        if (!isWithin(each.name, within))
            continue;
        for (const api::Setting& setting : each.settings) {
            const std::string key = SettingsEdit::keyOf(each, setting);
            if (!finds(words, edit, key, setting))
                continue;
            const config::FieldSpec& spec = setting.spec;
            const bool edited = edit.isEdited(key);
            const QString fault = edit.fault(key);
            Cell state = cell({});
            if (!fault.isEmpty())
                state = cell(tr("wrong"), Role::Bad, Mark::Failed);
            else if (edited)
                state = cell(edit.isReset(key) ? tr("taken out") : tr("edited"), Role::Accent, Mark::Starting);
            else if (setting.overridden)
                state = cell(tr("locked"), Role::Muted, Mark::Stopped);
            Row row{.key = QString::fromStdString(key), .tip = {}, .cells = {}};
            row.tip = QString::fromUtf8(spec.info.help.data(), static_cast<qsizetype>(spec.info.help.size()));
            if (!fault.isEmpty())
                row.tip += QLatin1Char('\n') + fault;
            const bool plain = setting.origin == config::Origin::Default && !edited;
            row.cells = {cell(each.name == within ? QString::fromStdString(spec.name) : row.key),
                         cell(SettingText::shown(spec, edit.value(key)), edited  ? Role::Accent
                                                                         : plain ? Role::Muted
                                                                                 : Role::Text),
                         cell(QString::fromUtf8(spec.info.unit.data(), static_cast<qsizetype>(spec.info.unit.size())),
                              Role::Muted),
                         state,
                         cell(SettingText::source(setting),
                              setting.origin == config::Origin::Default ? Role::Muted : Role::Text)};
            out.push_back(std::move(row));
        }
    }
    return out;
}

std::vector<Column> SettingsRows::historyColumns()
{
    return {{tr("Revision"), {}, CellLook::Number, false, false},
            {tr("When UTC"), {}, CellLook::Number, false, false},
            {tr("Who"), {}, CellLook::Words, false, false},
            {tr("What"), {}, CellLook::Words, false, false}};
}

std::vector<Row> SettingsRows::history(const SettingsEdit& edit)
{
    std::vector<Row> out;
    const std::int64_t inForce = edit.view() ? edit.view()->revision : 0;
    for (const api::SettingsRevision& revision : edit.history()) {
        QString what = QString::fromStdString(revision.what);
        if (revision.id == inForce)
            what.prepend(tr("in force: "));
        Row row{.key = QString::number(revision.id), .tip = what, .cells = {}};
        Cell id = number(revision.id, revision.id == inForce ? Role::Accent : Role::Text);
        id.text = QString::number(revision.id);
        row.cells = {std::move(id), cell(dateTimeText(revision.time)), cell(QString::fromStdString(revision.who)),
                     cell(QString(what).replace(QLatin1Char('\n'), QStringLiteral("; ")))};
        row.cells[1].sort = static_cast<qlonglong>(revision.time);
        out.push_back(std::move(row));
    }
    return out;
}

QString SettingsRows::takenBack(const SettingsEdit& edit, std::int64_t revision)
{
    QStringList out;
    for (const api::SettingsRevision& each : edit.history())
        if (each.id > revision)
            out << tr("%1: %2").arg(QString::number(each.id), QString::fromStdString(each.what));
    constexpr qsizetype kLines = 8;
    if (out.size() > kLines) {
        const auto more = out.size() - kLines;
        out = out.first(kLines);
        out << tr("and %1 more").arg(more);
    }
    return out.join(QLatin1Char('\n'));
}

}  // namespace tickdeck::ui
