#include <algorithm>
#include <array>
#include <utility>

#include "journal/reader_impl.h"
#include "journal/torn_tail.h"
#include "tribook/base/assert.h"

// How an end is judged. A writer syncs a segment before it begins the next, and each footer says up
// to which sequence everything was durable when its batch was written. So where the chain of whole
// batches stops:
//
//   - in a segment with a begun segment after it: that was durable, so it is damage;
//   - in the last begun segment, with a later footer that says that the missing records were
//   durable:
//     damage;
//   - otherwise nothing proves that the bytes were ever on the disk: a torn tail. Whole batches
//     behind the tear are cut with it, and kept.
//
// A segment is begun when its header's sector is not zero.
//
// Beside a writer (until_sequence) nothing is judged: what its word covers must be there, and what
// is beyond may be half written, so no more of it is read than comes along with the rest, and that
// is read again before it counts.

namespace tribook::journal {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string words_for(const Behind& behind) {
  if (behind.batches == 0) {
    return counted(behind.ends, "batch", "batches") + ", none whole as far as can be told";
  }
  return counted(behind.batches, "whole batch", "whole batches") + " with " +
         counted(behind.records, "record", "records") + ", up to record " +
         std::to_string(behind.last_sequence);
}

}  // namespace

std::string_view to_string(EndKind kind) {
  static constexpr std::array<std::string_view, 5> kNames{"clean", "torn tail", "corrupt",
                                                          "wrong version", "unreadable"};
  static_assert(kNames.size() == static_cast<std::size_t>(EndKind::Unreadable) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

Reader::Step Reader::Impl::next() {
  while (!ended_) {
    if (cursor_ < batch_end_offset_) {
      if (take_record()) return Step::Record;
    } else if (footer_waits_) {
      footer_waits_ = false;
      if (batch_.last_sequence >= options_.from_sequence) return Step::BatchEnd;
    } else if (has_come_up()) {
      waits_ = true;
      ended_ = !finish(EndKind::Clean, 0, "");
    } else {
      ended_ = !load_batch();
    }
  }
  cursor_ = batch_end_offset_ = 0;
  return Step::End;
}

void Reader::Impl::go_on(std::uint64_t until_sequence) {
  TB_ASSERT(is_beside_writer());
  if (until_sequence <= *options_.until_sequence) return;
  options_.until_sequence = until_sequence;
  window_.forget_from(end_.position.offset);
  if (!waits_) return;
  waits_ = ended_ = false;
  if (ids_.empty()) begin();
}

bool Reader::Impl::finish(EndKind kind, std::uint64_t offset, std::string message) {
  end_.kind = kind;
  end_.offset = offset;
  if (kind != EndKind::Clean && index_ < ids_.size()) end_.file = path_of(ids_[index_]);
  end_.message = std::move(message);
  if (!unproven_.empty()) {
    end_.position.unproven_offset = unproven_.front().second;
  } else {
    end_.position.unproven_offset = end_.position.offset;
  }
  // A segment's first batch and its header are one write.
  if (end_.position.unproven_offset == kFirstRecordOffset) end_.position.unproven_offset = 0;
  return false;
}

bool Reader::Impl::unreadable(std::uint64_t offset, DiskStatus status) {
  return finish(
      EndKind::Unreadable, offset,
      "cannot be read: " + std::string(to_string(status)) + "; check the disk and the permissions");
}

bool Reader::Impl::ends_early() {
  finish(EndKind::Corrupt, end_.position.offset,
         "the journal ends with record " + std::to_string(state_.sequence) +
             ", though it was written up to " + std::to_string(*options_.until_sequence) +
             ": something else has changed it");
  if (end_.file.empty()) end_.file = options_.directory;
  return false;
}

/// Nothing more in this segment: the rest must be zero.
bool Reader::Impl::leave_segment() {
  const Finding rest = zero_from(window_, end_.position.offset);
  if (rest.status != DiskStatus::Ok) return unreadable(end_.position.offset, rest.status);
  if (!rest.yes) return judge(end_.position.offset, "bytes that are no record");
  if (last_segment()) {
    if (!is_beside_writer()) return finish(EndKind::Clean, 0, "");
    if (!find_next_segment()) return false;
  }
  ++index_;
  return enter_segment(false);
}

/// The chain of whole batches stops at `offset` with something other than zeros.
bool Reader::Impl::judge(std::uint64_t offset, const std::string& what) {
  const bool unknown_start = end_.position.last_sequence == 0 && end_.position.segment_id == 0;
  const std::uint64_t lost = unknown_start ? 0 : state_.sequence + 1;
  std::string proof = "a later segment";
  bool durable = !last_segment();
  if (is_beside_writer()) {
    proof = "its writer";
    durable = true;
  } else if (!durable) {
    proof = "a later batch";
    const Finding found = durability_proof(window_, ids_[index_], offset, lost);
    if (found.status != DiskStatus::Ok) return unreadable(offset, found.status);
    durable = found.yes;
  }
  if (!durable) return torn(offset, what);
  return finish(EndKind::Corrupt, offset,
                what + ", though " + proof +
                    " shows that it was on the disk: damaged since (records "
                    "from sequence " +
                    std::to_string(state_.sequence + 1) +
                    " on). Restore this file from a backup; do not delete it");
}

/// Whole batches may stand behind it, and what is cut with them must not be gone.
bool Reader::Impl::torn(std::uint64_t offset, const std::string& what) {
  const std::uint64_t id = ids_[index_];
  end_.cut_offset = offset == 0 ? 0 : end_.position.offset;
  const BehindResult found = look_behind(window_, {id, end_.cut_offset, offset, state_});
  if (found.status != DiskStatus::Ok) return unreadable(offset, found.status);
  end_.behind = found.behind;
  const std::string nothing_shows = what + "; nothing shows that it was ever wholly written";
  if (end_.behind.ends == 0) {
    return finish(EndKind::TornTail, offset, nothing_shows + ": it will be cut");
  }
  PathResult kept = free_cut_path(disk_, options_.directory, id, end_.cut_offset);
  if (kept.status != DiskStatus::Ok) return unreadable(offset, kept.status);
  end_.kept_as = std::move(kept.path);
  return finish(EndKind::TornTail, offset,
                nothing_shows + ", but behind it there is more: " + words_for(end_.behind) +
                    ". A start goes on from record " + std::to_string(state_.sequence) +
                    " without them: it cuts here and keeps what it cuts in " + end_.kept_as +
                    ". After a power cut that is as it should be; else this place was damaged "
                    "since: restore this file from a backup before a start");
}

/// The next batch. Beside a writer it is read in about the piece that the records to come should
/// take; if the batch is larger than that, in larger ones.
FileWindow::View Reader::Impl::look(BatchCheck& check) {
  const EndPosition& position = end_.position;
  std::uint64_t ahead = FileWindow::kBytes;
  if (is_beside_writer()) {
    constexpr std::uint64_t kUsualRecordBytes = 256;
    const std::uint64_t records =
        std::min(*options_.until_sequence - state_.sequence, FileWindow::kBytes);
    ahead = std::min(kSectorBytes + records * kUsualRecordBytes, FileWindow::kBytes);
  }
  for (;;) {
    const FileWindow::View view = window_.at(position.offset, ahead);
    if (view.status != DiskStatus::Ok) return view;
    check = check_batch(view.bytes, position.segment_id, position.offset, state_);
    if (check.verdict != BatchVerdict::Damaged || ahead == FileWindow::kBytes) return view;
    ahead = std::min(ahead * 8, FileWindow::kBytes);
  }
}

bool Reader::Impl::load_batch() {
  EndPosition& position = end_.position;
  BatchCheck check;
  const FileWindow::View view = look(check);
  if (view.status != DiskStatus::Ok) return unreadable(position.offset, view.status);
  switch (check.verdict) {
    case BatchVerdict::Good:
      if (is_beside_writer() && check.after.sequence > *options_.until_sequence) {
        waits_ = true;
        return finish(EndKind::Clean, 0, "");
      }
      batch_bytes_ = view.bytes.first(check.footer.batch_bytes);
      accept(check);
      return true;
    case BatchVerdict::Nothing:
      return leave_segment();
    case BatchVerdict::Damaged:
      return judge(check.fault_offset, check.fault);
    case BatchVerdict::Broken:
      return finish(EndKind::Corrupt, check.fault_offset,
                    std::string(check.fault) +
                        ", with a right checksum: it was written wrongly. "
                        "Keep this file and report it; restore a backup");
  }
  return false;
}

void Reader::Impl::accept(const BatchCheck& check) {
  EndPosition& position = end_.position;
  const BatchFooter& footer = check.footer;
  batch_offset_ = position.offset;
  cursor_ = 0;
  batch_end_offset_ = footer.batch_bytes - sizeof(BatchFooter);
  footer_waits_ = true;
  batch_ = {footer.event_digest, footer.durable_sequence, check.after.sequence, check.after.time_ns,
            footer.record_count};
  while (!unproven_.empty() && unproven_.front().first <= footer.durable_sequence) {
    unproven_.pop_front();
  }
  unproven_.emplace_back(check.after.sequence, position.offset);
  state_ = check.after;
  position.offset += footer.batch_bytes;
  position.last_sequence = state_.sequence;
  position.last_time_ns = state_.time_ns;
  position.chain = state_.chain;
  position.sealed = footer.record_count == 0;
}

/// False if the record is before the first that is asked for.
bool Reader::Impl::take_record() {
  const RecordParts parts = split_record(batch_bytes_.subspan(cursor_));
  record_ = {parts.header,
             parts.payload,
             parts.attachment,
             end_.position.segment_id,
             batch_offset_ + cursor_,
             end_.position.rules_version};
  cursor_ += parts.extent;
  return parts.header.sequence >= options_.from_sequence;
}

Reader::Reader(Disk& disk, ReaderOptions options)
    : impl_(std::make_unique<Impl>(disk, std::move(options))) {}
Reader::~Reader() = default;

Reader::Step Reader::next() { return impl_->next(); }
const RecordView& Reader::record() const { return impl_->record_; }
const BatchEnd& Reader::batch_end() const { return impl_->batch_; }
const End& Reader::end() const { return impl_->end_; }
void Reader::go_on(std::uint64_t until_sequence) { impl_->go_on(until_sequence); }
std::uint64_t Reader::segments_total() const { return impl_->ids_.size(); }
std::uint64_t Reader::segments_read() const {
  return std::min<std::uint64_t>(impl_->index_ + 1, impl_->ids_.size());
}

}  // namespace tribook::journal
