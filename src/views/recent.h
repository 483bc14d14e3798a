#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "tribook/base/assert.h"
#include "tribook/domain/ids.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// The newest records of one thing, in a ring of its own. Each has a number that only grows, from
/// 1; its place is the number modulo the capacity, so a reader who finds another number there knows
/// that his record was overwritten. One writer.
template <typename Body>
class Recent {
 public:
  explicit Recent(std::size_t capacity)
      : capacity_(std::max<std::size_t>(capacity, 1)), item_(new Versioned<Item>[capacity_]) {}

  // The writer. `root`: of the event that made the change.

  void append(const Body& body, Sequence root) {
    const std::uint64_t number = newest_.load(std::memory_order_relaxed) + 1;
    Versioned<Item>& place = item_[number % capacity_];
    // Told before it goes, so that whoever misses the old record finds this.
    const Item old = place.own();
    if (old.number != 0) lost_.store(old.root.value, std::memory_order_release);
    place.store({number, root, body});
    newest_.store(number, std::memory_order_release);
  }
  /// Replaces the newest one. REQUIRES: there is one.
  void update(const Body& body, Sequence root) {
    const std::uint64_t number = newest_.load(std::memory_order_relaxed);
    item_[number % capacity_].store({number, root, body});
  }

  /// Records up to `last` were never here. REQUIRES: nothing was added; nobody reads yet.
  void begin_behind(Sequence last) {
    TB_ASSERT(newest_.load(std::memory_order_relaxed) == 0);
    lost_.store(last.value, std::memory_order_release);
    first_ = 2;
    newest_.store(first_ - 1, std::memory_order_release);
  }

  // Anybody.

  [[nodiscard]] ReadStatus newest(Body& out) const {
    Patience patience;
    do {
      const std::uint64_t number = newest_.load(std::memory_order_acquire);
      if (number < first_) return ReadStatus::NotFound;
      Item item;
      if (!item_[number % capacity_].load(item)) return ReadStatus::Busy;
      out = item.body;
      if (item.number == number) return ReadStatus::Found;
    } while (patience.again());
    return ReadStatus::Busy;
  }

  /// Gives records to `take`, newest first, until it returns false. `is_cut`: it came to where
  /// older ones were overwritten.
  template <typename Take>
  [[nodiscard]] ReadStatus walk(Take take, bool& is_cut) const {
    is_cut = false;
    Item item;
    for (std::uint64_t number = newest_.load(std::memory_order_acquire); number != 0; --number) {
      if (!item_[number % capacity_].load(item)) return ReadStatus::Busy;
      is_cut = item.number != number;
      if (is_cut || !take(item.body)) break;
    }
    return ReadStatus::Found;
  }
  /// The last event that an overwritten record had in it. Look after a walk that was cut.
  [[nodiscard]] Sequence lost() const { return {lost_.load(std::memory_order_acquire)}; }
  [[nodiscard]] bool is_begun_behind() const { return first_ > 1; }

 private:
  struct Item {
    std::uint64_t number = 0;
    Sequence root;
    Body body{};
  };

  std::size_t capacity_;
  std::unique_ptr<Versioned<Item>[]> item_;
  std::uint64_t first_ = 1;  // the lowest number that there was here
  std::atomic<std::uint64_t> newest_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace tribook::views
