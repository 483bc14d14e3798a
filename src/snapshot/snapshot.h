#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/engine/limits.h"

// A snapshot's bytes; docs/SNAPSHOTS.md explains them.

namespace tribook::snapshot {

inline constexpr std::uint32_t kFormatVersion = 3;
inline constexpr std::size_t kHeaderBytes = 132;

/// What a snapshot says of itself.
struct Description {
  std::uint32_t rules_version = 0;  ///< of the engine that made the state
  Sequence sequence;                ///< the last record that the state has
  TimeNs time{};                    ///< of that record
  std::uint64_t segment_id = 0;     ///< where the journal goes on: segment, offset in it, and
  std::uint64_t offset = 0;         ///< the checksum with which the next record is seeded
  std::uint32_t chain = 0;
  std::uint64_t fencing_epoch = 0;
  std::uint64_t state_hash = 0;
  engine::EngineLimits room{0, 0, 0, 0, 0};  ///< tables at least as large are needed
  friend bool operator==(const Description& a, const Description& b);
};

struct Snapshot {
  Description about;
  std::vector<std::byte> state;    ///< the house
  std::vector<std::byte> candles;  ///< those that were forming
};

/// The file's bytes.
std::vector<std::byte> encode(const Snapshot& snapshot);

struct DecodeResult {
  std::optional<Snapshot> snapshot;
  std::string problem;  ///< why there is none
};
/// Checks every byte. Whether the state is a house and has the hash, and whether the candles are
/// some, is for the caller to see.
DecodeResult decode(std::span<const std::byte> file);

/// "00000000000000000123.snapshot"
[[nodiscard]] std::string file_name(Sequence sequence);
[[nodiscard]] std::optional<Sequence> parse_file_name(std::string_view name);

}  // namespace tribook::snapshot
