// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which instrument the docks show: docks that follow the same link show the same one.

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <array>

#include "engine/model/symbols.h"

namespace tickdeck::ui {

inline constexpr int kLinkCount = 3;
inline constexpr int kPinned = kLinkCount;  // in place of a link: a dock that keeps its own instrument

// A name between runs, in which ids differ.
[[nodiscard]] inline QJsonObject jsonOf(const SymbolName& name)
{
    return {{QStringLiteral("venue"), QString::fromStdString(name.venue)},
            {QStringLiteral("symbol"), QString::fromStdString(name.symbol)},
            {QStringLiteral("native"), QString::fromStdString(name.native)}};
}
[[nodiscard]] inline SymbolName nameOf(const QJsonObject& json)
{
    const auto text = [&](const char* key) { return json[QLatin1String(key)].toString().toStdString(); };
    return {text("venue"), text("symbol"), text("native")};
}

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
