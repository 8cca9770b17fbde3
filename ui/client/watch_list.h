// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The instruments that the user watches.

#include <QJsonArray>
#include <QObject>

#include <algorithm>
#include <vector>

#include "ui/client/symbol_link.h"

namespace tickdeck::ui {

// GUI thread. One for the window. Until something is added or removed it is not chosen: all that have quotes are watched.
class WatchList : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 200;

    [[nodiscard]] bool isChosen() const { return m_chosen; }
    [[nodiscard]] const std::vector<SymbolName>& names() const { return m_names; }
    // Starts from what is shown when nothing was chosen. False: it is there already, or the list is full.
    bool add(const SymbolName& name, const std::vector<SymbolName>& shown)
    {
        if (!m_chosen)
            m_names = shown;
        if (std::ranges::find(m_names, name) != m_names.end() || m_names.size() >= kMost)
            return false;
        m_names.push_back(name);
        m_chosen = true;
        Q_EMIT changed();
        return true;
    }
    void remove(const SymbolName& name, const std::vector<SymbolName>& shown)
    {
        if (!m_chosen)
            m_names = shown;
        m_chosen = true;
        std::erase(m_names, name);
        Q_EMIT changed();
    }
    // All again.
    void clear()
    {
        m_names.clear();
        m_chosen = false;
        Q_EMIT changed();
    }
    [[nodiscard]] QJsonArray toJson() const
    {
        QJsonArray out;
        for (const SymbolName& name : m_names)
            out.append(jsonOf(name));
        return out;
    }
    // An empty array is no choice.
    void fromJson(const QJsonArray& json)
    {
        m_names.clear();
        for (const auto each : json)
            if (SymbolName name = nameOf(each.toObject()); !name.venue.empty() && m_names.size() < kMost)
                m_names.push_back(std::move(name));
        m_chosen = !m_names.empty();
        Q_EMIT changed();
    }

Q_SIGNALS:
    void changed();

private:
    std::vector<SymbolName> m_names;
    bool m_chosen = false;
};

}  // namespace tickdeck::ui
