#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "backup/contents.h"
#include "journal/batch_check.h"
#include "tribook/journal/format.h"

namespace tribook::backup {

/// Where a journal's segments have come to, one after the other.
struct JournalState {
  journal::ChainState chain;
  std::uint64_t first_segment = 0;  ///< 0: none yet
  std::uint64_t last_segment = 0;
  std::uint64_t fencing_epoch = 0;
  std::uint32_t rules_version = 0;
  std::uint64_t segments = 0;

  /// Goes on with this segment. Why that cannot be, or empty.
  [[nodiscard]] std::string follow(const journal::SegmentHeader& header, std::uint64_t segment_id,
                                   std::uint64_t file_bytes);
  void tell(About& about) const;
};

/// One segment's place in the chain of records.
struct Link {
  std::uint64_t segment_id = 0;
  journal::ChainState before;  ///< what the segment's header says
  journal::ChainState after;   ///< where its last batch has come to
  std::uint64_t fencing_epoch = 0;
  std::uint32_t rules_version = 0;
};

/// What stands behind a segment's last batch.
enum class Rest : std::uint8_t { Nothing, Zeros };

/// Checks segments as they come by, piece by piece: headers and every batch's chain, each segment
/// to the last byte that is given of it. What is wrong is told as a text, empty when nothing is.
class JournalCheck {
 public:
  [[nodiscard]] std::string begin(std::uint64_t segment_id, std::uint64_t file_bytes,
                                  Rest rest = Rest::Nothing);
  [[nodiscard]] std::string put(std::span<const std::byte> bytes);
  [[nodiscard]] std::string end();
  [[nodiscard]] const JournalState& state() const { return state_; }
  /// Of the segment that ended last.
  [[nodiscard]] Link link() const;

 private:
  std::string take_header();
  std::string take_batches(bool is_all);

  JournalState state_;
  std::uint64_t segment_id_ = 0;
  std::uint64_t file_bytes_ = 0;
  Rest rest_ = Rest::Nothing;
  journal::ChainState before_;
  std::uint64_t offset_ = 0;        // in the segment, of what waits
  std::vector<std::byte> waiting_;  // not checked yet; bounded
  bool is_behind_batches_ = false;
};

}  // namespace tribook::backup
