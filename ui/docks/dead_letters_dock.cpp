// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/docks/dead_letters_dock.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QShortcut>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/client/words.h"
#include "ui/models/dead_letter_rows.h"
#include "ui/widgets/bytes_view.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/strip.h"

namespace tickdeck::ui {

namespace {

constexpr int kWideFrom = 900;  // from here on the bytes stand beside the list

QString failure(const Error& error)
{
    return DeadLettersDock::tr("%1 (%2)").arg(words::sentence(error.code), QString::fromStdString(error.text()));
}

}  // namespace

DeadLettersDock::DeadLettersDock(const Theme& theme, EngineClient& client)
    : Dock(QStringLiteral("dead_letters"), tr("Dead letters"), theme),
      m_client(client),
      m_model(DeadLetterRows::columns()),
      m_table(new TableView(theme, m_model)),
      m_strip(new Strip(theme)),
      m_columns(new QSplitter(Qt::Horizontal)),
      m_facts(new QLabel),
      m_bytes(new BytesView(theme)),
      m_hex(new QToolButton),
      m_retry(new QPushButton(tr("Retry"))),
      m_drop(new QPushButton(tr("Drop…"))),
      m_copy(new QPushButton(tr("Copy")))
{
    setTable(m_table, buildBody(theme));
    connect(m_table, &TableView::currentChangedTo, this, &DeadLettersDock::choose);
    connect(m_table, &TableView::rowAsked, this, &DeadLettersDock::openMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &DeadLettersDock::updateButtons);
    connect(m_hex, &QToolButton::toggled, m_bytes, &BytesView::setHex);
    connect(m_retry, &QPushButton::clicked, this, &DeadLettersDock::retry);
    connect(m_drop, &QPushButton::clicked, this, &DeadLettersDock::drop);
    connect(m_strip, &Strip::askingChanged, this, &DeadLettersDock::updateButtons);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_bytes->copyText()); });
    const auto key = [this](const QKeySequence& keys, auto run) {
        auto* shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    key(Qt::Key_R, [this] { retry(); });
    key(Qt::Key_Delete, [this] { drop(); });
    key(Qt::Key_H, [this] { m_hex->toggle(); });
    connect(&client, &EngineClient::frame, this, &DeadLettersDock::frame);
    choose(-1);
}

QWidget* DeadLettersDock::buildBody(const Theme&)
{
    m_table->setAccessibleName(tr("Dead letters"));
    m_table->setWidths({164, 128, 116, 84, 116, 60});
    m_table->setNotice({Mark::Starting, tr("Dead letters are being read."), tr("This takes a moment.")});
    m_bytes->setAccessibleName(tr("Bytes of the dead letter"));
    m_facts->setWordWrap(true);
    m_facts->setContentsMargins(8, 4, 8, 4);
    m_hex->setText(tr("Hex"));
    m_hex->setCheckable(true);
    m_hex->setToolTip(tr("Bytes as hexadecimal (H)"));
    m_retry->setToolTip(tr("Try the selected ones again (R)"));
    m_drop->setToolTip(tr("Throw the selected ones away (Del)"));
    m_copy->setToolTip(tr("Copy the bytes as they are shown"));

    auto* detail = new QWidget;
    detail->setObjectName(QStringLiteral("detail"));
    detail->setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(detail);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_facts);
    column->addWidget(m_bytes, 1);
    auto* bar = new QWidget;
    bar->setObjectName(QStringLiteral("bar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* buttons = new QHBoxLayout(bar);
    buttons->setContentsMargins(8, 4, 8, 4);
    buttons->addWidget(m_hex);
    buttons->addWidget(m_copy);
    buttons->addStretch(1);
    buttons->addWidget(m_retry);
    buttons->addWidget(m_drop);
    column->addWidget(bar);
    m_columns->addWidget(m_table);
    m_columns->addWidget(detail);
    m_columns->setChildrenCollapsible(false);
    m_columns->setHandleWidth(1);
    m_columns->setStretchFactor(0, 1);

    auto* body = new QWidget;
    auto* rows = new QVBoxLayout(body);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_strip);
    rows->addWidget(m_columns, 1);
    return body;
}

void DeadLettersDock::frame()
{
    pollActions();
    if (!isVisible() || isFrozen())
        return;
    pollList();
    pollLetter();
}

void DeadLettersDock::pollList()
{
    const std::uint64_t counted = m_client.overview().deadLetters;
    const Nanos now = m_client.now();
    if (!m_list && (m_wanted || counted != m_counted || now - m_asked > kAnew)) {
        m_wanted = false;
        m_counted = counted;
        m_asked = now;
        m_list = m_client.engine().deadLetters(kMost);
    }
    const auto* answer = m_list ? m_list->get() : nullptr;
    if (!answer)
        return;
    if (*answer) {
        const api::DeadLetters& letters = **answer;
        m_retryable.clear();
        for (const api::DeadLetter& letter : letters.letters)
            if (letter.canRetry)
                m_retryable.insert(letter.id);
        m_table->setNotice({Mark::Ok, tr("Nothing was refused."),
                            tr("What cannot be decoded, or a store will not have, is kept here with its bytes.")});
        m_model.setRows(DeadLetterRows::rows(letters));
        QString counts = tr("%1 kept").arg(countText(letters.kept));
        if (letters.kept > letters.letters.size())
            counts += tr(", the newest %1 shown").arg(countText(letters.letters.size()));
        if (letters.dropped > 0)
            counts += tr(", %1 oldest ones made room").arg(countText(letters.dropped));
        setSubtitle(counts);
        if (m_table->currentRow() < 0)
            m_table->select(0);
        if (m_model.rowCount() == 0)
            choose(-1);
    } else {
        m_model.setRows({});
        m_table->setNotice({Mark::Failed, tr("Dead letters could not be read."), failure(answer->error())});
    }
    m_list.reset();
    updateButtons();
}

