// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/minute_samples.h"

#include <limits>

namespace tickdeck::ui {

bool MinuteSamples::due(Nanos now)
{
    const Nanos second = now / kSecond;
    if (second == m_second)
        return false;
    m_second = second;
    return true;
}

void MinuteSamples::add(const QString& key, double value)
{
    Samples& samples = m_samples[key];
    std::vector<float> next =
        samples ? *samples : std::vector<float>(kSeconds, std::numeric_limits<float>::quiet_NaN());
    next.erase(next.begin());
    next.push_back(static_cast<float>(value));
    samples = std::make_shared<const std::vector<float>>(std::move(next));
}

}  // namespace tickdeck::ui
