// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/dead_letter_rows.h"

#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

QString text(const std::string& utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

Cell cell(QString shown, Role tone = Role::Text, QVariant sort = {})
{
    return {.text = std::move(shown), .sort = std::move(sort), .tone = tone, .mark = Mark::None, .samples = {}};
}

}  // namespace

std::vector<Column> DeadLetterRows::columns()
{
    return {{tr("Time UTC"), tr("When it was refused"), CellLook::Number, false, false},
            {tr("Component"), tr("What refused it"), CellLook::Words, false, false},
            {tr("Code"), tr("Kind of the fault"), CellLook::Words, false, false},
            {tr("Size"), tr("Of the whole input"), CellLook::Number, false, false},
            {tr("Number"), tr("Place in the journal"), CellLook::Number, false, false},
            {tr("Again"), tr("Whether it can be tried again"), CellLook::Words, false, false},
            {tr("Reason"), {}, CellLook::Words, false, false}};
}

std::vector<Row> DeadLetterRows::rows(const api::DeadLetters& letters)
{
    std::vector<Row> out;
    out.reserve(letters.letters.size());
    for (const api::DeadLetter& letter : letters.letters) {
        Row row{.key = QString::number(letter.id), .tip = text(letter.text), .cells = {}};
        row.cells = {cell(dateTimeText(letter.time), Role::Text, static_cast<double>(letter.time)),
                     cell(text(letter.component)),
                     cell(text(letter.code), Role::Warn),
                     cell(bytesText(letter.size), Role::Text, static_cast<double>(letter.size)),
                     cell(letter.seq == 0 ? QStringLiteral("–") : countText(letter.seq), Role::Muted,
                          static_cast<double>(letter.seq)),
                     cell(letter.canRetry ? tr("yes") : tr("no"), letter.canRetry ? Role::Text : Role::Muted),
                     cell(text(letter.text), Role::Muted)};
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace tickdeck::ui
