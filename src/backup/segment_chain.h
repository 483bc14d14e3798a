#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "backup/journal_check.h"

namespace tribook::backup {

/// All segments that a backup holds, from the journal's folder and from the archive, in whatever
/// order they come, and what a house that is made of them begins with.
class SegmentChain {
 public:
  void add(const Link& link);
  void add_snapshot(std::uint64_t sequence) { snapshots_.insert(sequence); }

  /// Why these are not what one journal has, or would not do for a start; empty when they are.
  [[nodiscard]] std::string problem() const;
  /// "1 to 3, 5"; empty when none is missing.
  [[nodiscard]] std::string missing() const;
  /// The records that can be replayed come behind this one; 0: it is all of them. Before it are
  /// segments that are missing, or of other rules than the last.
  [[nodiscard]] std::uint64_t replays_behind() const;
  /// Likewise, of those that are missing between two others.
  [[nodiscard]] std::string holes() const;

 private:
  using Links = std::map<std::uint64_t, Link>;

  [[nodiscard]] Links::const_iterator first_replayable() const;
  [[nodiscard]] std::string missing_from(std::uint64_t expected) const;

  Links links_;
  std::set<std::uint64_t> snapshots_;
  std::string problem_;
};

}  // namespace tribook::backup
