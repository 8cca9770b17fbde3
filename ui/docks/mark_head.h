// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A perpetual's mark, index, premium and funding as large numbers.

#include <QWidget>

#include <optional>

#include "engine/api/snapshots.h"
#include "ui/widgets/theme.h"

namespace tickdeck::ui {

// GUI thread. Repaints when something it says has changed.
class MarkHead : public QWidget {
    Q_OBJECT
public:
    // Venues pay funding this often unless they say otherwise; what the annual rate is reckoned with.
    static constexpr Nanos kPayEvery = 8 * 3600 * kSecond;

    explicit MarkHead(const Theme& theme, QWidget* parent = nullptr);
    void setMark(const api::Instrument& instrument, const std::optional<api::MarkPrice>& mark, Nanos now);
    // Label and value, left to right; also for screen readers.
    [[nodiscard]] QStringList said() const;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override { return {480, heightForWidth(480)}; }

    // "02:14:09"; "due" once it is past.
    [[nodiscard]] static QString countdown(Nanos left);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Tile {
        QString label;
        QString value;
        QString note;
        Role role = Role::Text;
        friend bool operator==(const Tile&, const Tile&) = default;
    };
    [[nodiscard]] int columns(int width) const;

    const Theme& m_theme;
    std::vector<Tile> m_tiles;
};

}  // namespace tickdeck::ui
