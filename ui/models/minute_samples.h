// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The last minute of some values, a sample a second, for sparklines.

#include <QHash>

#include "engine/core/time.h"
#include "ui/widgets/mark.h"

namespace tickdeck::ui {

// GUI thread.
class MinuteSamples {
public:
    static constexpr std::size_t kSeconds = 60;

    // Whether a new second has begun; true once for each.
    [[nodiscard]] bool due(Nanos now);
    // The newest sample of `key`; NaN: none. Once for each second that was due.
    void add(const QString& key, double value);
    // Null before the first.
    [[nodiscard]] Samples of(const QString& key) const { return m_samples.value(key); }

private:
    QHash<QString, Samples> m_samples;
    Nanos m_second = 0;
};

}  // namespace tickdeck::ui
