#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// From ids to places in a table: open addressing, linear probes, at most half full, the whole of
/// it under one version since an erase moves entries. One writer. An id of 0 is none, a place of 0
/// too.
class IdIndex {
 public:
  explicit IdIndex(std::size_t capacity);

  // The writer. REQUIRES: not there yet, at most `capacity` of them / there.
  void insert(std::uint64_t id, std::uint32_t place);
  void erase(std::uint64_t id);
  /// The writer's own look; 0 = not there.
  [[nodiscard]] std::uint32_t own_find(std::uint64_t id) const;

  // Anybody.
  [[nodiscard]] ReadStatus find(std::uint64_t id, std::uint32_t& place) const;

 private:
  struct Entry {
    std::atomic<std::uint64_t> id{0};
    std::atomic<std::uint64_t> place{0};
  };
  [[nodiscard]] std::size_t home(std::uint64_t id) const;
  [[nodiscard]] std::size_t slot_of(std::uint64_t id) const;
  void set(std::size_t slot, std::uint64_t id, std::uint64_t place);

  std::size_t mask_;
  std::unique_ptr<Entry[]> entry_;
  Version version_;
};

}  // namespace tribook::views
