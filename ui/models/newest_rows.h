// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What trades and forced orders have in common as rows: the newest first, of one instrument or of all.

#include <QAbstractTableModel>

#include <algorithm>
#include <deque>
#include <vector>

#include "engine/api/snapshots.h"

namespace tickdeck::ui {

// GUI thread. Keeps the newest `kept` of all instruments, so that a change of the instrument has something to show, and
// shows at most `shown`. T has `symbol`.
template <class T>
class NewestRows : public QAbstractTableModel {
public:
    NewestRows(std::size_t kept, int shown, QObject* parent) : QAbstractTableModel(parent), m_kept(kept), m_most(shown)
    {
    }

    void add(const std::vector<T>& items)
    {
        m_all.insert(m_all.end(), items.begin(), items.end());
        if (m_all.size() > m_kept)
            m_all.erase(m_all.begin(), m_all.end() - static_cast<std::ptrdiff_t>(m_kept));
        const auto count = static_cast<int>(std::ranges::count_if(items, [this](const T& item) { return fits(item); }));
        if (count == 0)
            return;
        beginInsertRows({}, 0, count - 1);
        for (const T& item : items)
            if (fits(item))
                m_shown.push_front(item);
        endInsertRows();
        if (const auto size = static_cast<int>(m_shown.size()); size > m_most) {
            beginRemoveRows({}, m_most, size - 1);
            m_shown.resize(static_cast<std::size_t>(m_most));
            endRemoveRows();
        }
    }
    // What is shown; units go into the headers.
    void setInstrument(const api::Instrument& instrument)
    {
        m_instrument = instrument;
        choose();
    }
    // Of all instruments.
    void setEvery(bool every)
    {
        m_every = every;
        choose();
    }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
    }

protected:
    [[nodiscard]] const T& item(int row) const { return m_shown[static_cast<std::size_t>(row)]; }
    [[nodiscard]] const api::Instrument& instrument() const { return m_instrument; }
    [[nodiscard]] bool every() const { return m_every; }

private:
    [[nodiscard]] bool fits(const T& item) const
    {
        return m_every || (m_instrument.id != 0 && item.symbol == m_instrument.id);
    }
    void choose()
    {
        beginResetModel();
        m_shown.clear();
        for (auto item = m_all.rbegin(); item != m_all.rend() && m_shown.size() < static_cast<std::size_t>(m_most);
             ++item)
            if (fits(*item))
                m_shown.push_back(*item);
        endResetModel();
    }

    std::size_t m_kept;
    int m_most;
    std::deque<T> m_all;    // oldest first
    std::deque<T> m_shown;  // newest first
    api::Instrument m_instrument;
    bool m_every = false;
};

}  // namespace tickdeck::ui
