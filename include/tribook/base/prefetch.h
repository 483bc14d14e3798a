#pragma once

#include <cstddef>

namespace tribook::base {

/// Begins to fetch all of an object into the caches. It need not be there.
template <typename T>
inline void prefetch(const T& object) {
  constexpr std::size_t kCacheLine = 64;
  const char* bytes = reinterpret_cast<const char*>(&object);
  for (std::size_t at = 0; at < sizeof object; at += kCacheLine) __builtin_prefetch(bytes + at);
  __builtin_prefetch(bytes + sizeof object - 1);
}

}  // namespace tribook::base
