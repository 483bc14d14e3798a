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

/// Under a passing name until it is whole, so that a segment's name always means a whole file.
FileResult SegmentPreparer::make_file() const {
  const std::string path = join_path(directory_, segment_name(segment_id_));
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
