// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Finds instruments of all venues by a few letters: "btc perp", "bin eth", "1000pepe".

#include <QString>

#include <functional>
#include <string>
#include <vector>

#include "engine/api/snapshots.h"

namespace tickdeck::ui {

// GUI thread. Each word must be found: in the base, quote, kind, venue or native symbol, best at a beginning; letters in
// order count least. Ten thousand instruments take about a millisecond.
class InstrumentIndex {
public:
    void set(const std::vector<api::Instrument>& instruments);

    struct Found {
        std::vector<SymbolId> best;  // best first
        std::size_t count = 0;       // of all that match
    };
    // At most `most`. `bonus` is added to an instrument's score (0…30: in use, chosen lately).
    [[nodiscard]] Found find(const QString& text, std::size_t most, const std::function<int(SymbolId)>& bonus) const;

private:
    struct Key {
        SymbolId id = 0;
        std::string base;
        std::string bare;    // the base without a leading multiplier: "pepe" of "1000pepe"
        std::string joined;  // the canonical symbol without dashes
        std::string native;
        std::string words;  // quote, kind, venue, further parts: each after a blank
        int open = 0;       // traded now
    };
    [[nodiscard]] static int score(const Key& key, const std::string& word);

    std::vector<Key> m_keys;
};

}  // namespace tickdeck::ui
