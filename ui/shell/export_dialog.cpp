// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/export_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStandardPaths>
#include <QUrl>

#include "ui/client/words.h"
#include "ui/models/gap_rows.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/table_view.h"

namespace tickdeck::ui {

namespace {

constexpr std::size_t kGapsShown = 1000;

enum Preset : int { kLastHour, kToday, kLastDay, kSinceStart, kChosen };

QDateTime toUtc(Nanos time) { return QDateTime::fromMSecsSinceEpoch(time / kMillisecond, Qt::UTC); }

}  // namespace

ExportDialog::ExportDialog(const Theme& theme, EngineClient& client, QWidget* parent)
    : QDialog(parent),
      m_client(client),
      m_type(new QComboBox),
      m_symbol(new QComboBox),
      m_range(new QComboBox),
      m_from(new QDateTimeEdit),
      m_to(new QDateTimeEdit),
      m_format(new QComboBox),
      m_file(new QLineEdit),
      m_gapLabel(new QLabel),
      m_gapModel(GapRows::columns()),
      m_gapTable(new TableView(theme, m_gapModel)),
      m_progress(new QProgressBar),
      m_message(new QLabel),
      m_start(new QPushButton(tr("Export"))),
      m_cancel(new QPushButton(tr("Close"))),
      m_folder(new QPushButton(tr("Open folder")))
{
    setWindowTitle(tr("Export data"));
    setModal(false);
    resize(760, 540);
    build(theme);
    fillSymbols();
    applyRange(kLastHour);
    setFile(
        QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).filePath(QStringLiteral("trades")));

    connect(m_type, &QComboBox::currentIndexChanged, this, [this] {
        const QString name = QString::fromStdString(std::string(enumName(request().type)));
        setFile(QFileInfo(m_file->text()).dir().filePath(name + QLatin1Char('s')));
        requestChanged();
    });
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] { setFile(m_file->text()); });
    connect(m_symbol, &QComboBox::currentIndexChanged, this, &ExportDialog::requestChanged);
    connect(m_range, &QComboBox::currentIndexChanged, this, &ExportDialog::applyRange);
    for (QDateTimeEdit* edit : {m_from, m_to})
        connect(edit, &QDateTimeEdit::dateTimeChanged, this, [this, edit] {
            if (edit->hasFocus())
                m_range->setCurrentIndex(kChosen);
            requestChanged();
        });
    connect(m_start, &QPushButton::clicked, this, &ExportDialog::startExport);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (isRunning())
            cancelExport();
        else
            close();
    });
    connect(m_folder, &QPushButton::clicked, this, &ExportDialog::openFolder);
    connect(&client, &EngineClient::activeChanged, this, &ExportDialog::fillSymbols);
    connect(&client, &EngineClient::frame, this, &ExportDialog::frame);
}

