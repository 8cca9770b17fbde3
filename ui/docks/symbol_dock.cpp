// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/symbol_dock.h"

#include <array>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

SymbolDock::SymbolDock(const QString& id, const QString& title, const Theme& theme, EngineClient& client,
                       SymbolLinks& links)
    : Dock(id, title, theme), m_client(client), m_links(links)
{
    connect(&links, &SymbolLinks::changed, this, [this](int changed) {
        if (changed == m_link)
            follow();
    });
    connect(&client, &EngineClient::instrumentsChanged, this, &SymbolDock::follow);
    connect(&client, &EngineClient::frame, this, [this] {
        if (isVisible() && !isFrozen())
            refresh();
    });
    setLink(0);
}

void SymbolDock::setLink(int link)
{
    constexpr std::array kColors{Role::Accent, Role::Suspect, Role::Warn};
    m_link = link;
    setLinkChip(SymbolLinks::letter(link), kColors[static_cast<std::size_t>(link)],
                [this] { setLink((m_link + 1) % kLinkCount); });
    follow();
}

void SymbolDock::follow()
{
    const api::Instrument* found = m_client.instrument(m_links.symbol(m_link));
    if (!found)
        return;
    const bool same = found->id == m_instrument.id && found->pricePrecision == m_instrument.pricePrecision &&
                      found->quantityPrecision == m_instrument.quantityPrecision;
    m_instrument = *found;
    say();
    // Not from the constructor, where the subclass is not there yet.
    if (!same)
        QMetaObject::invokeMethod(this, [this] { instrumentChanged(); }, Qt::QueuedConnection);
}

void SymbolDock::setAge(Nanos age)
{
    const QString text = age == kNoTime ? QString() : tr("%1 old").arg(ageText(age));
    if (text == m_age)
        return;
    m_age = text;
    say();
}

void SymbolDock::say()
{
    QString text =
        words::symbol(m_instrument) + QStringLiteral(" · ") + QString::fromStdString(m_instrument.name.venue);
    if (!m_age.isEmpty())
        text += QStringLiteral(" · ") + m_age;
    setSubtitle(text);
}

}  // namespace tickdeck::ui
