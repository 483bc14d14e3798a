#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backup/contents.h"
#include "backup/journal_check.h"
#include "backup/key.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

/// What a backup's file turned out to hold.
struct Inspection {
  std::string problem;  ///< file, place and what is wrong; empty when it is good
  bool was_stopped = false;
  About about;
  std::vector<std::string> warnings;  ///< what is missing though it is good
  /// A replay can begin behind this record; before it are segments that are missing or of other
  /// rules. 0: it has all there ever was.
  std::uint64_t replays_behind = 0;
  /// Segments are missing between others: what is wrong and what to do. No such backup is taken;
  /// one that is there can be restored. Empty: none are.
  std::string hole;
  TimeNs begun{};
  std::uint64_t bytes = 0;  ///< of the file
};

/// Reads a backup to its end: every chunk, every name, every batch of the journal and of archived
/// segments, that they follow one another up to the record that it names, and that a house can
/// begin with what is there. `also` is told of the files too, and may be empty; `should_stop` is
/// asked now and then, and may be empty.
[[nodiscard]] Inspection read_back(journal::Disk& disk, const std::string& path, const Key& key,
                                   const ContentsVisitor& also = {},
                                   const std::function<bool()>& should_stop = {});

}  // namespace tribook::backup
