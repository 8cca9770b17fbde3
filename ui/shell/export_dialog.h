// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// File → Export: stored events of a type, symbol and range into a CSV or Parquet file.

#include <QDialog>

#include "ui/client/engine_client.h"
#include "ui/models/cell_table.h"
#include "ui/widgets/theme.h"

class QComboBox;
class QDateTimeEdit;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace tickdeck::ui {

class TableView;

// GUI thread; not modal, the stream goes on beside it. One export at a time; closing it cancels a running one.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const Theme& theme, EngineClient& client, QWidget* parent);

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }
    void setFile(const QString& file);
    // What does the same without the window.
    [[nodiscard]] QString commandLine() const;
    void startExport();
    void cancelExport();
    [[nodiscard]] QString message() const;

protected:
    void reject() override;

private:
    void build(const Theme& theme);
    void fillSymbols();
    void applyRange(int preset);
    void requestChanged();
    void browse();
    void openFolder();
    void frame();
    void showGaps();
    void showEnd(const api::ExportProgress& progress);
    [[nodiscard]] api::ExportRequest request() const;

    EngineClient& m_client;
    QComboBox* m_type;
    QComboBox* m_symbol;
    QComboBox* m_range;
    QDateTimeEdit* m_from;
    QDateTimeEdit* m_to;
    QComboBox* m_format;
    QLineEdit* m_file;
    QLabel* m_gapLabel;
    CellTable m_gapModel;
    TableView* m_gapTable;
    QProgressBar* m_progress;
    QLabel* m_message;
    QPushButton* m_start;
    QPushButton* m_cancel;
    QPushButton* m_folder;
    bool m_gapsWanted = true;
    api::AnswerRef<api::Gaps> m_gaps;
    std::shared_ptr<api::ExportJob> m_job;
};

}  // namespace tickdeck::ui
