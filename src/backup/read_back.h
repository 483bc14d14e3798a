#pragma once

#include <functional>
#include <string>

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
  TimeNs begun{};
  std::uint64_t bytes = 0;  ///< of the file
};

/// Reads a backup to its end: every chunk, every name, every batch of the journal and that they
/// follow one another up to the record that it names. `also` is told of the files too, and may be
/// empty; `should_stop` is asked now and then, and may be empty.
[[nodiscard]] Inspection read_back(journal::Disk& disk, const std::string& path, const Key& key,
                                   const ContentsVisitor& also = {},
                                   const std::function<bool()>& should_stop = {});

}  // namespace tribook::backup
