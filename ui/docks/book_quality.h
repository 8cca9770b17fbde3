// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far a book can be trusted, as mark and words.

#include "engine/model/depth.h"
#include "ui/widgets/mark.h"

namespace tickdeck::ui {

struct BookQuality {
    Mark mark = Mark::None;
    QString why;
    Notice notice;  // empty where there is a book to show, be it old
};

[[nodiscard]] BookQuality qualityOf(const Depth& depth, Nanos now);

}  // namespace tickdeck::ui
