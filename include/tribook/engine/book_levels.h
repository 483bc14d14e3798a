#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "tribook/engine/book_bits.h"
#include "tribook/engine/book_far_levels.h"
#include "tribook/engine/book_pool.h"
#include "tribook/engine/book_reports.h"
#include "tribook/engine/book_ticks.h"

// The prices at which orders rest. Bids and asks never overlap, so one structure holds both: what
// lies below the best bid is bids, what lies above the best ask is asks.
//
// Most of what happens, happens near the market: there a window has a place for each tick, and a
// bitmap finds the next one in use. Whatever lies outside is in a tree. The window follows the
// market: once more levels were made outside than stand inside, it moves to where they are made.
// Each level that has to move is paid for by one made before, so the mean cost does not grow.

namespace tribook::engine {

/// A price at which something rests. Its orders are a doubly linked list, the oldest first.
struct alignas(32) PriceLevel {
  PriceKey key = 0;
  Volume volume;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t orders = 0;
  Side side = Side::Buy;

  std::uint32_t& next_free() { return first; }
};
static_assert(sizeof(PriceLevel) == 32);

class BookLevels {
 public:
  /// REQUIRES: window as in BookLimits.
  BookLevels(std::uint32_t capacity, std::uint32_t window, std::pmr::memory_resource* memory)
      : levels_(capacity, memory),
        places_(window, memory),
        bits_(window, memory),
        far_(capacity, memory) {}

  [[nodiscard]] PriceLevel& operator[](std::uint32_t index) { return levels_[index]; }
  [[nodiscard]] const PriceLevel& operator[](std::uint32_t index) const { return levels_[index]; }

  /// 0 when nothing rests at the price.
  [[nodiscard]] std::uint32_t find(PriceKey key) const {
    return is_near(key) ? places_[key - base_] : far_.find(key, levels_);
  }

  /// REQUIRES: nothing rests at the price; fewer than capacity levels are in use.
  std::uint32_t insert(PriceKey key, Side side) {
    const std::uint32_t index = levels_.take();
    levels_[index] = PriceLevel{};
    levels_[index].key = key;
    levels_[index].side = side;
    if (!is_near(key)) follow(key);
    if (is_near(key)) {
      insert_near(index);
      if (made_outside_ > 0) --made_outside_;
    } else {
      far_.insert(index, levels_);
    }
    return index;
  }

  /// REQUIRES: the level is in use.
  void erase(std::uint32_t index) {
    const PriceKey key = levels_[index].key;
    if (is_near(key)) {
      erase_near(key);
    } else {
      far_.erase(index, key);
    }
    levels_.give_back(index);
  }

  /// The next price of the side after this one, away from the market: kBelowAll (bids) or kAboveAll
  /// (asks) when this is the last.
  [[nodiscard]] PriceKey next(Side side, PriceKey key) const {
    return side == Side::Buy ? below(key) : above(key);
  }

 private:
  [[nodiscard]] bool is_near(PriceKey key) const { return key - base_ < places_.size(); }

  void insert_near(std::uint32_t index) {
    const PriceKey place = levels_[index].key - base_;
    places_[place] = index;
    bits_.insert(static_cast<std::uint32_t>(place));
    ++inside_;
  }
  void erase_near(PriceKey key) {
    places_[key - base_] = 0;
    bits_.erase(static_cast<std::uint32_t>(key - base_));
    --inside_;
  }

  [[nodiscard]] PriceKey above(PriceKey key) const {
    PriceKey found = kAboveAll;
    const PriceKey from = std::max(key + 1, base_);
    if (is_near(from)) {
      const std::uint32_t place = bits_.at_or_above(static_cast<std::uint32_t>(from - base_));
      if (place != BookBits::kNone) found = base_ + place;
    }
    return far_.is_empty() ? found : std::min(found, far_.above(key, levels_));
  }
  [[nodiscard]] PriceKey below(PriceKey key) const {
    PriceKey found = kBelowAll;
    const PriceKey from = std::min(key - 1, base_ + places_.size() - 1);
    if (is_near(from)) {
      const std::uint32_t place = bits_.at_or_below(static_cast<std::uint32_t>(from - base_));
      if (place != BookBits::kNone) found = base_ + place;
    }
    return far_.is_empty() ? found : std::max(found, far_.below(key, levels_));
  }

  // A level is about to be made outside.
  void follow(PriceKey key) {
    if (++made_outside_ <= inside_) return;
    made_outside_ = 0;
    for (PriceKey old = above(base_ - 1); is_near(old); old = above(old)) {
      const std::uint32_t index = places_[old - base_];
      erase_near(old);
      far_.insert(index, levels_);
    }
    const PriceKey half = places_.size() / 2;
    base_ = std::min(std::max(key, half + 1) - half, kAboveAll - places_.size());
    for (PriceKey old = far_.above(base_ - 1, levels_); is_near(old);
         old = far_.above(base_ - 1, levels_)) {
      const std::uint32_t index = far_.find(old, levels_);
      far_.erase(index, old);
      insert_near(index);
    }
  }

  BookPool<PriceLevel> levels_;
  std::pmr::vector<std::uint32_t> places_;  // by key - base_: the level's index, or 0
  BookBits bits_;                           // of the places in use
  BookFarLevels far_;
  PriceKey base_ = 1;
  std::uint64_t inside_ = 0;
  std::uint64_t made_outside_ = 0;
};

}  // namespace tribook::engine
