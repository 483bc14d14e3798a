#include "hot_path/heap_counter.h"

#include <cerrno>
#include <cstddef>

// glibc lets a program replace these, and keeps its own under other names.

extern "C" {
// NOLINTBEGIN: the names are glibc's
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
// NOLINTEND
}

namespace tribook::test {
namespace {

thread_local bool is_counting = false;
thread_local HeapCalls calls;

void count_allocation() {
  if (is_counting) ++calls.allocations;
}

}  // namespace

void start_counting_heap() {
  calls = {};
  is_counting = true;
}

HeapCalls stop_counting_heap() {
  is_counting = false;
  return calls;
}

}  // namespace tribook::test

extern "C" {

void* malloc(std::size_t size) noexcept {
  tribook::test::count_allocation();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  tribook::test::count_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
  tribook::test::count_allocation();
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t border, std::size_t size) noexcept {
  tribook::test::count_allocation();
  return __libc_memalign(border, size);
}
void* aligned_alloc(std::size_t border, std::size_t size) noexcept {
  tribook::test::count_allocation();
  return __libc_memalign(border, size);
}
int posix_memalign(void** memory, std::size_t border, std::size_t size) noexcept {
  tribook::test::count_allocation();
  *memory = __libc_memalign(border, size);
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) noexcept {
  if (memory != nullptr && tribook::test::is_counting) ++tribook::test::calls.frees;
  __libc_free(memory);
}

}  // extern "C"
