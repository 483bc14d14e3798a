#include "backup/journal_copy.h"

#include <array>
#include <utility>

namespace tribook::backup {

using journal::Access;
using journal::BatchVerdict;
using journal::DiskStatus;
using journal::Finding;
using journal::SegmentHeader;

namespace {

bool has_batch(const SegmentHeader& header, std::span<const std::byte> segment) {
  const journal::ChainState before{header.chain, header.first_sequence - 1,
                                   header.previous_time_ns};
  return journal::check_batch(segment.subspan(journal::kFirstRecordOffset), header.segment_id,
                              journal::kFirstRecordOffset, before)
             .verdict == BatchVerdict::Good;
}

/// Does a batch stand behind `offset` that begins later than the one there?
Finding batch_behind(journal::FileWindow& window, std::uint64_t segment_id, std::uint64_t offset) {
  journal::BatchFooter footer;
  for (std::uint64_t at = offset;; at += journal::kRecordAlignment) {
    const Finding found = journal::find_footer(window, segment_id, at, footer);
    if (found.status != DiskStatus::Ok || !found.yes) return found;
    if (at + sizeof footer > offset + footer.batch_bytes) return found;
  }
}

}  // namespace

JournalCopy::JournalCopy(journal::Disk& disk, std::string directory, ContentsWriter& contents,
                         const std::function<bool()>& should_stop)
    : disk_(disk),
      directory_(std::move(directory)),
      contents_(contents),
      should_stop_(should_stop) {}

std::string JournalCopy::path_of(std::uint64_t segment_id) const {
  return journal::join_path(directory_, journal::segment_name(segment_id));
}

Outcome JournalCopy::fail(const std::string& file, const std::string& what) {
  problem_ = file + ": " + what;
  return Outcome::Failed;
}

Outcome JournalCopy::fail(const std::string& file, DiskStatus status) {
  return fail(file, std::string(to_string(status)));
}

Outcome JournalCopy::list() {
  const journal::ListResult listing = disk_.list(directory_);
  if (listing.status != DiskStatus::Ok) return fail(directory_, listing.status);
  std::vector<std::uint64_t> ids = journal::segment_ids(listing.names);
  while (!ids.empty()) {  // segments prepared and not begun
    const Finding begun = journal::segment_begun(disk_, path_of(ids.back()));
    if (begun.status == DiskStatus::NotFound) {
      problem_ = path_of(ids.back()) + ": was taken away meanwhile";
      return Outcome::Changed;
    }
    if (begun.status != DiskStatus::Ok) return fail(path_of(ids.back()), begun.status);
    if (begun.yes) break;
    ids.pop_back();
  }
  if (ids.empty()) return fail(directory_, "the journal has no record yet");
  first_ = ids.front();
  last_ = ids.back();
  return Outcome::Done;
}

Outcome JournalCopy::run() {
  Outcome outcome = list();
  for (std::uint64_t id = first_; outcome == Outcome::Done && id <= last_; ++id) {
    outcome = copy_segment(id);
  }
  if (outcome != Outcome::Done) return outcome;
  if (state_.segments == 0) return fail(directory_, "the journal has no record yet");
  // Read-only: nothing can be waiting to be written.
  const DiskStatus synced = file_->sync_data();
  if (synced == DiskStatus::Ok || synced == DiskStatus::ReadOnly) return Outcome::Done;
  return fail(path_of(segment_id_), synced);
}

Outcome JournalCopy::copy_segment(std::uint64_t segment_id) {
  std::optional<SegmentHeader> header;
  const Outcome opened = open_segment(segment_id, header);
  if (opened != Outcome::Done) return opened;
  if (!header) return Outcome::Done;  // gone before the first, or hardly begun
  const std::string problem = state_.follow(*header, segment_id, window_.file_bytes());
  if (!problem.empty()) {
    fail(path_of(segment_id), problem);
    return is_still_there() ? Outcome::Failed : Outcome::Changed;
  }
  contents_.begin_file(std::string(kJournalFolder) + "/" + journal::segment_name(segment_id),
                       window_.file_bytes());
  contents_.put(window_.at(0).bytes.first(journal::kSectorBytes));
  offset_ = journal::kFirstRecordOffset;
  const Outcome copied = copy_batches();
  if (copied != Outcome::Done) return copied;
  contents_.end_file();
  if (is_still_there()) return Outcome::Done;
  problem_ = path_of(segment_id) + ": was taken away while it was copied";
  return Outcome::Changed;
}

/// No header: there is nothing to copy.
Outcome JournalCopy::open_segment(std::uint64_t segment_id, std::optional<SegmentHeader>& header) {
  const std::string path = path_of(segment_id);
  journal::FileResult opened = disk_.open(path, Access::Read);
  if (opened.status == DiskStatus::NotFound) {
    problem_ = path + ": was taken away meanwhile, or is missing";
    if (state_.segments != 0 || segment_id == last_) return Outcome::Changed;
    gone_.insert(segment_id);
    return Outcome::Done;
  }
  if (opened.status != DiskStatus::Ok) return fail(path, opened.status);
  const journal::SizeResult size = opened.file->size();
  if (size.status != DiskStatus::Ok) return fail(path, size.status);
  window_.attach(opened.file.get(), size.bytes);
  const journal::FileWindow::View view = window_.at(0);
  if (view.status != DiskStatus::Ok) return fail(path, view.status);
  header = journal::parse_header(view.bytes);
  if (segment_id == last_ && !(header && has_batch(*header, view.bytes))) {
    // Its first write takes header and batch together: it is under way, or tore.
    header.reset();
    const Finding later = batch_behind(window_, segment_id, journal::kFirstRecordOffset);
    if (later.status != DiskStatus::Ok) return fail(path, later.status);
    problem_ = path + ": its beginning is damaged: `tribook verify` tells more";
    return later.yes || !gone_.empty() ? Outcome::Changed : Outcome::Done;
  }
  if (!header) return fail(path, "its header is damaged: `tribook verify` tells more");
  file_ = std::move(opened.file);
  segment_id_ = segment_id;
  header_crc_ = header->crc;
  return Outcome::Done;
}

Outcome JournalCopy::copy_batches() {
  for (;;) {
    if (should_stop_()) return Outcome::Stopped;
    if (contents_.status() != DiskStatus::Ok) return Outcome::Failed;
    Step step = look();
    if (step == Step::Damaged) step = look_again();
    switch (step) {
      case Step::Batch:
        contents_.put(window_.at(offset_).bytes.first(check_.footer.batch_bytes));
        offset_ += check_.footer.batch_bytes;
        state_.chain = check_.after;
        break;
      case Step::SegmentEnds:
      case Step::JournalEnds:
        return Outcome::Done;
      case Step::Damaged:
        return damaged();
      case Step::Unreadable:
        return fail(path_of(segment_id_), "cannot be read");
    }
  }
}

JournalCopy::Step JournalCopy::look() {
  const journal::FileWindow::View view = window_.at(offset_);
  if (view.status != DiskStatus::Ok) return Step::Unreadable;
  check_ = journal::check_batch(view.bytes, segment_id_, offset_, state_.chain);
  return check_.verdict == BatchVerdict::Good ? Step::Batch : Step::Damaged;
}

/// No whole batch stands here. First what the writer has done since, and only then the bytes again:
/// it never comes back to a place that it has gone on from.
JournalCopy::Step JournalCopy::look_again() {
  bool is_over = !is_last();
  if (!is_over) {
    const Finding next = journal::segment_begun(disk_, path_of(segment_id_ + 1));
    is_over = next.status == DiskStatus::Ok && next.yes;
  }
  bool was_written = false;
  if (!is_over) {
    window_.forget_from(offset_);
    const Finding later = batch_behind(window_, segment_id_, offset_);
    if (later.status != DiskStatus::Ok) return Step::Unreadable;
    was_written = later.yes;
  }
  window_.forget_from(offset_);
  const Step step = look();
  if (step == Step::Batch && !is_over) return Step::JournalEnds;  // it was under way just now
  if (step != Step::Damaged) return step;
  if (check_.verdict == BatchVerdict::Broken) return Step::Damaged;
  if (!is_over) return was_written ? Step::Damaged : Step::JournalEnds;
  const Finding rest = journal::zero_from(window_, offset_);
  if (rest.status != DiskStatus::Ok) return Step::Unreadable;
  return rest.yes ? Step::SegmentEnds : Step::Damaged;
}

Outcome JournalCopy::damaged() {
  fail(path_of(segment_id_), "at offset " + std::to_string(check_.fault_offset) + ": " +
                                 check_.fault +
                                 ", and what was written later follows: damaged, or lost with the "
                                 "power. `tribook verify` tells more");
  return is_still_there() ? Outcome::Failed : Outcome::Changed;
}

bool JournalCopy::is_still_there() const {
  const journal::FileResult opened = disk_.open(path_of(segment_id_), Access::Read);
  if (opened.status != DiskStatus::Ok) return false;
  std::array<std::byte, journal::kSectorBytes> sector{};
  const journal::SizeResult read = opened.file->read_at(0, sector);
  if (read.status != DiskStatus::Ok || read.bytes != sector.size()) return false;
  const auto header = journal::parse_header(sector);
  return header && header->crc == header_crc_;
}

}  // namespace tribook::backup
