#pragma once

#include <memory>
#include <string>

#include "journal/memory_disk.h"
#include "sim/plan.h"
#include "snapshot/snapshot.h"
#include "tribook/base/canary.h"
#include "tribook/journal/disk.h"

namespace tribook::sim {

/// Breaks the product for one run where the canary asks for it; base::Broken says how.
class Breaking {
 public:
  explicit Breaking(Canary canary);
  ~Breaking();
  Breaking(const Breaking&) = delete;
  Breaking& operator=(const Breaking&) = delete;
};

/// hooks.cpp: false in a binary that cannot.
bool break_part(base::Broken part);

/// The disk that the canary breaks, around a good one; null when it breaks something else.
std::unique_ptr<journal::Disk> make_broken_disk(Canary canary, journal::Disk& good);

/// Takes the last batch of records off the journal, as if it had never been written.
void forget_last_batch(journal::MemoryDisk& disk, const std::string& directory);

/// Makes it the snapshot of a house that forgot its last trade's number.
void forget_field(snapshot::Snapshot& snapshot);

}  // namespace tribook::sim
