#pragma once

#include <cstdint>
#include <string>

#include "tribook/journal/disk.h"
#include "tribook/journal/reader.h"

namespace tribook::journal {

struct Summary {
  std::uint64_t segments = 0;  ///< with records
  std::uint64_t records = 0;
  std::uint64_t batches = 0;  ///< seals included
  std::uint64_t bytes = 0;    ///< of batches
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::int64_t first_time_ns = 0;
  std::int64_t last_time_ns = 0;
  bool sealed = false;  ///< closed cleanly
  End end;

  /// A torn tail is good: it is what a power cut leaves, and cutting it loses nothing durable. One
  /// with batches behind it is not: a start goes on without them, which may not be what is wanted.
  [[nodiscard]] bool good() const {
    return end.kind == EndKind::Clean || (end.kind == EndKind::TornTail && end.behind.ends == 0);
  }
};

/// Reads all of the journal and checks it; changes nothing.
[[nodiscard]] Summary verify(Disk& disk, const std::string& directory);

}  // namespace tribook::journal
