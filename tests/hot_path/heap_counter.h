#pragma once

#include <cstdint>

namespace tribook::test {

/// Counts what one thread asks of the heap. The malloc family is replaced for the whole program, so
/// operator new, the C++ library and C libraries are all seen; only threads that switched it on are
/// counted.
struct HeapCalls {
  std::uint64_t allocations = 0;  ///< malloc, calloc, realloc, aligned ones, new
  std::uint64_t frees = 0;        ///< of something
};

/// This thread's, from zero.
void start_counting_heap();
HeapCalls stop_counting_heap();

}  // namespace tribook::test
