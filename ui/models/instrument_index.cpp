// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/instrument_index.h"

#include <algorithm>

namespace tickdeck::ui {

namespace {

bool isWordCharacter(unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80; }

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// The runs of letters and digits.
std::vector<std::string> parts(std::string_view text)
{
    std::vector<std::string> out;
    bool inside = false;
    for (const char c : lower(text)) {
        if (!isWordCharacter(static_cast<unsigned char>(c))) {
            inside = false;
            continue;
        }
        if (!inside)
            out.emplace_back();
        inside = true;
        out.back() += c;
    }
    return out;
}

std::string joinedParts(const std::vector<std::string>& all)
{
    std::string out;
    for (const std::string& part : all)
        out += part;
    return out;
}

// `best` for the whole, less the longer the rest is.
int beginning(const std::string& text, const std::string& word, int whole, int begun)
{
    if (!text.starts_with(word))
        return -1;
    const auto rest = static_cast<int>(text.size() - word.size());
    return rest == 0 ? whole : begun - std::min(rest * 2, 20);
}

bool inOrder(const std::string& text, const std::string& word)
{
    std::size_t at = 0;
    for (const char c : word) {
        at = text.find(c, at);
        if (at == std::string::npos)
            return false;
        ++at;
    }
    return true;
}

}  // namespace

void InstrumentIndex::set(const std::vector<api::Instrument>& instruments)
{
    m_keys.clear();
    m_keys.reserve(instruments.size());
    for (const api::Instrument& instrument : instruments) {
        const std::vector<std::string> symbol = parts(instrument.name.symbol);
        const std::string status = lower(instrument.status);
        Key key;
        key.id = instrument.id;
        key.base = symbol.empty() ? std::string() : symbol.front();
        key.bare = key.base.substr(std::min(key.base.find_first_not_of("0123456789"), key.base.size()));
        key.joined = joinedParts(symbol);
        key.native = joinedParts(parts(instrument.name.native));
        for (std::size_t i = 1; i < symbol.size(); ++i)
            key.words += ' ' + symbol[i];
        key.words += ' ' + std::string(enumName(instrument.kind)) + ' ' + lower(instrument.name.venue);
        key.open = status == "trading" || status == "online" ? 3 : 0;
        m_keys.push_back(std::move(key));
    }
}

// Negative: not found.
int InstrumentIndex::score(const Key& key, const std::string& word)
{
    int best = beginning(key.base, word, 100, 70);
    if (key.bare != key.base && !key.bare.empty())
        best = std::max(best, beginning(key.bare, word, 90, 60));
    best = std::max(best, beginning(key.native, word, 95, 64));
    best = std::max(best, beginning(key.joined, word, 95, 64));
    if (best >= 0)
        return best;
    const std::string_view words = key.words;
    for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1))
        if (words[at - 1] == ' ') {
            const std::size_t end = at + word.size();
            best = std::max(best, end == words.size() || words[end] == ' ' ? 45 : 40);
        }
    if (best >= 0)
        return best;
    if (key.native.find(word) != std::string::npos || key.joined.find(word) != std::string::npos)
        return 20;
    return word.size() >= 3 && inOrder(key.joined, word) ? 4 : -1;
}

InstrumentIndex::Found InstrumentIndex::find(const QString& text, std::size_t most,
                                             const std::function<int(SymbolId)>& bonus) const
{
    const std::vector<std::string> needles = parts(text.toStdString());
    struct Ranked {
        int score;
        std::size_t place;
    };
    std::vector<Ranked> all;
    all.reserve(m_keys.size());
    for (std::size_t i = 0; i < m_keys.size(); ++i) {
        int sum = 0;
        for (const std::string& needle : needles) {
            const int one = score(m_keys[i], needle);
            sum = one < 0 ? -1 : sum + one;
            if (sum < 0)
                break;
        }
        if (sum >= 0)
            all.push_back({sum + m_keys[i].open + bonus(m_keys[i].id), i});
    }
    const auto shown = static_cast<std::ptrdiff_t>(std::min(most, all.size()));
    // Of equals the shorter symbol, then the order of the list.
    std::partial_sort(all.begin(), all.begin() + shown, all.end(), [this](const Ranked& a, const Ranked& b) {
        if (a.score != b.score)
            return a.score > b.score;
        const std::size_t left = m_keys[a.place].joined.size();
        const std::size_t right = m_keys[b.place].joined.size();
        return left != right ? left < right : a.place < b.place;
    });
    Found out;
    out.count = all.size();
    for (auto ranked = all.begin(); ranked != all.begin() + shown; ++ranked)
        out.best.push_back(m_keys[ranked->place].id);
    return out;
}

}  // namespace tickdeck::ui
