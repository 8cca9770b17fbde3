// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/symbol_dock.h"

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
    m_link = link;
    m_pin = link == kPinned ? m_instrument.name : SymbolName();
    const QString letter = link == kPinned ? tr("P", "chip: pinned") : SymbolLinks::letter(link);
    setLinkChip(letter,
                link == kPinned ? tr("Pinned to its instrument (Alt+0); Alt+1…3 or a click follows a link")
                                : tr("Follows symbol link %1 (Alt+%2); click for the next").arg(letter).arg(link + 1),
                link, [this] { setLink((m_link + 1) % (kLinkCount + 1)); });
    follow();
    Q_EMIT lookChanged();
}

void SymbolDock::showSymbol(SymbolId symbol)
{
    if (m_link != kPinned) {
        m_links.setSymbol(m_link, symbol);
        return;
    }
    if (const api::Instrument* found = m_client.instrument(symbol))
        m_pin = found->name;
    follow();
    Q_EMIT lookChanged();
}

void SymbolDock::showAt(const QString& venue, const QString& symbol, Nanos at)
{
    setFrozen(false);
    const SymbolName& shown = m_instrument.name;
    const bool fits = shown.venue == venue.toStdString() && (symbol.isEmpty() || shown.symbol == symbol.toStdString());
    const api::Instrument* found = fits ? nullptr : m_client.instrumentOf(venue.toStdString(), symbol.toStdString());
    if (found)
        showSymbol(found->id);
    // Behind instrumentChanged().
    QMetaObject::invokeMethod(this, [this, at] { showTime(at); }, Qt::QueuedConnection);
}

QJsonObject SymbolDock::look() const
{
    if (m_link == kPinned)
        return {{QStringLiteral("pin"), jsonOf(m_pin)}};
    return {{QStringLiteral("link"), m_link}};
}

void SymbolDock::setLook(const QJsonObject& look)
{
    const int link = look[QStringLiteral("link")].toInt(0);
    if (const QJsonValue pin = look[QStringLiteral("pin")]; pin.isObject()) {
        setLink(kPinned);
        m_pin = nameOf(pin.toObject());
        follow();
    } else {
        setLink(link >= 0 && link < kLinkCount ? link : 0);
    }
}

void SymbolDock::follow()
{
    const api::Instrument* found =
        m_link == kPinned ? m_client.instrument(m_pin) : m_client.instrument(m_links.symbol(m_link));
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
