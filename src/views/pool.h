#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "views/words.h"

namespace tribook::views {

/// Records in a fixed table, each in one account's chain, newest first. Records and chains are
/// guarded by the account's version; a record that went to another account meanwhile shows in that,
/// too, since the first account's version moved when it left. One writer. Places count from 1.
template <typename Record>
class Pool {
 public:
  explicit Pool(std::size_t capacity)
      : record_(new Words<Record>[capacity + 1]),
        next_(new std::atomic<std::uint32_t>[capacity + 1]()),
        before_(capacity + 1),
        capacity_(capacity) {
    free_.reserve(capacity);
    for (std::size_t i = capacity; i > 0; --i) free_.push_back(static_cast<std::uint32_t>(i));
  }

  // The writer.

  [[nodiscard]] bool is_full() const { return free_.empty(); }
  /// REQUIRES: not full.
  std::uint32_t add(const Record& record, std::atomic<std::uint32_t>& chain) {
    const std::uint32_t place = free_.back();
    free_.pop_back();
    record_[place].store(record);
    const std::uint32_t newest = chain.load(std::memory_order_relaxed);
    next_[place].store(newest, std::memory_order_release);
    before_[place] = 0;
    if (newest != 0) before_[newest] = place;
    chain.store(place, std::memory_order_release);
    return place;
  }
  void remove(std::uint32_t place, std::atomic<std::uint32_t>& chain) {
    const std::uint32_t next = next_[place].load(std::memory_order_relaxed);
    const std::uint32_t before = before_[place];
    if (next != 0) before_[next] = before;
    (before == 0 ? chain : next_[before]).store(next, std::memory_order_release);
    free_.push_back(place);
  }
  void store(std::uint32_t place, const Record& record) { record_[place].store(record); }

  // Anybody, under the account's version.

  [[nodiscard]] Record load(std::uint32_t place) const { return record_[place].load(); }

  /// Gives place and record of a chain to `take`, newest first, until it returns false. Walks at
  /// most as many as there are: a chain read in motion may run in a circle.
  template <typename Take>
  void walk(const std::atomic<std::uint32_t>& chain, Take take) const {
    std::uint32_t place = chain.load(std::memory_order_acquire);
    for (std::size_t steps = 0; place != 0 && steps < capacity_; ++steps) {
      if (!take(place, load(place))) return;
      place = next_[place].load(std::memory_order_acquire);
    }
  }

 private:
  std::unique_ptr<Words<Record>[]> record_;
  std::unique_ptr<std::atomic<std::uint32_t>[]> next_;
  std::vector<std::uint32_t> before_;  // the writer's
  std::vector<std::uint32_t> free_;    // the writer's
  std::size_t capacity_;
};

}  // namespace tribook::views