void ExportDialog::build(const Theme& theme)
{
    for (std::size_t i = 0; i < kEventTypeCount; ++i)
        m_type->addItem(words::eventType(static_cast<EventType>(i)), static_cast<int>(i));
    m_range->addItems(
        {tr("Last hour"), tr("Today (UTC)"), tr("Last 24 hours"), tr("Since the engine started"), tr("Own range")});
    m_format->addItem(tr("CSV"));
    m_format->addItem(tr("Parquet"));
    for (QDateTimeEdit* edit : {m_from, m_to}) {
        edit->setTimeSpec(Qt::UTC);
        edit->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
        edit->setFont(theme.numbers());
        edit->setCalendarPopup(true);
    }
    m_gapTable->setWidths({84, 160, 76, 76, 64, 76, 76, 108, 96});
    m_gapTable->setAccessibleName(tr("Gaps in the range"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(6);
    m_message->setWordWrap(true);
    m_message->setAccessibleName(tr("Progress"));
    m_start->setDefault(true);
    m_folder->hide();

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 16, 16, 16);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    int row = 0;
    const auto field = [&](const QString& label, QWidget* left, const QString& label2, QWidget* right) {
        auto* one = new QLabel(label);
        one->setBuddy(left);
        grid->addWidget(one, row, 0);
        grid->addWidget(left, row, 1);
        auto* two = new QLabel(label2);
        two->setBuddy(right);
        grid->addWidget(two, row, 2);
        grid->addWidget(right, row, 3);
        ++row;
    };
    field(tr("&What"), m_type, tr("&Symbol"), m_symbol);
    field(tr("&Range"), m_range, tr("F&ormat"), m_format);
    field(tr("From (UTC)"), m_from, tr("To (UTC)"), m_to);
    auto* fileLabel = new QLabel(tr("&File"));
    fileLabel->setBuddy(m_file);
    auto* browseButton = new QPushButton(tr("Browse…"));
    connect(browseButton, &QPushButton::clicked, this, &ExportDialog::browse);
    grid->addWidget(fileLabel, row, 0);
    grid->addWidget(m_file, row, 1, 1, 2);
    grid->addWidget(browseButton, row++, 3);
    grid->addWidget(m_gapLabel, row++, 0, 1, 4);
    grid->addWidget(m_gapTable, row++, 0, 1, 4);
    grid->setRowStretch(row - 1, 1);
    grid->addWidget(m_progress, row++, 0, 1, 4);
    grid->addWidget(m_message, row++, 0, 1, 4);
    auto* buttons = new QHBoxLayout;
    auto* copyCommand = new QPushButton(tr("Copy as command"));
    copyCommand->setToolTip(tr("The command line that does the same"));
    connect(copyCommand, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(commandLine()); });
    buttons->addWidget(copyCommand);
    buttons->addWidget(m_folder);
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_start);
    grid->addLayout(buttons, row, 0, 1, 4);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
}

void ExportDialog::fillSymbols()
{
    const QVariant chosen = m_symbol->currentData();
    const QSignalBlocker quiet(m_symbol);
    m_symbol->clear();
    m_symbol->addItem(tr("All symbols"), 0u);
    for (const api::Instrument& instrument : m_client.active())
        m_symbol->addItem(words::symbol(instrument) + QStringLiteral(" · ") +
                              QString::fromStdString(instrument.name.venue),
                          instrument.id);
    m_symbol->setCurrentIndex(std::max(0, m_symbol->findData(chosen)));
}

void ExportDialog::applyRange(int preset)
{
    if (preset == kChosen)
        return;
    constexpr Nanos kHour = 3600 * kSecond;
    const Nanos now = m_client.now();
    const Nanos start = m_client.identity().startTime;
    const Nanos from = preset == kLastHour  ? now - kHour
                       : preset == kToday   ? now - now % (24 * kHour)
                       : preset == kLastDay ? now - 24 * kHour
                                            : (start == kNoTime ? now - kHour : start);
    m_from->setDateTime(toUtc(from));
    m_to->setDateTime(toUtc(now));
    requestChanged();
}

void ExportDialog::setFile(const QString& file)
{
    const QFileInfo info(file);
    const QString suffix = m_format->currentIndex() == 0 ? QStringLiteral(".csv") : QStringLiteral(".parquet");
    m_file->setText(info.dir().filePath(info.completeBaseName() + suffix));
}

void ExportDialog::requestChanged()
{
    m_gapsWanted = true;
    m_message->clear();
    m_folder->hide();
}

api::ExportRequest ExportDialog::request() const
{
    api::ExportRequest out;
    out.type = static_cast<EventType>(m_type->currentData().toInt());
    if (const api::Instrument* instrument = m_client.instrument(m_symbol->currentData().toUInt());
        instrument && m_symbol->currentIndex() > 0) {
        out.venue = instrument->name.venue;
        out.symbol = instrument->name.symbol;
    }
    out.from = m_from->dateTime().toMSecsSinceEpoch() * kMillisecond;
    out.to = m_to->dateTime().toMSecsSinceEpoch() * kMillisecond;
    out.format = m_format->currentIndex() == 0 ? api::ExportFormat::Csv : api::ExportFormat::Parquet;
    out.file = m_file->text().toStdString();
    return out;
}

