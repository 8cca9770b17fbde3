// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which instrument the docks show: docks that follow the same link show the same one.

#include <QObject>
#include <QString>

#include <array>

#include "engine/model/symbols.h"

namespace tickdeck::ui {

inline constexpr int kLinkCount = 3;

// GUI thread. One for the window. 0: no instrument chosen yet.
class SymbolLinks : public QObject {
    Q_OBJECT
public:
    [[nodiscard]] SymbolId symbol(int link) const { return m_symbols[static_cast<std::size_t>(link)]; }
    void setSymbol(int link, SymbolId symbol)
    {
        if (m_symbols[static_cast<std::size_t>(link)] == symbol)
            return;
        m_symbols[static_cast<std::size_t>(link)] = symbol;
        Q_EMIT changed(link);
    }
    // "A", "B", "C"
    [[nodiscard]] static QString letter(int link) { return QString(QChar(u'A' + link)); }

Q_SIGNALS:
    void changed(int link);

private:
    std::array<SymbolId, kLinkCount> m_symbols{};
};

}  // namespace tickdeck::ui
