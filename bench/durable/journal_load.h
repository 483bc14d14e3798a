#pragma once

#include <cstdint>
#include <string>

#include "tribook/journal/writer.h"

namespace tribook::bench {

struct JournalFigures {
  double records_per_s = 0;
  double mib_per_s = 0;  ///< of batches
  double bytes_per_record = 0;
  double records_per_batch = 0;
  double commit_us_mean = 0;
  std::uint64_t segments = 0;
  std::uint64_t late_preparations = 0;
};

/// The journal alone, as fast as it goes: this thread fills its ring with orders, closes and
/// quotes as the engine would, the journal's stage writes them on a thread of its own, and another
/// prepares segments.
JournalFigures journal_rate(const std::string& directory, journal::Durability durability,
                            std::uint64_t quotes_per_order, std::uint64_t seconds);

}  // namespace tribook::bench
