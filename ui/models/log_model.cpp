// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/log_model.h"

#include <algorithm>

#include "ui/client/words.h"
#include "ui/widgets/cell.h"
#include "ui/widgets/number_text.h"

namespace tickdeck::ui {

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {}

void LogModel::add(const std::vector<api::LogLine>& lines)
{
    m_all.insert(m_all.end(), lines.begin(), lines.end());
    if (m_all.size() > kKept)
        m_all.erase(m_all.begin(), m_all.end() - static_cast<std::ptrdiff_t>(kKept));
    const auto wanted = [this](const api::LogLine& line) { return line.level >= m_least; };
    const auto count = static_cast<int>(std::ranges::count_if(lines, wanted));
    if (count == 0)
        return;
    const auto size = static_cast<int>(m_shown.size());
    beginInsertRows({}, size, size + count - 1);
    std::ranges::copy_if(lines, std::back_inserter(m_shown), wanted);
    endInsertRows();
    if (m_shown.size() > kKept) {
        const auto excess = static_cast<int>(m_shown.size() - kKept);
        beginRemoveRows({}, 0, excess - 1);
        m_shown.erase(m_shown.begin(), m_shown.begin() + excess);
        endRemoveRows();
    }
}

void LogModel::setLeast(api::LogLevel level)
{
    beginResetModel();
    m_least = level;
    m_shown.clear();
    std::ranges::copy_if(m_all, std::back_inserter(m_shown),
                         [level](const api::LogLine& line) { return line.level >= level; });
    endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int LogModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const api::LogLine& line = m_shown[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case kTime: return clockText(line.time);
        case kLevel: return words::logLevel(line.level);
        case kComponent: return QString::fromStdString(line.component);
        case kEvent: return QString::fromStdString(line.event);
        default: return QString::fromStdString(line.message);
        }
    case Qt::ToolTipRole: return QString::fromStdString(line.message);
    case kLookRole: return static_cast<int>(index.column() == kTime ? CellLook::Number : CellLook::Words);
    case kMarkRole:
        if (index.column() != kLevel)
            return 0;
        return static_cast<int>(line.level == api::LogLevel::Error  ? Mark::Failed
                                : line.level == api::LogLevel::Warn ? Mark::Degraded
                                                                    : Mark::None);
    case kToneRole:
        if (index.column() == kMessage)
            return static_cast<int>(Role::Text);
        if (index.column() == kLevel && line.level >= api::LogLevel::Warn)
            return static_cast<int>(line.level == api::LogLevel::Error ? Role::Bad : Role::Warn);
        return static_cast<int>(Role::Muted);
    case kBrightFromRole: return -1;
    case kSortRole:
        if (index.column() == kTime)
            return static_cast<qlonglong>(line.time);
        if (index.column() == kLevel)
            return static_cast<int>(line.level);
        return data(index, Qt::DisplayRole);
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment((section == kTime ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case kTime: return tr("Time UTC");
    case kLevel: return tr("Level");
    case kComponent: return tr("Component");
    case kEvent: return tr("Event");
    default: return tr("Message");
    }
}

}  // namespace tickdeck::ui
