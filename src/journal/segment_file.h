#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tribook/journal/disk.h"
#include "tribook/journal/format.h"

namespace tribook::journal {

[[nodiscard]] std::string join_path(const std::string& directory, const std::string& name);
[[nodiscard]] bool is_zero(std::span<const std::byte> bytes);

/// A view that slides over a file: large reads, small steps.
class FileWindow {
 public:
  FileWindow();

  void attach(File* file, std::uint64_t file_bytes);
  struct View {
    DiskStatus status = DiskStatus::Ok;
    std::span<const std::byte> bytes;
  };
  static constexpr std::uint64_t kBytes = 4 * kMaxBatchBytes;

  /// What stands at `offset`: `ahead` or kMaxBatchBytes or more, or all up to the file's end. Reads
  /// up to `ahead` when it has less. Valid until the next call. REQUIRES: ahead <= kBytes.
  [[nodiscard]] View at(std::uint64_t offset, std::uint64_t ahead = kBytes);
  /// What was read from `offset` on may have been written since.
  void forget_from(std::uint64_t offset);
  [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }

 private:
  std::unique_ptr<std::byte[]> buffer_;
  File* file_ = nullptr;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t begin_ = 0;  // of the buffer in the file
  std::uint64_t filled_ = 0;
};

struct Finding {
  DiskStatus status = DiskStatus::Ok;
  bool yes = false;
};

/// Is the file zero from `offset` to its end?
[[nodiscard]] Finding zero_from(FileWindow& window, std::uint64_t offset);

/// The next footer at or behind `offset`, recognised by its own checksum, so that damage before it
/// does not hide it. `offset` is then where it begins.
[[nodiscard]] Finding find_footer(FileWindow& window, std::uint64_t segment_id,
                                  std::uint64_t& offset, BatchFooter& footer);

/// Is there, from `offset` on, a footer that says that `sequence` was durable when it was written?
/// With sequence 0, the question is asked of the first record of the first footer found.
[[nodiscard]] Finding durability_proof(FileWindow& window, std::uint64_t segment_id,
                                       std::uint64_t offset, std::uint64_t sequence);

/// Has the segment been begun? A header's sector that is not zero says so.
[[nodiscard]] Finding segment_begun(Disk& disk, const std::string& path);

/// Zeros the file from `offset` to its end and makes that durable.
[[nodiscard]] DiskStatus write_zeros(File& file, std::uint64_t offset, std::uint64_t end);

/// The header if it is one: magic and checksum right, the rest of its sector zero.
[[nodiscard]] std::optional<SegmentHeader> parse_header(std::span<const std::byte> sector);

/// The ids of the segments in a folder, rising.
[[nodiscard]] std::vector<std::uint64_t> segment_ids(const std::vector<std::string>& names);

}  // namespace tribook::journal