QString ExportDialog::commandLine() const
{
    const api::ExportRequest wanted = request();
    std::string out = "tickdeck";
    if (m_client.identity().mode == api::Mode::Demo)
        out += " --demo";
    out += " --data '" + m_client.identity().dataDirectory + "' export " + std::string(enumName(wanted.type)) +
           " --from " + formatRfc3339(wanted.from) + " --to " + formatRfc3339(wanted.to);
    if (wanted.symbol)
        out += " --symbol " + *wanted.symbol;
    out += wanted.format == api::ExportFormat::Csv ? " --format csv" : " --format parquet";
    return QString::fromStdString(out + " --out '" + wanted.file.string() + "'");
}

void ExportDialog::browse()
{
    auto* dialog = new QFileDialog(this, tr("Export to"), m_file->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::setFile);
    dialog->open();
}

void ExportDialog::openFolder()
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_file->text()).absolutePath()));
}

void ExportDialog::startExport()
{
    if (isRunning())
        return;
    if (m_from->dateTime() >= m_to->dateTime()) {
        m_message->setText(tr("The range ends before it begins."));
        return;
    }
    m_job = m_client.engine().startExport(request());
    m_folder->hide();
    m_start->setEnabled(false);
    m_cancel->setText(tr("Cancel"));
    frame();
}

void ExportDialog::cancelExport()
{
    if (m_job)
        m_job->cancel();
}

QString ExportDialog::message() const { return m_message->text(); }

void ExportDialog::reject()
{
    cancelExport();
    QDialog::reject();
}

void ExportDialog::frame()
{
    if (m_job) {
        const api::ExportProgress progress = m_job->progress();
        m_progress->setValue(static_cast<int>(progress.fraction * 1000));
        if (progress.state == api::JobState::Running)
            m_message->setText(tr("%1 rows, %2").arg(countText(progress.rows), bytesText(progress.bytes)));
        else
            showEnd(progress);
    }
    if (isVisible())
        showGaps();
}

void ExportDialog::showEnd(const api::ExportProgress& progress)
{
    m_job.reset();
    m_start->setEnabled(true);
    m_cancel->setText(tr("Close"));
    m_folder->setVisible(progress.state == api::JobState::Done);
    if (progress.state != api::JobState::Done)
        m_progress->setValue(0);
    switch (progress.state) {
    case api::JobState::Running: break;
    case api::JobState::Done:
        m_message->setText(
            tr("Done: %1 rows, %2, in %3").arg(countText(progress.rows), bytesText(progress.bytes), m_file->text()));
        break;
    case api::JobState::Cancelled: m_message->setText(tr("Cancelled; no file was written.")); break;
    case api::JobState::Failed:
        m_message->setText(progress.error ? tr("Not exported. %1 (%2)")
                                                .arg(words::sentence(progress.error->code),
                                                     QString::fromStdString(progress.error->text()))
                                          : tr("Not exported."));
        break;
    }
}

void ExportDialog::showGaps()
{
    const api::ExportRequest wanted = request();
    if (m_gapsWanted && !m_gaps && wanted.from < wanted.to) {
        m_gapsWanted = false;
        m_gaps = m_client.engine().gaps({.from = wanted.from,
                                         .to = wanted.to,
                                         .venue = wanted.symbol ? wanted.venue.value_or("") : "",
                                         .symbol = wanted.symbol.value_or(""),
                                         .channel = {},
                                         .most = kGapsShown});
        m_gapLabel->setText(tr("Looking for gaps in the range…"));
    }
    const auto* answer = m_gaps ? m_gaps->get() : nullptr;
    if (!answer)
        return;
    if (!*answer) {
        m_gapLabel->setText(tr("The gaps in the range are not known. %1").arg(words::sentence(answer->error().code)));
        m_gapModel.setRows({});
    } else {
        m_gapLabel->setText((*answer)->total == 0
                                ? tr("No gaps in the range.")
                                : tr("Gaps in the range: %1. What was missed then is not in the file.")
                                      .arg(countText((*answer)->total)));
        m_gapTable->setNotice(
            {Mark::Ok, tr("Nothing was missed in this range."), tr("Gaps that touch the range are listed here.")});
        m_gapModel.setRows(GapRows::rows((*answer)->gaps, m_client.now()));
    }
    m_gaps.reset();
}

}  // namespace tickdeck::ui
