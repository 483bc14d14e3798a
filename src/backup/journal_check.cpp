#include "backup/journal_check.h"

#include "journal/segment_file.h"

namespace tribook::backup {

using journal::BatchVerdict;
using journal::SegmentHeader;

namespace {

// What is left of them is moved to the front: seldom, for many batches at a time.
constexpr std::size_t kEnoughBytes = 4 * journal::kMaxBatchBytes;

std::string not_zero() { return "something stands behind its last batch"; }

}  // namespace

std::string JournalState::follow(const SegmentHeader& header, std::uint64_t segment_id,
                                 std::uint64_t file_bytes) {
  if (header.format_version != journal::kFormatVersion) {
    return "its format has version " + std::to_string(header.format_version) +
           ", this program reads " + std::to_string(journal::kFormatVersion);
  }
  if (header.segment_id != segment_id) return "its header names another segment";
  if (header.segment_bytes != file_bytes) return "it has not the size that its header says";
  const bool follows = header.first_sequence == chain.sequence + 1 && header.chain == chain.chain &&
                       header.previous_time_ns == chain.time_ns &&
                       header.fencing_epoch >= fencing_epoch && segment_id == last_segment + 1;
  if (first_segment != 0 && !follows) return "it does not follow the segment before it";
  if (first_segment == 0) {
    first_segment = segment_id;
    chain = {header.chain, header.first_sequence - 1, header.previous_time_ns};
  }
  last_segment = segment_id;
  fencing_epoch = header.fencing_epoch;
  rules_version = header.rules_version;
  ++segments;
  return {};
}

void JournalState::tell(About& about) const {
  about.last_sequence = chain.sequence;
  about.last_time = TimeNs{chain.time_ns};
  about.chain = chain.chain;
  about.first_segment = first_segment;
  about.last_segment = last_segment;
  about.rules_version = rules_version;
  about.segments = segments;
}

std::string JournalCheck::begin(std::uint64_t segment_id, std::uint64_t file_bytes, Rest rest) {
  segment_id_ = segment_id;
  file_bytes_ = file_bytes;
  rest_ = rest;
  offset_ = 0;
  is_behind_batches_ = false;
  waiting_.clear();
  return {};
}

std::string JournalCheck::put(std::span<const std::byte> bytes) {
  if (is_behind_batches_) return journal::is_zero(bytes) ? std::string() : not_zero();
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  if (offset_ == 0) {
    if (waiting_.size() < journal::kSectorBytes) return {};
    std::string problem = take_header();
    if (!problem.empty()) return problem;
  }
  return waiting_.size() < kEnoughBytes ? std::string() : take_batches(false);
}

std::string JournalCheck::end() {
  if (offset_ == 0) return "a segment without a header";
  return take_batches(true);
}

std::string JournalCheck::take_header() {
  const auto header = journal::parse_header(std::span(waiting_).first(journal::kSectorBytes));
  if (!header) return "a damaged segment header";
  waiting_.erase(waiting_.begin(), waiting_.begin() + std::ptrdiff_t{journal::kSectorBytes});
  offset_ = journal::kSectorBytes;
  std::string problem = state_.follow(*header, segment_id_, file_bytes_);
  before_ = state_.chain;
  return problem;
}

Link JournalCheck::link() const {
  return {segment_id_, before_, state_.chain, state_.fencing_epoch, state_.rules_version};
}

std::string JournalCheck::take_batches(bool is_all) {
  std::span<const std::byte> left(waiting_);
  std::string problem;
  while (problem.empty() && !left.empty() && (is_all || left.size() >= journal::kMaxBatchBytes)) {
    const auto check = journal::check_batch(left, segment_id_, offset_, state_.chain);
    if (check.verdict == BatchVerdict::Good) {
      left = left.subspan(check.footer.batch_bytes);
      offset_ += check.footer.batch_bytes;
      state_.chain = check.after;
    } else if (rest_ == Rest::Zeros && check.verdict == BatchVerdict::Nothing) {
      is_behind_batches_ = true;
      if (!journal::is_zero(left)) problem = not_zero();
      left = {};
    } else {
      problem = "at offset " + std::to_string(check.fault_offset) + " of segment " +
                std::to_string(segment_id_) + ": " + check.fault;
    }
  }
  waiting_.erase(waiting_.begin(),
                 waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_.size() - left.size()));
  return problem;
}

}  // namespace tribook::backup
