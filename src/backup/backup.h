#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "backup/contents.h"
#include "backup/key.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

/// A file that was made of the journal, and the last record that it knows.
struct Witness {
  std::string path;
  std::uint64_t last = 0;
};

struct Request {
  std::string data;                             ///< the daemon's data folder
  std::string folder;                           ///< where the backup goes
  std::string file;                             ///< its name there; empty: by time and last record
  std::optional<std::size_t> keep;              ///< so many of the newest stay; unset: all
  std::optional<Witness> store;                 ///< asked before: the journal must go as far
  TimeNs now{};                                 ///< the system's time
  std::function<bool()> should_stop = nullptr;  ///< asked now and then; may be empty
};

struct Taken {
  std::string problem;  ///< what went wrong and where; empty when the backup is there and good
  bool was_stopped = false;
  std::string path;
  About about;
  std::uint64_t bytes = 0;
  std::size_t removed = 0;            ///< older ones
  std::vector<std::string> warnings;  ///< what is missing, or stays, though it is good
};

/// Copies snapshots and journal of a data folder into a new file, whether a daemon runs there or
/// not: nothing there is locked or changed. The file is written under a passing name, synced, read
/// back and checked to the last batch, and only then has its name; only after that do older ones
/// go. When anything fails nothing is left of it, and older ones stay. It fails, too, when a
/// snapshot or the store knows records that the journal has not, or when a segment is missing
/// between two others: then acknowledged records would not be in it.
[[nodiscard]] Taken take_backup(journal::Disk& disk, const Request& request, const Key& key);

}  // namespace tribook::backup
