// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/link_keeper.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScopedValueRollback>

#include <algorithm>

namespace tickdeck::ui {

namespace {

// What most people look at first, then the order of the list.
std::vector<SymbolId> usualFirst(const std::vector<api::Instrument>& active)
{
    std::vector<SymbolId> out;
    const auto take = [&](auto&& wanted) {
        for (const api::Instrument& instrument : active)
            if (out.size() < static_cast<std::size_t>(kLinkCount) && wanted(instrument) &&
                std::ranges::find(out, instrument.id) == out.end())
                out.push_back(instrument.id);
    };
    for (const char* base : {"BTC-", "ETH-"})
        take([base](const api::Instrument& instrument) { return instrument.name.symbol.starts_with(base); });
    take([](const api::Instrument&) { return true; });
    return out;
}

}  // namespace

LinkKeeper::LinkKeeper(EngineClient& client, SymbolLinks& links, LookSettings& look, QObject* parent)
    : QObject(parent), m_client(client), m_links(links), m_look(look)
{
    read();
    connect(&client, &EngineClient::instrumentsChanged, this, &LinkKeeper::fill);
    connect(&client, &EngineClient::activeChanged, this, &LinkKeeper::fill);
    connect(&links, &SymbolLinks::changed, this, [this](int link) {
        if (m_filling)
            return;
        m_wanted[static_cast<std::size_t>(link)] = {};
        store();
    });
    fill();
}

void LinkKeeper::read()
{
    const QJsonArray kept = QJsonDocument::fromJson(m_look.links()).array();
    for (std::size_t i = 0; i < m_wanted.size(); ++i)
        m_wanted[i] = nameOf(kept.at(static_cast<qsizetype>(i)).toObject());
}

void LinkKeeper::store()
{
    QJsonArray out;
    for (int link = 0; link < kLinkCount; ++link) {
        const SymbolName& wanted = m_wanted[static_cast<std::size_t>(link)];
        const api::Instrument* shown = m_client.instrument(m_links.symbol(link));
        out.append(jsonOf(wanted.symbol.empty() && shown ? shown->name : wanted));
    }
    m_look.setLinks(QJsonDocument(out).toJson(QJsonDocument::Compact));
}

void LinkKeeper::fill()
{
    const QScopedValueRollback guard(m_filling, true);
    const std::vector<SymbolId> first = usualFirst(m_client.active());
    for (int link = 0; link < kLinkCount; ++link) {
        const auto index = static_cast<std::size_t>(link);
        SymbolName& wanted = m_wanted[index];
        const api::Instrument* found = wanted.symbol.empty() ? nullptr : m_client.instrument(wanted);
        if (found) {
            wanted = {};
            m_links.setSymbol(link, found->id);
        } else if (m_links.symbol(link) == 0 && index < first.size()) {
            m_links.setSymbol(link, first[index]);
        }
    }
}

}  // namespace tickdeck::ui
