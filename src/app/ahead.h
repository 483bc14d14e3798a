#pragma once

#include <string>
#include <vector>

#include "tribook/domain/ids.h"
#include "tribook/journal/reader.h"

namespace tribook::app {

/// A file beside the journal that knows records which the journal has not.
struct Ahead {
  std::string path;
  Sequence last;  ///< that it knows
};

/// Why a journal of durability `sync` that ends there is not gone on with: nothing is made of a
/// record before the disk has it, so these were there and are lost.
std::string why_ahead_is_refused(const journal::End& end, const std::string& journal_directory,
                                 const std::vector<Ahead>& ahead);

}  // namespace tribook::app
