#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tribook/domain/ids.h"
#include "tribook/journal/reader.h"
#include "tribook/journal/writer.h"

namespace tribook::app {

/// A file beside the journal that knows records which the journal has not.
struct Ahead {
  std::string path;
  Sequence last;                 ///< that it knows
  std::uint64_t segment_id = 0;  ///< in which that one stood, if it says so
};

/// Those that no power cut can leave, so that records which were on the disk are lost. With `sync`
/// that is all: nothing is made of a record before the disk has it. With less, those of a segment
/// that was begun after one which is missing as well: each is on the disk whole before the next.
std::vector<Ahead> proofs_of_loss(const std::vector<Ahead>& ahead, journal::Durability durability,
                                  const journal::End& end);

/// Why a journal that ends there is not gone on with. REQUIRES: there are proofs.
std::string why_ahead_is_refused(const journal::End& end, const std::string& journal_directory,
                                 const std::vector<Ahead>& proofs, journal::Durability durability);

}  // namespace tribook::app
