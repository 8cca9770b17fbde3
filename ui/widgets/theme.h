// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The window's one palette, its type sizes and its grid. Views name roles, never colours.

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

#include <cstdint>

namespace tickdeck::ui {

enum class Role : std::uint8_t {
    Bg,
    Panel,
    Raised,
    Line,
    Text,
    Muted,
    Accent,
    Bid,
    Ask,
    Ok,
    Warn,
    Bad,
    Suspect,
    Stale
};
inline constexpr int kRoleCount = 14;

enum class ThemeName : std::uint8_t { Dark, Light };

// Pixels.
inline constexpr int kSmall = 11;
inline constexpr int kBase = 13;
inline constexpr int kLarge = 16;
inline constexpr int kHuge = 22;
inline constexpr int kStep = 4;

enum class Density : std::uint8_t { Compact, Normal, Roomy };

// GUI thread. One for the window, made first and handed to every view by reference; outlives them.
class Theme : public QObject {
    Q_OBJECT
public:
    explicit Theme(ThemeName name = ThemeName::Dark, QObject* parent = nullptr);

    [[nodiscard]] QColor color(Role role) const;
    // The role's colour at `alpha` 0…1, for fills under text.
    [[nodiscard]] QColor tint(Role role, double alpha) const;
    [[nodiscard]] ThemeName name() const { return m_name; }
    void setName(ThemeName name);

    // The system's UI font.
    [[nodiscard]] QFont words(int pixels = kBase, bool semibold = false) const;
    // Monospace with tabular figures and a marked zero, for every number.
    [[nodiscard]] QFont numbers(int pixels = kBase, bool semibold = false) const;

    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] Density density() const { return m_density; }
    void setDensity(Density density);

    // Whether changed cells may tint.
    [[nodiscard]] bool motion() const { return m_motion; }
    void setMotion(bool motion);

    [[nodiscard]] QPalette palette() const;
    // For the stock widgets: docks, headers, menus, fields, scroll bars.
    [[nodiscard]] QString styleSheet() const;

Q_SIGNALS:
    void changed();

private:
    ThemeName m_name;
    Density m_density = Density::Compact;
    bool m_motion = true;
    QString m_wordFamily;
    QString m_numberFamily;
    int m_strong = 0;  // the weight used for semibold
};

}  // namespace tickdeck::ui
