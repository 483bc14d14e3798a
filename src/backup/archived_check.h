#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "archive/packed_file.h"
#include "backup/journal_check.h"

namespace tribook::backup {

/// Checks an archived segment as its file comes by, piece by piece: header, size, both checksums,
/// and of the segment in it every batch and that nothing stands behind them. What is wrong is told
/// as a text, empty when nothing is.
class ArchivedCheck {
 public:
  ArchivedCheck();

  [[nodiscard]] std::string begin(std::uint64_t segment_id, std::uint64_t file_bytes);
  [[nodiscard]] std::string put(std::span<const std::byte> bytes);
  [[nodiscard]] std::string end();
  /// Of the segment that ended last.
  [[nodiscard]] Link link() const { return segment_.link(); }

 private:
  std::string take_header();
  std::string unpack(std::span<const std::byte> packed);
  std::string take(std::span<const std::byte> unpacked);

  JournalCheck segment_;  // alone: it may begin anywhere in the chain
  std::uint64_t segment_id_ = 0;
  std::uint64_t file_bytes_ = 0;
  archive::FileHeader header_{};
  std::size_t header_bytes_ = 0;  // that have come
  std::unique_ptr<z_stream_s, archive::InflateEnd> stream_;
  std::vector<std::byte> output_;
  bool has_stream_ended_ = false;
  std::uint64_t unpacked_ = 0;
  std::uint32_t packed_crc_ = 0;
  std::uint32_t segment_crc_ = 0;
};

}  // namespace tribook::backup
