#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "runtime/ring.h"

namespace tribook::runtime {

/// Shows `look` what waits at a ring, the oldest first, if anything does: at most Most items, which
/// stay where they are. How many. For the ring's reader.
template <std::size_t Most, typename T, typename Look>
std::size_t look_ahead(Ring<T>& ring, const Look& look) {
  std::array<const T*, Most> items{};
  std::size_t count = 0;
  while (count < Most && (items[count] = ring.peek_behind(count)) != nullptr) ++count;
  if (count != 0) look(std::span<const T* const>(items.data(), count));
  return count;
}

}  // namespace tribook::runtime
