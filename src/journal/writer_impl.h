#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "journal/segment_file.h"
#include "journal/segment_preparer.h"
#include "tribook/journal/writer.h"

// The batch is built where it will be written from:
//
//   buffer_        image_
//   | header sector | last bytes of the batch before | this batch ... | zeros |
//                   ^ begins on a sector's border in memory and in the file
//
// Batches follow one another without gaps, but whole sectors are written: the sector in which the
// batch before ended is written again with the same bytes in front. So the system never has to read
// a page to write a part of it, and a write that tears leaves the earlier batch as it was. Only a
// segment's first write includes the header's sector.
//
// The chain of checksums runs from record to record regardless of segments, so a batch that does
// not fit is moved to the next segment as it is.

namespace tribook::journal {

struct AlignedDelete {
  void operator()(std::byte* bytes) const {
    ::operator delete[](bytes, std::align_val_t{kSectorBytes});
  }
};
using AlignedBuffer = std::unique_ptr<std::byte[], AlignedDelete>;

inline AlignedBuffer aligned_buffer(std::uint64_t bytes) {
  auto* memory = static_cast<std::byte*>(::operator new[](bytes, std::align_val_t{kSectorBytes}));
  std::memset(memory, 0, bytes);
  return AlignedBuffer(memory);
}

class Writer::Impl {
 public:
  Impl(Disk& disk, const WriterOptions& options, std::unique_ptr<DirectoryLock> lock)
      : disk_(disk),
        options_(options),
        lock_(std::move(lock)),
        preparer_(disk, options.directory, options.segment_bytes),
        buffer_(aligned_buffer(2 * kSectorBytes + options.batch_bytes)),
        image_(buffer_.get() + kSectorBytes) {}

  DiskStatus start(const End& end, std::string& message);

  bool append(std::uint8_t kind, std::uint64_t sequence, std::int64_t time_ns,
              std::span<const std::byte> payload, std::span<const std::byte> attachment);
  DiskStatus commit(std::uint64_t event_digest);
  DiskStatus sync();
  DiskStatus close(std::uint64_t event_digest);
  DiskStatus prepare();
  [[nodiscard]] std::uint64_t prepared_room() const;

  [[nodiscard]] DiskStatus failure() const { return failure_.load(std::memory_order_acquire); }
  [[nodiscard]] bool sync_mode() const { return options_.durability == Durability::Sync; }

  Disk& disk_;
  const WriterOptions options_;
  std::unique_ptr<DirectoryLock> lock_;
  SegmentPreparer preparer_;
  WriterCounters counters_;

  std::uint64_t fill_ = 0;  // of the batch, bytes
  std::uint32_t batch_records_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t committed_sequence_ = 0;
  std::uint64_t durable_sequence_ = 0;

 private:
  DiskStatus resume(const EndPosition& end, std::string& message);
  DiskStatus adopt_prepared(const EndPosition& end, std::string& message);
  DiskStatus remove_leftovers(const EndPosition& end, const std::vector<std::string>& names,
                              std::string& message);
  DiskStatus roll();
  DiskStatus write_batch(std::uint64_t event_digest);
  void put_header();
  std::uint32_t put_footer(std::uint64_t event_digest);
  DiskStatus fail(DiskStatus status) {
    failure_.store(status, std::memory_order_release);
    return status;
  }
  [[nodiscard]] std::string path_of(std::uint64_t segment_id) const {
    return join_path(options_.directory, segment_name(segment_id));
  }

  AlignedBuffer buffer_;
  std::byte* const image_;
  std::unique_ptr<File> file_;
  std::uint64_t segment_id_ = 0;
  std::uint64_t segment_bytes_ = 0;
  std::uint64_t offset_ = 0;  // in the file, where this batch will begin
  std::uint64_t prefix_ = 0;  // bytes of the batch before at the start of image_
  std::uint32_t chain_ = 0;
  std::uint32_t batch_chain_ = 0;  // chain_ where the batch begins
  std::int64_t last_time_ns_ = 0;
  std::int64_t committed_time_ns_ = 0;
  bool header_waits_ = false;  // the segment's header goes with the next write
  bool roll_needed_ = false;   // nothing more may go into this segment
  bool unsynced_ = false;
  bool sealed_ = false;
  bool closed_ = false;
  std::atomic<DiskStatus> failure_{DiskStatus::Ok};
};

}  // namespace tribook::journal
