// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Bytes as text or as hexadecimal, with the place of a fault marked.

#include <QAbstractScrollArea>

#include <cstdint>
#include <optional>
#include <string>

#include "ui/widgets/mark.h"

namespace tickdeck::ui {

// GUI thread. Paints the rows that are seen, so that size does not matter. Arrows and page keys scroll.
class BytesView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit BytesView(const Theme& theme, QWidget* parent = nullptr);

    // `whole`: the size before it was cut.
    void setBytes(std::string bytes, std::optional<std::uint64_t> fault, std::uint64_t whole);
    void setHex(bool hex);
    [[nodiscard]] bool isHex() const { return m_hex; }
    // What stands where there are no bytes.
    void setNotice(const Notice& notice);
    // All of it, as it is shown.
    [[nodiscard]] QString copyText() const;
    // Scrolls to the fault, if there is one.
    void showFault();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void place();
    [[nodiscard]] std::size_t rows() const;
    // What stands at the row, without the offset; `at` of a byte's first character in it.
    [[nodiscard]] QString rowText(std::size_t row) const;
    [[nodiscard]] int column(std::size_t inRow) const;
    void paintRow(QPainter& painter, std::size_t row, double y) const;

    const Theme& m_theme;
    std::string m_bytes;
    std::optional<std::uint64_t> m_fault;
    std::uint64_t m_whole = 0;
    bool m_hex = false;
    std::size_t m_perRow = 16;
    Notice m_notice;
};

}  // namespace tickdeck::ui
