#include "journal/segment_preparer.h"

#include <utility>

#include "journal/segment_file.h"
#include "tribook/base/assert.h"

namespace tribook::journal {

SegmentPreparer::SegmentPreparer(Disk& disk, std::string directory, std::uint64_t segment_bytes)
    : disk_(disk), directory_(std::move(directory)), segment_bytes_(segment_bytes) {}

void SegmentPreparer::start(std::uint64_t segment_id, std::unique_ptr<File> ready) {
  segment_id_ = segment_id;
  ready_ = std::move(ready);
  state_.store(ready_ ? State::Ready : State::Empty, std::memory_order_release);
}

DiskStatus SegmentPreparer::prepare() {
  State expected = State::Empty;
  if (!state_.compare_exchange_strong(expected, State::Working, std::memory_order_acq_rel)) {
    return DiskStatus::Ok;
  }
  FileResult made = make_file();
  ready_ = std::move(made.file);
  const bool ok = made.status == DiskStatus::Ok;
  state_.store(ok ? State::Ready : State::Empty, std::memory_order_release);
  state_.notify_all();
  return made.status;
}

SegmentPreparer::Taken SegmentPreparer::take() {
  Taken taken;
  for (;;) {
    const State state = state_.load(std::memory_order_acquire);
    if (state == State::Ready) break;
    taken.late = true;
    if (state == State::Working) {
      state_.wait(State::Working, std::memory_order_acquire);
    } else {
      taken.status = prepare();
      if (taken.status != DiskStatus::Ok) return taken;
    }
  }
  taken.file = std::move(ready_);
  taken.segment_id = segment_id_;
  ++segment_id_;
  state_.store(State::Empty, std::memory_order_release);
  return taken;
}

DiskStatus SegmentPreparer::fill(File& file) const {
  const DiskStatus status = file.allocate(segment_bytes_);
  return status != DiskStatus::Ok ? status : write_zeros(file, 0, segment_bytes_);
}

/// Before a byte of it changes, the name that it had must be gone for good. Others may still read
/// it as what it was, so its header goes before the rest: they look at that after each read.
DiskStatus SegmentPreparer::use_spare(const std::string& spare, File& file,
                                      const std::string& path) const {
  const SizeResult size = file.size();
  if (size.status != DiskStatus::Ok) return size.status;
  if (size.bytes != segment_bytes_) return DiskStatus::Denied;  // of before a change of settings
  DiskStatus status = disk_.sync_directory(directory_);
  if (status == DiskStatus::Ok) status = write_zeros(file, 0, kSectorBytes);
  if (status == DiskStatus::Ok) status = write_zeros(file, kSectorBytes, segment_bytes_);
  if (status == DiskStatus::Ok) status = disk_.rename(spare, path);
  if (status != DiskStatus::Ok) return status;
  status = disk_.sync_directory(directory_);
  if (status != DiskStatus::Ok) static_cast<void>(disk_.remove(path));
  return status;
}

/// Of a spare nothing new is asked of the file system, which may have nothing left. One that cannot
/// be used is in the way.
FileResult SegmentPreparer::recycle(const std::string& path) const {
  for (const std::string& name : disk_.list(directory_).names) {
    if (!is_spare_name(name)) continue;
    const std::string spare = join_path(directory_, name);
    FileResult opened = disk_.open(spare, Access::ReadWrite);
    if (opened.status == DiskStatus::Ok) opened.status = use_spare(spare, *opened.file, path);
    if (opened.status == DiskStatus::Ok) return opened;
    static_cast<void>(disk_.remove(spare));
  }
  return {DiskStatus::NotFound, nullptr};
}

/// Under a passing name until it is whole, so that a segment's name always means a whole file.
FileResult SegmentPreparer::make_file() const {
  const std::string path = join_path(directory_, segment_name(segment_id_));
  if (FileResult recycled = recycle(path); recycled.status == DiskStatus::Ok) return recycled;
  const std::string passing = path + ".tmp";
  const DiskStatus removed = disk_.remove(passing);
  if (removed != DiskStatus::Ok && removed != DiskStatus::NotFound) return {removed, nullptr};
  FileResult made = disk_.create(passing);
  if (made.status != DiskStatus::Ok) return made;
  made.status = fill(*made.file);
  if (made.status == DiskStatus::Ok) made.status = disk_.rename(passing, path);
  if (made.status == DiskStatus::Ok) {
    made.status = disk_.sync_directory(directory_);
    if (made.status == DiskStatus::Ok) return made;
    static_cast<void>(disk_.remove(path));  // the first error is the one to tell
  }
  made.file.reset();
  static_cast<void>(disk_.remove(passing));
  return made;
}

}  // namespace tribook::journal
