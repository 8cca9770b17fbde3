// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/look_settings.h"

#include <QGuiApplication>
#include <QStyleHints>

#include <algorithm>

namespace tickdeck::ui {

namespace {

QString key(const char* name)
{
    return QStringLiteral("look%1/%2").arg(LookSettings::kVersion).arg(QLatin1String(name));
}

template <class E>
E choice(const QVariant& value, E last)
{
    return static_cast<E>(std::clamp(value.toInt(), 0, static_cast<int>(last)));
}

}  // namespace

LookSettings::LookSettings(const QString& file)
    : m_settings(file.isEmpty() ? QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("tickdeck"),
                                            QStringLiteral("window"))
                                      .fileName()
                                : file,
                 QSettings::IniFormat)
{
}

ThemeChoice LookSettings::theme() const { return choice(m_settings.value(key("theme")), ThemeChoice::Light); }

void LookSettings::setTheme(ThemeChoice choice) { m_settings.setValue(key("theme"), static_cast<int>(choice)); }

Density LookSettings::density() const { return choice(m_settings.value(key("density")), Density::Roomy); }

void LookSettings::setDensity(Density density) { m_settings.setValue(key("density"), static_cast<int>(density)); }

bool LookSettings::motion() const { return m_settings.value(key("motion"), true).toBool(); }

void LookSettings::setMotion(bool motion) { m_settings.setValue(key("motion"), motion); }

bool LookSettings::notifications() const { return m_settings.value(key("notifications"), true).toBool(); }

void LookSettings::setNotifications(bool notifications) { m_settings.setValue(key("notifications"), notifications); }

QByteArray LookSettings::geometry() const { return m_settings.value(key("geometry")).toByteArray(); }

void LookSettings::setGeometry(const QByteArray& geometry) { m_settings.setValue(key("geometry"), geometry); }

QString LookSettings::layout() const { return m_settings.value(key("layout")).toString(); }

void LookSettings::setLayout(const QString& id) { m_settings.setValue(key("layout"), id); }

QByteArray LookSettings::ownLayouts() const { return m_settings.value(key("layouts")).toByteArray(); }

void LookSettings::setOwnLayouts(const QByteArray& json) { m_settings.setValue(key("layouts"), json); }

QByteArray LookSettings::watched() const { return m_settings.value(key("watched")).toByteArray(); }

void LookSettings::setWatched(const QByteArray& json) { m_settings.setValue(key("watched"), json); }

QByteArray LookSettings::links() const { return m_settings.value(key("links")).toByteArray(); }

void LookSettings::setLinks(const QByteArray& json) { m_settings.setValue(key("links"), json); }

QByteArray LookSettings::arrangement(const QString& layout) const
{
    return m_settings.value(key("arrangement_") + layout).toByteArray();
}

void LookSettings::setArrangement(const QString& layout, const QByteArray& state)
{
    if (state.isEmpty())
        m_settings.remove(key("arrangement_") + layout);
    else
        m_settings.setValue(key("arrangement_") + layout, state);
}

ThemeName systemTheme()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    if (const auto scheme = QGuiApplication::styleHints()->colorScheme(); scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark ? ThemeName::Dark : ThemeName::Light;
#endif
    // Before our own palette is set, the application's is the system's.
    static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5f;
    return dark ? ThemeName::Dark : ThemeName::Light;
}

}  // namespace tickdeck::ui
