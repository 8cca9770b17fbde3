// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/symbol_dock.h"

#include <array>

#include "ui/client/words.h"

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
    setSubtitle(words::symbol(*found) + QStringLiteral(" · ") + QString::fromStdString(found->name.venue));
    // Not from the constructor, where the subclass is not there yet.
    if (!same)
        QMetaObject::invokeMethod(this, [this] { instrumentChanged(); }, Qt::QueuedConnection);
}

}  // namespace tickdeck::ui