void DeadLettersDock::choose(int row)
{
    const std::int64_t id = row < 0 ? 0 : m_model.row(row).key.toLongLong();
    updateButtons();
    if (id == m_shown && id != 0)
        return;
    m_shown = id;
    m_facts->setText({});
    m_facts->setVisible(id != 0);
    m_bytes->setBytes({}, {}, 0);
    m_bytes->setNotice(id == 0 ? Notice{Mark::None, tr("Nothing is chosen."), tr("Its bytes are shown here.")}
                               : Notice{Mark::Starting, tr("The bytes are being read."), tr("This takes a moment.")});
    m_letter.reset();
    if (id != 0)
        m_letter = m_client.engine().deadLetter(id);
}

void DeadLettersDock::pollLetter()
{
    const auto* answer = m_letter ? m_letter->get() : nullptr;
    if (!answer)
        return;
    if (*answer)
        showLetter(**answer);
    else
        m_bytes->setNotice({Mark::Failed, tr("The bytes could not be read."), failure(answer->error())});
    m_letter.reset();
}

void DeadLettersDock::showLetter(const api::DeadLetter& letter)
{
    QString facts = tr("%1: %2").arg(QString::fromStdString(letter.component), QString::fromStdString(letter.text));
    if (letter.offset)
        facts += QStringLiteral(". ") + tr("The fault is at byte %1.").arg(countText(*letter.offset));
    m_facts->setText(facts);
    m_bytes->setNotice({Mark::None, tr("No bytes were kept."), tr("The reason above is all there is.")});
    m_bytes->setBytes(letter.bytes, letter.offset, letter.size);
}

std::vector<std::int64_t> DeadLettersDock::selected(bool retryable) const
{
    std::vector<std::int64_t> out;
    std::vector<int> rows = m_table->selectedRows();
    if (const int current = m_table->currentRow(); rows.empty() && current >= 0)
        rows.push_back(current);
    for (const int row : rows)
        if (const std::int64_t id = m_model.row(row).key.toLongLong(); !retryable || m_retryable.contains(id))
            out.push_back(id);
    return out;
}

bool DeadLettersDock::isIdle() const { return !m_retried && !m_dropped && !m_strip->isAsking(); }

void DeadLettersDock::updateButtons()
{
    const bool idle = isIdle();
    m_retry->setEnabled(idle && !selected(true).empty());
    m_drop->setEnabled(idle && !selected(false).empty());
    m_copy->setEnabled(m_shown != 0);
}

void DeadLettersDock::retry()
{
    if (!isIdle())
        return;
    if (const auto ids = selected(true); !ids.empty()) {
        m_retried = m_client.engine().retryDeadLetters(ids);
        m_strip->say(Mark::Starting, tr("%1 are being tried again…").arg(countText(ids.size())));
    } else {
        m_strip->say(Mark::Degraded, tr("None of the selected ones can be tried again: their component cannot take "
                                        "them once more."));
    }
    updateButtons();
}

void DeadLettersDock::drop()
{
    const auto ids = selected(false);
    if (ids.empty() || !isIdle())
        return;
    m_strip->ask(ids.size() == 1
                     ? tr("Throw this dead letter away? It cannot be brought back.")
                     : tr("Throw %1 dead letters away? They cannot be brought back.").arg(countText(ids.size())),
                 tr("Drop"), [this, ids] { m_dropped = m_client.engine().dropDeadLetters(ids); });
}

void DeadLettersDock::pollActions()
{
    const auto done = [this](auto& answer, auto words) {
        const auto* result = answer ? answer->get() : nullptr;
        if (!result)
            return;
        if (*result)
            m_strip->say(Mark::Ok, words(**result));
        else
            m_strip->say(Mark::Failed, failure(result->error()));
        answer.reset();
        m_wanted = true;
        updateButtons();
    };
    done(m_retried, [](const std::string& line) { return QString::fromStdString(line); });
    done(m_dropped, [](std::uint64_t count) { return tr("%1 thrown away.").arg(countText(count)); });
}

void DeadLettersDock::openMenu(int row)
{
    const QString component = m_model.row(row).cells[1].text;
    const bool connector = !component.contains(QLatin1Char('.'));
    openSteps(
        *m_table, row, m_model.row(row).tip,
        {{tr("&Retry"), [this] { retry(); }},
         {tr("&Drop…"), [this] { drop(); }},
         {tr("&Copy the bytes"), [this] { QGuiApplication::clipboard()->setText(m_bytes->copyText()); }},
         {tr("&Log of %1").arg(component), [this, component] { Q_EMIT stepAsked(QStringLiteral("log"), component); }},
         {tr("&Settings of %1").arg(component), [this, component, connector] {
              Q_EMIT stepAsked(QStringLiteral("settings"),
                               connector ? QStringLiteral("connectors.") + component : component);
          }}});
}

void DeadLettersDock::resizeEvent(QResizeEvent* event)
{
    Dock::resizeEvent(event);
    const Qt::Orientation wanted = width() >= kWideFrom ? Qt::Horizontal : Qt::Vertical;
    if (m_columns->orientation() == wanted && event->oldSize().isValid())
        return;
    m_columns->setOrientation(wanted);
    const int room = wanted == Qt::Horizontal ? width() : height();
    m_columns->setSizes({room * 55 / 100, room * 45 / 100});
}

}  // namespace tickdeck::ui
