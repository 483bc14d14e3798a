#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "backup/contents.h"
#include "backup/journal_check.h"
#include "journal/segment_file.h"
#include "tribook/journal/disk.h"

namespace tribook::backup {

enum class Outcome : std::uint8_t {
  Done,
  Changed,  ///< a segment was taken away while it was copied: begin again
  Stopped,  ///< as was asked
  Failed,
};

/// Copies a journal while its daemon writes it, without its lock: whole batches, each checked, up
/// to one that is durable. What was acknowledged before the copy began is in it.
///
/// The end. Of the segment that is the last when the copy begins, all batches that are whole when
/// the copy comes to them are taken, and the file is synced after that. What stands behind them is
/// a batch under way or one that tore, unless a later batch stands behind it: then it is looked at
/// once more, and is damage if it is still not whole. Whether the later one says that this one was
/// durable does not count: that it was written and acknowledged is enough.
class JournalCopy {
 public:
  /// All that is given outlives it.
  JournalCopy(journal::Disk& disk, std::string directory, ContentsWriter& contents,
              const std::function<bool()>& should_stop);

  [[nodiscard]] Outcome run();
  /// What Changed or Failed means.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] const JournalState& state() const { return state_; }
  /// Segments that were there and were gone before the first was copied: the archive has them.
  [[nodiscard]] const std::set<std::uint64_t>& gone() const { return gone_; }

 private:
  enum class Step : std::uint8_t { Batch, SegmentEnds, JournalEnds, Damaged, Unreadable };

  Outcome list();
  Outcome copy_segment(std::uint64_t segment_id);
  Outcome open_segment(std::uint64_t segment_id, std::optional<journal::SegmentHeader>& header);
  Outcome copy_batches();
  Step look();
  Step look_again();
  Outcome damaged();
  Outcome fail(const std::string& file, const std::string& what);
  Outcome fail(const std::string& file, journal::DiskStatus status);
  [[nodiscard]] bool is_still_there() const;
  [[nodiscard]] bool is_last() const { return segment_id_ == last_; }
  [[nodiscard]] std::string path_of(std::uint64_t segment_id) const;

  journal::Disk& disk_;
  const std::string directory_;
  ContentsWriter& contents_;
  const std::function<bool()>& should_stop_;
  JournalState state_;
  std::set<std::uint64_t> gone_;
  std::string problem_;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  // Of the segment that is copied.
  std::uint64_t segment_id_ = 0;
  std::uint32_t header_crc_ = 0;
  std::unique_ptr<journal::File> file_;
  journal::FileWindow window_;
  journal::BatchCheck check_;
  std::uint64_t offset_ = 0;
};

}  // namespace tribook::backup
