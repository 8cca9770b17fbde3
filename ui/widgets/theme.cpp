// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/theme.h"

#include <QFontDatabase>
#include <QString>

#include <array>

namespace tickdeck::ui {

namespace {

struct Shade {
    QRgb dark;
    QRgb light;
};

constexpr std::array<Shade, kRoleCount> kShades{{
    {0xff0f1318, 0xfff4f6f8},  // Bg
    {0xff161c23, 0xffffffff},  // Panel
    {0xff1f2731, 0xffeaeef2},  // Raised
    {0xff2a3440, 0xffd4dbe2},  // Line
    {0xffdbe2ea, 0xff1b2430},  // Text
    {0xff93a0b0, 0xff566372},  // Muted
    {0xff5aa9ff, 0xff0b63c5},  // Accent
    {0xff35b8a0, 0xff0a7564},  // Bid
    {0xfff0806a, 0xffb43c22},  // Ask
    {0xff58c78d, 0xff1b7a45},  // Ok
    {0xffe3b341, 0xff8a5d00},  // Warn
    {0xffff6b60, 0xffc0261c},  // Bad
    {0xffb99bff, 0xff6a45c2},  // Suspect
    {0xff8895a5, 0xff5c6875},  // Stale
}};

QFont sized(const QString& family, int pixels, int weight)
{
    QFont font(family);
    font.setPixelSize(pixels);
    font.setWeight(static_cast<QFont::Weight>(weight));
    return font;
}

// Semibold where the family has it, else bold.
int strongWeight(const QString& family)
{
    for (const QString& style : QFontDatabase::styles(family))
        if (QFontDatabase::weight(family, style) == QFont::DemiBold)
            return QFont::DemiBold;
    return QFont::Bold;
}

}  // namespace

Theme::Theme(ThemeName name, QObject* parent)
    : QObject(parent), m_name(name), m_wordFamily(QFontDatabase::systemFont(QFontDatabase::GeneralFont).family())
{
    const QString preferred = QStringLiteral("DejaVu Sans Mono");
    m_numberFamily = QFontDatabase::families().contains(preferred)
                         ? preferred
                         : QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
    m_strong = strongWeight(m_wordFamily);
}

QColor Theme::color(Role role) const
{
    const Shade& shade = kShades[static_cast<std::size_t>(role)];
    return QColor::fromRgb(m_name == ThemeName::Dark ? shade.dark : shade.light);
}

QColor Theme::tint(Role role, double alpha) const
{
    QColor out = color(role);
    out.setAlphaF(static_cast<float>(alpha));
    return out;
}

void Theme::setName(ThemeName name)
{
    if (m_name == name)
        return;
    m_name = name;
    Q_EMIT changed();
}

void Theme::setDensity(Density density)
{
    if (m_density == density)
        return;
    m_density = density;
    Q_EMIT changed();
}

void Theme::setMotion(bool motion) { m_motion = motion; }

QFont Theme::words(int pixels, bool semibold) const
{
    return sized(m_wordFamily, pixels, semibold ? m_strong : QFont::Normal);
}

QFont Theme::numbers(int pixels, bool semibold) const
{
    QFont font = sized(m_numberFamily, pixels, semibold ? m_strong : QFont::Normal);
    font.setStyleHint(QFont::Monospace);
    return font;
}

int Theme::rowHeight() const
{
    constexpr std::array<int, 3> kHeights{22, 26, 32};
    return kHeights[static_cast<std::size_t>(m_density)];
}

QPalette Theme::palette() const
{
    QPalette out;
    out.setColor(QPalette::Window, color(Role::Bg));
    out.setColor(QPalette::WindowText, color(Role::Text));
    out.setColor(QPalette::Base, color(Role::Panel));
    out.setColor(QPalette::AlternateBase, color(Role::Raised));
    out.setColor(QPalette::Text, color(Role::Text));
    out.setColor(QPalette::PlaceholderText, color(Role::Muted));
    out.setColor(QPalette::Button, color(Role::Raised));
    out.setColor(QPalette::ButtonText, color(Role::Text));
    out.setColor(QPalette::BrightText, color(Role::Bad));
    out.setColor(QPalette::Link, color(Role::Accent));
    out.setColor(QPalette::Highlight, color(Role::Accent));
    out.setColor(QPalette::HighlightedText, color(Role::Panel));
    out.setColor(QPalette::ToolTipBase, color(Role::Raised));
    out.setColor(QPalette::ToolTipText, color(Role::Text));
    out.setColor(QPalette::Light, color(Role::Raised));
    out.setColor(QPalette::Midlight, color(Role::Line));
    out.setColor(QPalette::Mid, color(Role::Line));
    out.setColor(QPalette::Dark, color(Role::Line));
    out.setColor(QPalette::Shadow, color(Role::Bg));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        out.setColor(QPalette::Disabled, role, color(Role::Stale));
    return out;
}

QString Theme::styleSheet() const
{
    QString sheet = QStringLiteral(R"(
QMainWindow::separator { background: @bg; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: @accent; }
#dockHeader { background: @panel; border-bottom: 1px solid @line; }
#dockTitle { font-weight: bold; }
#dockSubtitle { color: @muted; font-size: 11px; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px; }
QMenuBar { background: @bg; color: @text; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @raised; color: @text; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px 0; }
QMenu::item { padding: 5px 24px 5px 24px; color: @text; }
QMenu::item:selected { background: @raised; }
QMenu::item:disabled { color: @stale; }
QMenu::separator { height: 1px; background: @line; margin: 4px 0; }
QMenu::indicator { width: 12px; height: 12px; left: 6px; }
QTableView { background: @panel; border: 1px solid transparent; outline: 0; selection-background-color: @raised; }
QTableView:focus { border: 1px solid @accent; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @muted; border: 0; border-bottom: 1px solid @line; padding: 0 8px;
  font-size: 11px; }
QHeaderView::section:hover { color: @text; }
QHeaderView::up-arrow, QHeaderView::down-arrow { width: 0; height: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @stale; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLineEdit, QComboBox, QDateTimeEdit { background: @panel; color: @text; border: 1px solid @line; border-radius: 3px;
  padding: 3px 6px; min-height: 18px; selection-background-color: @accent; selection-color: @panel; }
QLineEdit:focus, QComboBox:focus, QDateTimeEdit:focus { border: 1px solid @accent; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { width: 0; height: 0; border-left: 4px solid @panel;
  border-right: 4px solid @panel; border-top: 5px solid @muted; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; outline: 0;
  selection-background-color: @raised; selection-color: @text; }
QPushButton { background: @raised; color: @text; border: 1px solid @line; border-radius: 3px; padding: 4px 14px;
  min-height: 18px; }
QPushButton:hover { border-color: @stale; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:default { border-color: @accent; color: @accent; }
QPushButton:disabled { color: @stale; }
QToolButton { background: transparent; color: @muted; border: 1px solid transparent; border-radius: 3px; padding: 1px 5px; }
QToolButton:hover { background: @raised; color: @text; }
QToolButton:checked { background: @raised; color: @accent; }
QToolButton:focus { border: 1px solid @accent; }
QToolButton#pill { background: @raised; color: @text; border: 1px solid @line; }
QToolButton#pill:hover { border: 1px solid @accent; }
QToolButton::menu-indicator { image: none; width: 0; }
QCheckBox:disabled { color: @muted; }
QCheckBox { spacing: 8px; }
QCheckBox:focus { color: @accent; }
QPlainTextEdit, QListWidget { background: @panel; color: @text; border: 1px solid @line; border-radius: 3px;
  selection-background-color: @accent; selection-color: @panel; }
QPlainTextEdit:focus, QListWidget:focus { border: 1px solid @accent; }
QListWidget::item:selected { background: @raised; color: @text; }
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { color: @stale; }
#stepsWhy { color: @text; padding: 4px 24px; }
#link0, #link1, #link2, #link3 { padding: 0; font-size: 11px; font-weight: bold; }
#link0 { color: @accent; border: 1px solid @accent; }
#link1 { color: @suspect; border: 1px solid @suspect; }
#link2 { color: @warn; border: 1px solid @warn; }
#link3 { color: @muted; border: 1px solid @muted; }
#palette, #picker { background: @panel; border: 1px solid @line; }
#palette QLineEdit, #picker QLineEdit { border: 0; border-radius: 0; border-bottom: 1px solid @line; padding: 10px 12px;
  font-size: 16px; }
#palette QListWidget { border: 0; outline: 0; }
#picker QLabel { color: @muted; padding: 6px 12px; font-size: 11px; border-top: 1px solid @line; }
QStatusBar, QStatusBar::item { border: 0; }
#strip { background: @raised; border-bottom: 1px solid @line; }
#bar { background: @panel; border-top: 1px solid @line; }
#searchBar { background: @panel; border-bottom: 1px solid @line; }
#detail { background: @panel; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: @raised; border: 0; border-radius: 3px; height: 6px; text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QTabBar { background: @bg; }
QTabBar::tab { background: @bg; color: @muted; border: 0; border-top: 2px solid transparent; padding: 4px 12px; }
QTabBar::tab:selected { background: @panel; color: @text; border-top: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
)");
    const std::array<std::pair<const char*, Role>, 9> names{{{"@bg", Role::Bg},
                                                             {"@panel", Role::Panel},
                                                             {"@raised", Role::Raised},
                                                             {"@line", Role::Line},
                                                             {"@text", Role::Text},
                                                             {"@muted", Role::Muted},
                                                             {"@stale", Role::Stale},
                                                             {"@suspect", Role::Suspect},
                                                             {"@warn", Role::Warn}}};
    for (const auto& [placeholder, role] : names)
        sheet.replace(QLatin1String(placeholder), color(role).name());
    return sheet.replace(QLatin1String("@accent"), color(Role::Accent).name());
}

}  // namespace tickdeck::ui
