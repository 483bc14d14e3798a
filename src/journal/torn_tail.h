#pragma once

#include <cstdint>
#include <string>

#include "journal/batch_check.h"
#include "journal/segment_file.h"
#include "tribook/journal/reader.h"

// What a torn tail takes along. Without syncs in between, nothing says of whole batches behind a
// damaged place whether a power cut left them out of order or whether that place was damaged since.

namespace tribook::journal {

/// Where a segment's chain of whole batches stops: at its header, or in or before a batch.
struct Tear {
  std::uint64_t segment_id = 0;
  std::uint64_t batch_offset = 0;  ///< where the next batch should begin; 0: the header is damaged
  std::uint64_t fault_offset = 0;
  ChainState last;  ///< up to there
};

struct BehindResult {
  DiskStatus status = DiskStatus::Ok;
  Behind behind;
};

/// Whole is a batch that follows another one's footer, or a damaged header as it should.
[[nodiscard]] BehindResult look_behind(FileWindow& window, const Tear& tear);

struct PathResult {
  DiskStatus status = DiskStatus::Ok;
  std::string path;
};
/// A name for what is cut there that no file has.
[[nodiscard]] PathResult free_cut_path(Disk& disk, const std::string& directory,
                                       std::uint64_t segment_id, std::uint64_t offset);

/// Copies what will be cut to end.kept_as, durably: all up to the last byte that is not zero.
/// Refuses to replace a file.
[[nodiscard]] DiskStatus keep_cut(Disk& disk, const std::string& directory, const End& end,
                                  std::string& message);

}  // namespace tribook::journal
