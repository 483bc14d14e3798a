#pragma once

#include <string>

#include "tribook/journal/disk.h"

namespace tribook::app {

/// The folder that a backup is restored into. Nothing is in its place before all of it was checked;
/// then the parts move up one by one. Until that is over a marker stands beside them: a daemon that
/// took a part of it for a house would begin another one.
class RestoreFolder {
 public:
  /// The disk outlives it.
  RestoreFolder(journal::Disk& disk, std::string folder);

  /// Why nothing may be restored into it; empty when it is empty, not there, or holds nothing but
  /// what a restore that was cut off has left.
  [[nodiscard]] std::string why_not() const;
  /// Makes the folder and, in it, the empty one to write into. What was left there goes.
  void begin();
  [[nodiscard]] const std::string& stage() const { return stage_; }
  /// Moves all of the stage in place, the journal last.
  void finish();
  void give_up();

 private:
  [[nodiscard]] bool may_be_left(const std::string& name) const;
  void remove_what_was_left();
  void sync();

  journal::Disk& disk_;
  const std::string folder_;
  const std::string stage_;
  const std::string checked_;
  bool is_ours_ = false;
};

/// Why no daemon may start on this folder: a restore into it was cut off. Empty when none was.
std::string cut_off_restore(const std::string& data_directory);

}  // namespace tribook::app
