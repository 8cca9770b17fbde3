// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/mark_dock.h"

#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/client/words.h"
#include "ui/docks/mark_head.h"
#include "ui/docks/mark_view.h"

namespace tickdeck::ui {

namespace {

constexpr Nanos kStaleAfter = 10 * kSecond;  // venues tell marks once a second or every three

}  // namespace

MarkDock::MarkDock(const Theme& theme, EngineClient& client, SymbolLinks& links)
    : SymbolDock(QStringLiteral("mark"), tr("Mark and funding"), theme, client, links),
      m_model(client),
      m_table(new TableView(theme, m_model)),
      m_head(new MarkHead(theme)),
      m_view(new MarkView(theme)),
      m_every(new QToolButton),
      m_gaps(client)
{
    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* split = new QSplitter(Qt::Vertical);
    split->setChildrenCollapsible(false);
    split->addWidget(m_view);
    split->addWidget(m_table);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    column->addWidget(m_head);
    column->addWidget(split, 1);
    m_table->setAccessibleName(tr("Forced orders"));
    m_table->setNotice({Mark::Ok, tr("No forced orders yet."), tr("They appear as the venue liquidates positions.")});
    m_table->setWidths({108, 164, 132, 96, 148, 96});
    m_table->setMinimumHeight(2 * theme.rowHeight());
    setTable(m_table, body);
    m_every->setText(tr("All symbols"));
    m_every->setCheckable(true);
    m_every->setToolTip(tr("Forced orders of all instruments, in place of this one's"));
    m_every->setAccessibleName(m_every->toolTip());
    addControl(m_every);
    m_view->setNotice(
        {Mark::Starting, tr("No instrument is chosen."), tr("The first with quotes is chosen; or press Ctrl+P.")});
    connect(m_every, &QToolButton::toggled, this, [this](bool every) {
        m_model.setEvery(every);
        Q_EMIT lookChanged();
    });
    connect(&client, &EngineClient::forcedOrdersArrived, this, &MarkDock::take);
    connect(this, &Dock::frozenChanged, this, [this](bool frozen) {
        if (!frozen)
            m_model.add(std::exchange(m_waiting, {}));
    });
    connect(m_table, &TableView::rowAsked, this,
            [this](int row) { openSteps(*m_table, row, m_model.index(row, 0).data(Qt::ToolTipRole).toString(), {}); });
    m_model.add(client.recentForcedOrders());
}

QJsonObject MarkDock::look() const
{
    QJsonObject out = SymbolDock::look();
    out[QStringLiteral("every")] = m_every->isChecked();
    return out;
}

void MarkDock::setLook(const QJsonObject& look)
{
    SymbolDock::setLook(look);
    m_every->setChecked(look[QStringLiteral("every")].toBool());
}

void MarkDock::instrumentChanged()
{
    m_view->setInstrument(instrument());
    m_model.setInstrument(instrument());
    m_gaps.watch(instrument(), "mark", 3600 * kSecond);
}

void MarkDock::showTime(Nanos at) { m_view->showTime(at); }

void MarkDock::take(const std::vector<api::ForcedOrder>& orders)
{
    if (!isFrozen()) {
        m_model.add(orders);
        return;
    }
    m_waiting.insert(m_waiting.end(), orders.begin(), orders.end());
    if (m_waiting.size() > ForcedOrderModel::kKept)
        m_waiting.erase(m_waiting.begin(), m_waiting.end() - static_cast<std::ptrdiff_t>(ForcedOrderModel::kKept));
}

void MarkDock::refresh()
{
    if (!hasInstrument())
        return;
    const Nanos now = client().now();
    const auto mark = client().engine().mark(instrument().id);
    const auto series = client().engine().marks(instrument().id);
    const bool has = mark || (series && !series->points.empty());
    const QString symbol = words::symbol(instrument());
    if (has)
        m_view->setNotice({});
    else if (instrument().kind == InstrumentKind::Spot)
        m_view->setNotice({Mark::Stopped, tr("%1 is spot: it has no mark and no funding.").arg(symbol),
                           tr("Ctrl+P finds a perpetual: type perp.")});
    else
        m_view->setNotice({Mark::Starting, tr("No mark of %1 has come yet.").arg(symbol),
                           tr("The first comes within seconds of the connection; Health tells its state.")});
    m_head->setVisible(has);
    m_head->setMark(instrument(), mark, now);
    m_view->setSeries(series);
    m_view->setNow(now);
    const Nanos age = mark ? now - mark->receiveTime : kNoTime;
    const bool stale = mark && age > kStaleAfter;
    setAge(stale ? age : kNoTime);
    setQuality(!mark   ? Mark::None
               : stale ? Mark::Stale
                       : Mark::Ok,
               stale ? tr("The newest mark is old: nothing comes any more") : tr("Marks are coming in"));
    if (auto gaps = m_gaps.take())
        m_view->setGaps(std::move(*gaps));
}

}  // namespace tickdeck::ui
