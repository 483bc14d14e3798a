#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tribook/journal/format.h"

namespace tribook::journal {

/// What the records so far hand on to the next.
struct ChainState {
  std::uint32_t chain = 0;
  std::uint64_t sequence = 0;
  std::int64_t time_ns = 0;
};

enum class BatchVerdict : std::uint8_t {
  Good,
  Nothing,  ///< no record begins here
  Damaged,  ///< bytes that no writer left like this: torn or flipped
  Broken,   ///< checksums right, contents impossible: a writer's fault, never a tear
};

struct BatchCheck {
  BatchVerdict verdict = BatchVerdict::Nothing;
  std::uint64_t fault_offset = 0;  ///< in the file
  const char* fault = "";
  ChainState after;
  BatchFooter footer{};
};

/// Checks the batch at the start of `bytes`, which stand at `offset` of the segment. `bytes` hold
/// kMaxBatchBytes or reach to the segment's end.
[[nodiscard]] BatchCheck check_batch(std::span<const std::byte> bytes, std::uint64_t segment_id,
                                     std::uint64_t offset, ChainState before);

/// A checked record's parts; `extent` is how far the next is.
struct RecordParts {
  RecordHeader header{};
  std::span<const std::byte> payload;
  std::span<const std::byte> attachment;
  std::uint64_t extent = 0;
};
[[nodiscard]] RecordParts split_record(std::span<const std::byte> bytes);

}  // namespace tribook::journal
