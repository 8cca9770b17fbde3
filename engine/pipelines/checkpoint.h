// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A pipeline's saved states on disk: the newest and the one before.

#include <filesystem>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/model/batch.h"

namespace tickdeck::pipelines {

struct Checkpoint {
    Seq position = 0;           // all inputs up to here are in the state
    std::uint64_t ordinal = 0;  // of the last derived batch up to there
    std::string state;          // Pipeline::save
    bool fresh = false;         // nothing was handled yet, and it may be that Started is not journalled yet
    std::string settings;       // of the pipeline, as text: under others the state does not hold
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// NAME.ckpt and NAME.ckpt.old in one folder. One thread at a time; every call blocks on the disk.
class CheckpointFiles {
public:
    CheckpointFiles(const std::filesystem::path& directory, std::string_view name);

    // The readable ones, newest first. `damaged` gets what could not be read.
    [[nodiscard]] std::vector<Checkpoint> load(std::vector<Error>& damaged);
    // The newest becomes the one before, and `checkpoint` the newest. Durable when it returns.
    [[nodiscard]] Result<> save(const Checkpoint& checkpoint);

private:
    std::filesystem::path m_newest;
    std::filesystem::path m_older;
    bool m_newestGood = true;  // a damaged one must not take the place of the one before
};

}  // namespace tickdeck::pipelines
