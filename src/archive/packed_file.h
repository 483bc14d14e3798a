#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "archive/format.h"
#include "tribook/journal/disk.h"

struct z_stream_s;

namespace tribook::archive {

struct InflateEnd {
  void operator()(z_stream_s* stream) const;
};

/// An archived segment as the segment that it was, for reading alone. It is unpacked as it is read,
/// from front to back; a read before the last one begins anew. Takes some 300 KiB.
class PackedFile final : public journal::File {
 public:
  /// REQUIRES: the header is the file's, and both are checked.
  PackedFile(std::unique_ptr<journal::File> file, const FileHeader& header);

  [[nodiscard]] journal::SizeResult read_at(std::uint64_t offset,
                                            std::span<std::byte> into) override;
  [[nodiscard]] journal::DiskStatus write_at(std::uint64_t offset,
                                             std::span<const std::byte> bytes) override;
  [[nodiscard]] journal::DiskStatus sync_data() override;
  [[nodiscard]] journal::SizeResult size() override;
  [[nodiscard]] journal::DiskStatus allocate(std::uint64_t bytes) override;

 private:
  bool rewind();
  [[nodiscard]] journal::DiskStatus move_to(std::uint64_t offset);
  [[nodiscard]] journal::DiskStatus unpack(std::span<std::byte> into);
  [[nodiscard]] journal::DiskStatus refill();

  std::unique_ptr<journal::File> file_;
  const FileHeader header_;
  std::unique_ptr<z_stream_s, InflateEnd> stream_;  // null: it has failed, or has not begun
  std::unique_ptr<std::byte[]> input_;
  std::uint64_t taken_ = 0;     // packed bytes that the stream was given
  std::uint64_t position_ = 0;  // unpacked so far
};

/// Opens the archived segment `segment_id` and checks every byte of it. NotFound if there is none;
/// `problem` says what is wrong with one that cannot be read or is damaged.
[[nodiscard]] journal::FileResult open_packed(journal::Disk& disk, const std::string& path,
                                              std::uint64_t segment_id);

}  // namespace tribook::archive
