#include "views/id_index.h"

#include <algorithm>
#include <bit>

#include "tribook/base/assert.h"

namespace tribook::views {

IdIndex::IdIndex(std::size_t capacity)
    : mask_(std::bit_ceil(std::max<std::size_t>(capacity, 4) * 2) - 1),
      entry_(new Entry[mask_ + 1]) {}

std::size_t IdIndex::home(std::uint64_t id) const {
  return static_cast<std::size_t>((id * 0x9E37'79B9'7F4A'7C15ULL) >> 32) & mask_;
}

// Where the id stands, or the free slot where it would. The bound holds a reader who looks at a
// table in motion; the writer always ends before it.
std::size_t IdIndex::slot_of(std::uint64_t id) const {
  std::size_t slot = home(id);
  for (std::size_t probes = 0; probes <= mask_; ++probes) {
    const std::uint64_t there = entry_[slot].id.load(std::memory_order_acquire);
    if (there == id || there == 0) break;
    slot = (slot + 1) & mask_;
  }
  return slot;
}

void IdIndex::set(std::size_t slot, std::uint64_t id, std::uint64_t place) {
  entry_[slot].id.store(id, std::memory_order_release);
  entry_[slot].place.store(place, std::memory_order_release);
}

void IdIndex::insert(std::uint64_t id, std::uint32_t place) {
  TB_ASSERT(id != 0);
  const std::size_t slot = slot_of(id);
  TB_ASSERT(entry_[slot].id.load(std::memory_order_relaxed) == 0);
  version_.open();
  set(slot, id, place);
  version_.close();
}

void IdIndex::erase(std::uint64_t id) {
  std::size_t hole = slot_of(id);
  TB_ASSERT(entry_[hole].id.load(std::memory_order_relaxed) == id);
  version_.open();
  // What comes after in the run moves back, unless it would come before its home.
  for (std::size_t slot = (hole + 1) & mask_;; slot = (slot + 1) & mask_) {
    const std::uint64_t there = entry_[slot].id.load(std::memory_order_relaxed);
    if (there == 0) break;
    if (((slot - home(there)) & mask_) < ((slot - hole) & mask_)) continue;
    set(hole, there, entry_[slot].place.load(std::memory_order_relaxed));
    hole = slot;
  }
  set(hole, 0, 0);
  version_.close();
}

std::uint32_t IdIndex::own_find(std::uint64_t id) const {
  if (id == 0) return 0;
  const Entry& entry = entry_[slot_of(id)];
  if (entry.id.load(std::memory_order_relaxed) != id) return 0;
  return static_cast<std::uint32_t>(entry.place.load(std::memory_order_relaxed));
}

ReadStatus IdIndex::find(std::uint64_t id, std::uint32_t& place) const {
  if (id == 0) return ReadStatus::NotFound;
  Patience patience;
  do {
    const std::uint64_t before = version_.before();
    if (Version::is_open(before)) continue;
    const Entry& entry = entry_[slot_of(id)];
    const std::uint64_t there = entry.id.load(std::memory_order_acquire);
    place = static_cast<std::uint32_t>(entry.place.load(std::memory_order_acquire));
    if (!version_.is_still(before)) continue;
    return there == id ? ReadStatus::Found : ReadStatus::NotFound;
  } while (patience.again());
  return ReadStatus::Busy;
}

}  // namespace tribook::views
