// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The painted ladder: asks above, bids below, the mid between; cumulative sizes as bars.

#include <QHash>
#include <QWidget>

#include <array>

#include "engine/api/snapshots.h"
#include "ui/widgets/mark.h"

namespace tickdeck::ui {

// GUI thread. Shows the depth that it was given last; repaints only when that differs or a tint has to end.
class LadderView : public QWidget {
    Q_OBJECT
public:
    explicit LadderView(const Theme& theme, QWidget* parent = nullptr);

    void setInstrument(const api::Instrument& instrument);
    void setDepth(const Depth& depth, Nanos now);
    // Ticks that are shown as one level: one of kGroups.
    void setGroup(int ticks);
    [[nodiscard]] int group() const { return m_group; }
    static constexpr std::array kGroups{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
    // Shown in place of the ladder.
    void setNotice(const Notice& notice);
    // Ends tints that are over.
    void settle();
    [[nodiscard]] std::uint64_t paints() const { return m_paints; }
    // Levels from the mid outwards: asks positive from 1, bids negative from -1, 0: none.
    [[nodiscard]] int selectedLevel() const { return m_selected; }
    // What Enter and hovering tell of a level.
    [[nodiscard]] QString why(int level) const;

Q_SIGNALS:
    // [ and ]: a finer or a coarser group.
    void groupAsked(int by);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Life {
        std::int64_t quantity = 0;
        QString text;
        int brightFrom = -1;
        qint64 changedAt = 0;
    };
    struct Columns {
        double price = 0;  // right edges
        double size = 0;
        double total = 0;  // 0: no room
    };

    void regroup();
    // Of the depth's price scale.
    [[nodiscard]] std::int64_t groupStep() const;
    [[nodiscard]] bool isCut(int level) const;
    void compare(std::span<const Level> levels, QHash<std::int64_t, Life>& lives);
    [[nodiscard]] int levelsShown() const;
    [[nodiscard]] QRectF rowOf(int level) const;
    [[nodiscard]] int levelAt(const QPointF& at) const;
    [[nodiscard]] Columns columns() const;
    void paintHead(QPainter& painter, const Columns& at) const;
    void paintSide(QPainter& painter, const Columns& at, bool bids, double largest) const;
    void paintMid(QPainter& painter) const;
    void paintImbalance(QPainter& painter, double bids, double asks) const;
    void tellWhy(int level);

    const Theme& m_theme;
    api::Instrument m_instrument;
    Depth m_whole;  // as it came
    Depth m_depth;  // as it is shown: grouped
    bool m_bidsCut = false;
    bool m_asksCut = false;
    int m_group = 1;
    Nanos m_now = 0;
    QHash<std::int64_t, Life> m_bidLives;
    QHash<std::int64_t, Life> m_askLives;
    Notice m_notice;
    int m_selected = 0;
    bool m_tinted = false;
    std::uint64_t m_paints = 0;
};

}  // namespace tickdeck::ui
