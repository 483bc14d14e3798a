#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "backup/contents.h"
#include "backup/folder.h"
#include "backup/key.h"
#include "backup/names.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

/// One that was just made and is good.
struct Made {
  FileName name;
  About about;
};

struct Rotated {
  std::size_t removed = 0;
  std::vector<std::string> stay;  ///< each that stays though it is beyond `keep`, and why
};

/// REQUIRES the folder's lock. Removes all but `made` and the newest others, `keep` in all. Beyond
/// these one stays if it may have something that no newer one which stays has: later records, by
/// its name; or older segments, when `made` has not all from the first on. Then one that cannot be
/// read stays, too. One that cannot be removed is tried again the next time.
[[nodiscard]] Rotated remove_old(journal::Disk& disk, const Folder& folder, const Made& made,
                                 std::size_t keep, const Key& key);

}  // namespace tribook::backup
