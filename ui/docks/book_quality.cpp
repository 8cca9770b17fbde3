// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/book_quality.h"

#include <QCoreApplication>

#include "ui/client/words.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

namespace {

struct BookWords {
    Q_DECLARE_TR_FUNCTIONS(BookQuality)
};

}  // namespace

BookQuality qualityOf(const Depth& depth, Nanos now)
{
    BookQuality out;
    const QString age = BookWords::tr("changed %1 ago").arg(ageText(now - depth.receiveTime));
    switch (depth.state) {
    case BookState::Empty:
    case BookState::Syncing:
        out.mark = Mark::Starting;
        out.why = words::bookState(depth.state);
        if (depth.bidCount == 0 && depth.askCount == 0)
            out.notice = {Mark::Starting, words::bookState(depth.state) + QLatin1Char('.'),
                          BookWords::tr("See the stream's state in the health matrix (Ctrl+1).")};
        return out;
    case BookState::Live:
        out.mark = depth.verified == Tristate::No ? Mark::Suspect : Mark::Ok;
        out.why = depth.verified == Tristate::Yes  ? BookWords::tr("Live; checksum or chain agrees")
                  : depth.verified == Tristate::No ? BookWords::tr("Live, but checksum or chain differs")
                                                   : BookWords::tr("Live; nothing to check it with");
        return out;
    case BookState::Resyncing: out.mark = Mark::Suspect; break;
    case BookState::Stale: out.mark = Mark::Stale; break;
    }
    out.why = words::bookState(depth.state) + QStringLiteral("; ") + age;
    return out;
}

}  // namespace tickdeck::ui
