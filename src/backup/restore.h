#pragma once

#include <functional>
#include <string>

#include "backup/key.h"
#include "backup/read_back.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

/// Writes a backup's files into a folder that holds none of them, durably, with segments at their
/// full size. The folder is of use only when this has succeeded: what is wrong with a backup may
/// show at its end.
[[nodiscard]] Inspection restore(journal::Disk& disk, const std::string& path, const Key& key,
                                 const std::string& folder);

}  // namespace tribook::backup
