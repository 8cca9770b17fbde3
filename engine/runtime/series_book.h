// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Series for front ends: what is stored, read once by the worker, then what came since.

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/runtime/worker.h"

namespace tickdeck::runtime {

// Any thread; never waits for a store. `items` is the series' vector, oldest first by `time`; `loading` its flag. A series
// that nobody has asked for the longest time makes room for a new one.
template <class Key, class Series, auto items, auto time>
class SeriesBook {
public:
    static constexpr std::size_t kMostSeries = 64;
    using Items = std::remove_cvref_t<decltype(std::declval<Series&>().*items)>;
    using Item = typename Items::value_type;

    struct Source {
        std::function<Series(const Key&)> fresh;
        // Stored items, oldest first. On the worker's thread.
        std::function<Items(const Key&)> readStored;
        // Appends what is new after `cursor` or differs from `known`; returns the next cursor.
        std::function<std::uint64_t(const Key&, std::uint64_t cursor, const Series& known, Items& out)> live;
        // Whether `next` takes the place of `known`, which has the same time.
        std::function<bool(const Item& known, const Item& next)> replaces;
        // Drops the oldest.
        std::function<void(Items&)> trim;
    };

    SeriesBook(Worker& worker, Source source) : m_worker(&worker), m_source(std::move(source)) {}

    // The same pointer until something is newer.
    [[nodiscard]] std::shared_ptr<const Series> series(const Key& key)
    {
        const std::scoped_lock lock(m_mutex);
        std::shared_ptr<Entry>& entry = m_entries[key];
        if (!entry) {
            entry = std::make_shared<Entry>();
            auto fresh = std::make_shared<Series>(m_source.fresh(key));
            fresh->loading = true;
            entry->series = std::move(fresh);
            m_worker->post([this, entry, key] {
                Items stored = m_source.readStored(key);
                const std::scoped_lock inner(m_mutex);
                entry->stored = std::move(stored);
                entry->storedRead = true;
            });
        }
        entry->asked = ++m_asked;
        refresh(*entry, key);
        auto out = entry->series;
        if (m_entries.size() > kMostSeries)
            m_entries.erase(std::ranges::min_element(m_entries, {}, [](const auto& e) { return e.second->asked; }));
        return out;
    }

private:
    struct Entry {
        std::shared_ptr<const Series> series;
        std::uint64_t cursor = 0;
        std::uint64_t asked = 0;
        Items stored;  // handed over by the worker
        bool storedRead = false;
    };

    void put(Items& all, const Item& item) const
    {
        const auto at = std::ranges::lower_bound(all, item.*time, {}, time);
        if (at == all.end() || (*at).*time != item.*time)
            all.insert(at, item);
        else if (m_source.replaces(*at, item))
            *at = item;
    }

    void refresh(Entry& entry, const Key& key)
    {
        Items newer;
        entry.cursor = m_source.live(key, entry.cursor, *entry.series, newer);
        const bool storedArrived = entry.storedRead && entry.series->loading;
        if (newer.empty() && !storedArrived)
            return;
        auto next = std::make_shared<Series>(*entry.series);
        if (storedArrived) {
            next->loading = false;
            for (const Item& item : std::exchange(entry.stored, {}))
                put((*next).*items, item);
        }
        for (const Item& item : newer)
            put((*next).*items, item);
        m_source.trim((*next).*items);
        entry.series = std::move(next);
    }

    Worker* m_worker;
    Source m_source;
    std::mutex m_mutex;
    std::map<Key, std::shared_ptr<Entry>> m_entries;
    std::uint64_t m_asked = 0;
};

}  // namespace tickdeck::runtime
