#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "backup/chunks.h"
#include "backup/names.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

// The files in a backup, one after the other in its stream of bytes, and what it says of itself at
// the end.

namespace tribook::backup {

/// What a backup holds.
struct About {
  std::uint64_t last_sequence = 0;
  TimeNs last_time{};  ///< of that record
  std::uint64_t first_segment = 0;
  std::uint64_t last_segment = 0;
  std::uint32_t rules_version = 0;
  std::uint32_t chain = 0;  ///< CRC of the last record, a footer included
  std::uint64_t segments = 0;
  std::uint64_t archived_segments = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t files = 0;  ///< all of them
  friend bool operator==(const About&, const About&) = default;
};

class ContentsWriter {
 public:
  explicit ContentsWriter(ChunkWriter& chunks) : chunks_(chunks) {}

  /// `file_bytes`: its size; what is not put of it is zero. Never two of a name.
  void begin_file(const std::string& name, std::uint64_t file_bytes);
  void put(std::span<const std::byte> bytes);
  void end_file();
  /// Nothing may follow. `about.files` is counted here.
  void finish(About about);

  [[nodiscard]] journal::DiskStatus status() const { return chunks_.status(); }

 private:
  void put_piece();

  ChunkWriter& chunks_;
  std::vector<std::byte> piece_;  // waits to be large enough
  std::uint64_t files_ = 0;
};

/// Who reads a backup is told of it in order. Each gives what is wrong, empty when nothing is;
/// reading ends then.
struct ContentsVisitor {
  std::function<std::string(const std::string& name, Kind kind, std::uint64_t file_bytes)> begin;
  std::function<std::string(std::span<const std::byte>)> put;
  std::function<std::string()> end;
};

struct ReadResult {
  About about;
  std::string problem;  ///< empty when all of it was read and is as it was written
};

/// Reads to the end. Names are those that kind_of() knows, none comes twice, and nothing is given
/// that was not authenticated; that the file is whole is known when this returns.
[[nodiscard]] ReadResult read_contents(ChunkReader& chunks, const ContentsVisitor& visitor);

/// What it says of itself, without reading the files in it; nothing when that cannot be read.
/// REQUIRES: nothing was read.
[[nodiscard]] std::optional<About> read_about(ChunkReader& chunks);

}  // namespace tribook::backup
