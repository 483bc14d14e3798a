#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "archive/format.h"
#include "tribook/journal/disk.h"

struct z_stream_s;

namespace tribook::archive {

struct DeflateEnd {
  void operator()(z_stream_s* stream) const;
};

/// Packs a segment into an empty file, piece by piece, and makes it durable.
class Packer {
 public:
  /// Both files outlive it. Of `about`, what is known before: the segment's id, size and sequences.
  Packer(journal::File& segment, journal::File& into, const FileHeader& about);

  /// The next piece. After anything but Ok the file is of no use.
  [[nodiscard]] journal::DiskStatus step();
  [[nodiscard]] bool is_done() const { return is_done_; }
  [[nodiscard]] std::uint64_t packed_bytes() const { return header_.packed_bytes; }

 private:
  [[nodiscard]] journal::DiskStatus pack(std::size_t bytes, bool is_last);
  [[nodiscard]] journal::DiskStatus put(std::size_t bytes);
  [[nodiscard]] journal::DiskStatus finish();

  journal::File& segment_;
  journal::File& into_;
  FileHeader header_;
  std::unique_ptr<z_stream_s, DeflateEnd> stream_;  // null: zlib has no memory
  std::unique_ptr<std::byte[]> input_;
  std::unique_ptr<std::byte[]> output_;
  std::uint64_t read_ = 0;
  bool is_done_ = false;
};

}  // namespace tribook::archive
