// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the docks that show one instrument have in common: a symbol link, and a turn at frame rate while they are seen.

#include "ui/client/engine_client.h"
#include "ui/client/symbol_link.h"
#include "ui/widgets/dock.h"

namespace tickdeck::ui {

// GUI thread. Client and links outlive it.
class SymbolDock : public Dock {
    Q_OBJECT
public:
    SymbolDock(const QString& id, const QString& title, const Theme& theme, EngineClient& client, SymbolLinks& links);

    // kPinned: keeps its instrument, whatever the links show.
    [[nodiscard]] int link() const { return m_link; }
    void setLink(int link);
    // Shows this instrument: through its link, or, pinned, by itself.
    void showSymbol(SymbolId symbol);
    // An instrument of this venue, that of this canonical name if one is given, and its chart at that instant; the present
    // one if there is none. A frozen dock goes on.
    void showAt(const QString& venue, const QString& symbol, Nanos at);
    [[nodiscard]] SymbolId symbol() const { return m_instrument.id; }
    [[nodiscard]] QJsonObject look() const override;
    void setLook(const QJsonObject& look) override;

protected:
    [[nodiscard]] EngineClient& client() { return m_client; }
    [[nodiscard]] SymbolLinks& links() { return m_links; }
    [[nodiscard]] const api::Instrument& instrument() const { return m_instrument; }
    [[nodiscard]] bool hasInstrument() const { return m_instrument.id != 0; }

    // The age of what is shown stands in the header while it is older than it should be; kNoTime: it is not.
    void setAge(Nanos age);

    // The dock shows another instrument, or its precision became known.
    virtual void instrumentChanged() = 0;
    // The chart scrolls to that instant; of a dock without one: nothing.
    virtual void showTime(Nanos) {}
    // A frame in which the dock is visible and not frozen.
    virtual void refresh() = 0;

private:
    void follow();
    void say();

    EngineClient& m_client;
    SymbolLinks& m_links;
    int m_link = 0;
    SymbolName m_pin;  // while pinned
    api::Instrument m_instrument;
    QString m_age;
};

}  // namespace tickdeck::ui
