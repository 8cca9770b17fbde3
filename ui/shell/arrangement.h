// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a layout's docks are kept between runs: places, which further ones there are, and what each shows.

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>
#include <vector>

namespace tickdeck::ui {

struct Arrangement {
    struct Kept {
        QString id;
        QJsonObject look;  // as Dock::look()
    };
    QByteArray state;  // as QMainWindow::saveState()
    std::vector<Kept> docks;
};

// One line of JSON with a checksum.
[[nodiscard]] QByteArray pack(const Arrangement& arrangement);
// None: not one of ours, cut, damaged, or larger than one can be.
[[nodiscard]] std::optional<Arrangement> unpack(const QByteArray& packed);

}  // namespace tickdeck::ui
