// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the window remembers of its look between runs; nothing else is kept in QSettings.

#include <QByteArray>
#include <QSettings>

#include "ui/widgets/theme.h"

namespace tickdeck::ui {

enum class ThemeChoice : std::uint8_t { System, Dark, Light };

// GUI thread. States written by a version with other docks or layouts are left aside.
class LookSettings {
public:
    // An empty file name: the user's own place.
    explicit LookSettings(const QString& file);

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);
    [[nodiscard]] Density density() const;
    void setDensity(Density density);
    [[nodiscard]] bool motion() const;
    void setMotion(bool motion);

    // Whether alerts are told through the desktop.
    [[nodiscard]] bool notifications() const;
    void setNotifications(bool notifications);

    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QString layout() const;
    void setLayout(const QString& id);
    // The user's own layouts and what the symbol links showed, as JSON.
    [[nodiscard]] QByteArray ownLayouts() const;
    void setOwnLayouts(const QByteArray& json);
    [[nodiscard]] QByteArray watched() const;
    void setWatched(const QByteArray& json);
    [[nodiscard]] QByteArray links() const;
    void setLinks(const QByteArray& json);
    // A layout's docks as pack() gives them; empty: as built.
    [[nodiscard]] QByteArray arrangement(const QString& layout) const;
    void setArrangement(const QString& layout, const QByteArray& state);

    static constexpr int kVersion = 1;

private:
    mutable QSettings m_settings;
};

// What the system prefers, as far as it can be asked.
[[nodiscard]] ThemeName systemTheme();

}  // namespace tickdeck::ui
