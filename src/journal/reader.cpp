#include "tribook/journal/reader.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "journal/batch_check.h"
#include "journal/segment_file.h"
#include "tribook/base/assert.h"

// How an end is judged. A writer syncs a segment before it begins the next, and each footer says up
// to which sequence everything was durable when its batch was written. So where the chain of whole
// batches stops:
//
//   - in a segment with a begun segment after it: that was durable, so it is damage;
//   - in the last begun segment, with a later footer that says that the missing records were
//   durable:
//     damage;
//   - otherwise nothing proves that the bytes were ever on the disk: a torn tail.
//
// A segment is begun when its header's sector is not zero.

namespace tribook::journal {

std::string_view to_string(EndKind kind) {
  static constexpr std::array<std::string_view, 5> kNames{"clean", "torn tail", "corrupt",
                                                          "wrong version", "unreadable"};
  static_assert(kNames.size() == static_cast<std::size_t>(EndKind::Unreadable) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

class Reader::Impl {
 public:
  Impl(Disk& disk, ReaderOptions options) : disk_(disk), options_(std::move(options)) {
    ended_ = !(list_segments() && choose_start());
  }

  Step next() {
    while (!ended_) {
      if (cursor_ < batch_end_offset_) {
        if (take_record()) return Step::Record;
      } else if (footer_waits_) {
        footer_waits_ = false;
        if (batch_.last_sequence >= options_.from_sequence) return Step::BatchEnd;
      } else {
        ended_ = !load_batch();
      }
    }
    cursor_ = batch_end_offset_ = 0;
    return Step::End;
  }

  RecordView record_;
  BatchEnd batch_;
  End end_;
  std::vector<std::uint64_t> ids_;  // begun segments
  std::size_t index_ = 0;           // of the current one

 private:
  // Each of these returns false once reading has ended and end_ says why.
  bool list_segments();
  bool choose_start();
  bool enter_segment(bool first);
  bool leave_segment();
  bool load_batch();
  bool judge(std::uint64_t offset, const std::string& what);
  bool finish(EndKind kind, std::uint64_t offset, std::string message);
  bool unreadable(std::uint64_t offset, DiskStatus status);
  bool header_is_wrong(const SegmentHeader& header, bool first);

  bool take_record();
  void accept(const BatchCheck& check);
  DiskStatus attach(std::uint64_t segment_id);
  DiskStatus read_header(std::uint64_t segment_id, std::optional<SegmentHeader>& header);
  [[nodiscard]] std::string path_of(std::uint64_t segment_id) const {
    return join_path(options_.directory, segment_name(segment_id));
  }
  [[nodiscard]] bool last_segment() const { return index_ + 1 == ids_.size(); }

  Disk& disk_;
  ReaderOptions options_;
  std::unique_ptr<File> file_;
  FileWindow window_;
  ChainState state_;
  std::span<const std::byte> batch_bytes_;
  std::uint64_t batch_offset_ = 0;
  std::uint64_t cursor_ = 0;            // in the batch, of the next record
  std::uint64_t batch_end_offset_ = 0;  // in the batch, of the footer
  bool footer_waits_ = false;
  bool ended_ = false;
  // Batches of this segment that no footer has called durable: last sequence, offset.
  std::deque<std::pair<std::uint64_t, std::uint64_t>> unproven_;
};

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

bool Reader::Impl::list_segments() {
  ListResult listing = disk_.list(options_.directory);
  if (listing.status == DiskStatus::NotFound) return finish(EndKind::Clean, 0, "");
  if (listing.status != DiskStatus::Ok) {
    end_.file = options_.directory;
    return unreadable(0, listing.status);
  }
  ids_ = segment_ids(listing.names);
  for (std::size_t i = 1; i < ids_.size(); ++i) {
    if (ids_[i] == ids_[i - 1] + 1) continue;
    index_ = i;
    return finish(EndKind::Corrupt, 0,
                  "the segment before this one, " + segment_name(ids_[i] - 1) +
                      ", is missing; restore it from a backup");
  }
  while (!ids_.empty()) {  // segments prepared and not begun
    index_ = ids_.size() - 1;
    const Finding begun = segment_begun(disk_, path_of(ids_.back()));
    if (begun.status != DiskStatus::Ok) return unreadable(0, begun.status);
    if (begun.yes) break;
    end_.position.next_segment_id = ids_.back();
    ids_.pop_back();
  }
  index_ = 0;
  return !ids_.empty() || finish(EndKind::Clean, 0, "");
}

/// The newest segment that begins at or before what is asked for.
bool Reader::Impl::choose_start() {
  if (options_.from_sequence > 0) {
    std::size_t candidate = ids_.size();
    while (candidate > 0) {
      std::optional<SegmentHeader> header;
      index_ = --candidate;
      const DiskStatus status = read_header(ids_[index_], header);
      if (status != DiskStatus::Ok) return unreadable(0, status);
      if (header && header->first_sequence <= options_.from_sequence) break;
      if (header && index_ == 0) {
        return finish(EndKind::Corrupt, 0,
                      "the journal begins with sequence " + std::to_string(header->first_sequence) +
                          ", but reading must begin at " + std::to_string(options_.from_sequence) +
                          "; restore the older segments or use a newer snapshot");
      }
    }
  }
  return enter_segment(true);
}

DiskStatus Reader::Impl::attach(std::uint64_t segment_id) {
  FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return opened.status;
  file_ = std::move(opened.file);
  const SizeResult size = file_->size();
  window_.attach(file_.get(), size.bytes);
  return size.status;
}

DiskStatus Reader::Impl::read_header(std::uint64_t segment_id,
                                     std::optional<SegmentHeader>& header) {
  FileResult opened = disk_.open(path_of(segment_id), Access::Read);
  if (opened.status != DiskStatus::Ok) return opened.status;
  std::array<std::byte, kSectorBytes> sector{};
  const SizeResult read = opened.file->read_at(0, sector);
  if (read.status != DiskStatus::Ok) return read.status;
  header = parse_header(std::span(sector).first(read.bytes));
  return DiskStatus::Ok;
}

bool Reader::Impl::header_is_wrong(const SegmentHeader& header, bool first) {
  const auto corrupt = [&](const std::string& what) {
    finish(EndKind::Corrupt, 0, what + "; restore this file from a backup");
    return true;
  };
  if (header.format_version != kFormatVersion) {
    finish(EndKind::WrongVersion, 0,
           "journal format " + std::to_string(header.format_version) + ", this program reads " +
               std::to_string(kFormatVersion) + "; use the release that wrote it");
    return true;
  }
  if (options_.rules_version && *options_.rules_version != header.rules_version) {
    finish(EndKind::WrongVersion, 0,
           "written under rules version " + std::to_string(header.rules_version) +
               ", this program has " + std::to_string(*options_.rules_version) +
               "; stop the release that wrote it with SIGTERM, which leaves a snapshot, and start "
               "this one from that");
    return true;
  }
  if (header.segment_id != ids_[index_]) {
    return corrupt("the header names segment " + std::to_string(header.segment_id) +
                   ": the file was renamed or copied");
  }
  if (header.segment_bytes != window_.file_bytes()) {
    return corrupt("the file has " + std::to_string(window_.file_bytes()) +
                   " bytes, its header says " + std::to_string(header.segment_bytes) +
                   ": it was cut or added to");
  }
  if (first) return false;
  if (header.first_sequence != state_.sequence + 1 || header.chain != state_.chain ||
      header.previous_time_ns != state_.time_ns) {
    return corrupt("the segment does not follow the one before it");
  }
  if (header.fencing_epoch < end_.position.fencing_epoch) {
    return corrupt("the fencing epoch falls from " + std::to_string(end_.position.fencing_epoch) +
                   " to " + std::to_string(header.fencing_epoch) + ": two writers were at work");
  }
  return false;
}

bool Reader::Impl::enter_segment(bool first) {
  const std::uint64_t id = ids_[index_];
  const DiskStatus attached = attach(id);
  if (attached != DiskStatus::Ok) return unreadable(0, attached);
  const FileWindow::View view = window_.at(0);
  if (view.status != DiskStatus::Ok) return unreadable(0, view.status);
  const std::optional<SegmentHeader> header = parse_header(view.bytes);
  EndPosition& position = end_.position;
  if (!header) {
    position.next_segment_id = id;
    if (view.bytes.size() < kSectorBytes) {
      return finish(EndKind::Corrupt, 0,
                    "the file is shorter than its header: it was cut; restore it from a backup");
    }
    return judge(0, "a damaged segment header");
  }
  if (header_is_wrong(*header, first)) return false;
  if (first) {
    state_ = {header->chain, header->first_sequence - 1, header->previous_time_ns};
    position.last_sequence = state_.sequence;
    position.last_time_ns = state_.time_ns;
    position.chain = state_.chain;
  }
  position.segment_id = id;
  position.next_segment_id = id + 1;
  position.segment_bytes = header->segment_bytes;
  position.offset = kFirstRecordOffset;
  position.fencing_epoch = header->fencing_epoch;
  position.rules_version = header->rules_version;
  unproven_.clear();
  return true;
}

/// Nothing more in this segment: the rest must be zero.
bool Reader::Impl::leave_segment() {
  const Finding rest = zero_from(window_, end_.position.offset);
  if (rest.status != DiskStatus::Ok) return unreadable(end_.position.offset, rest.status);
  if (!rest.yes) return judge(end_.position.offset, "bytes that are no record");
  if (last_segment()) return finish(EndKind::Clean, 0, "");
  ++index_;
  return enter_segment(false);
}

/// The chain of whole batches stops at `offset` with something other than zeros.
bool Reader::Impl::judge(std::uint64_t offset, const std::string& what) {
  const bool unknown_start = end_.position.last_sequence == 0 && end_.position.segment_id == 0;
  const std::uint64_t lost = unknown_start ? 0 : state_.sequence + 1;
  std::string proof = "a later segment";
  bool durable = !last_segment();
  if (!durable) {
    proof = "a later batch";
    const Finding found = durability_proof(window_, ids_[index_], offset, lost);
    if (found.status != DiskStatus::Ok) return unreadable(offset, found.status);
    durable = found.yes;
  }
  if (!durable) {
    return finish(EndKind::TornTail, offset,
                  what + "; nothing shows that it was ever wholly written: it will be cut");
  }
  return finish(EndKind::Corrupt, offset,
                what + ", though " + proof +
                    " shows that it was on the disk: damaged since (records "
                    "from sequence " +
                    std::to_string(state_.sequence + 1) +
                    " on). Restore this file from a backup; do not delete it");
}

bool Reader::Impl::load_batch() {
  EndPosition& position = end_.position;
  const FileWindow::View view = window_.at(position.offset);
  if (view.status != DiskStatus::Ok) return unreadable(position.offset, view.status);
  const BatchCheck check = check_batch(view.bytes, position.segment_id, position.offset, state_);
  switch (check.verdict) {
    case BatchVerdict::Good:
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
  record_ = {parts.header, parts.payload, parts.attachment, end_.position.segment_id,
             batch_offset_ + cursor_};
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
std::uint64_t Reader::segments_total() const { return impl_->ids_.size(); }
std::uint64_t Reader::segments_read() const {
  return std::min<std::uint64_t>(impl_->index_ + 1, impl_->ids_.size());
}

}  // namespace tribook::journal
