#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backup/names.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

/// A folder of backups of one daemon, by their names.
class Folder {
 public:
  /// The disk outlives it.
  Folder(journal::Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  /// Newest first. A folder that is not there or cannot be read is an empty one.
  [[nodiscard]] std::vector<FileName> list() const;
  [[nodiscard]] std::optional<FileName> newest() const;
  [[nodiscard]] std::string path_of(const FileName& name) const;

  /// Makes the folder if need be, and sees to it that nobody else writes a backup here while the
  /// lock is held. What went wrong, or empty.
  [[nodiscard]] std::string lock(std::unique_ptr<journal::DirectoryLock>& lock);
  /// REQUIRES the lock. Removes what was left by one that was cut off.
  void remove_unfinished();

 private:
  journal::Disk& disk_;
  std::string path_;
};

}  // namespace tribook::backup
