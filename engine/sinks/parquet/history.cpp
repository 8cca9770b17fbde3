// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sinks/parquet/history.h"

#include <algorithm>
#include <vector>

#include "engine/sinks/parquet/reader.h"

namespace tickdeck::parquet {

namespace {

// Where the last group of files that overlap each other in numbers begins: all before it hold smaller numbers only.
// `reach` is the greatest last number of the files up to each.
std::size_t lastGroup(const std::vector<LakeFile>& files, const std::vector<Seq>& reach)
{
    std::size_t begin = files.size() - 1;
    while (begin > 0 && reach[begin - 1] >= files[begin].firstSeq)
        --begin;
    return begin;
}

}  // namespace

Result<> ParquetHistory::read(const HistoryQuery& query, BufferPool& pool, SymbolTable& symbols,
                              const std::function<bool(const Batch&)>& take)
{
    LakeReader reader(pool, symbols);
    TRY_ASSIGN(auto files, filesFor(m_lake, query));
    if (query.limit == 0)
        return reader.read(query, files, [&](const StoredRow& row) -> Result<bool> { return take(row.batch); });

    // The newest rows: group by group from the end, until there are enough.
    std::vector<Seq> reach;
    for (const LakeFile& file : files)
        reach.push_back(std::max(file.lastSeq, reach.empty() ? 0 : reach.back()));
    std::vector<std::vector<Batch>> groups;
    std::size_t rows = 0;
    while (!files.empty() && rows < query.limit) {
        auto& group = groups.emplace_back();
        const auto begin = static_cast<std::ptrdiff_t>(lastGroup(files, reach));
        const std::vector<LakeFile> last(files.begin() + begin, files.end());
        files.resize(static_cast<std::size_t>(begin));
        TRY(reader.read(query, last, [&](const StoredRow& row) -> Result<bool> {
            group.push_back(row.batch);
            return true;
        }));
        rows += group.size();
    }
    std::size_t surplus = rows > query.limit ? rows - query.limit : 0;
    for (auto group = groups.rbegin(); group != groups.rend(); ++group)
        for (const Batch& batch : *group) {
            if (surplus > 0) {
                --surplus;
                continue;
            }
            if (!take(batch))
                return {};
        }
    return {};
}

}  // namespace tickdeck::parquet
