#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "journal/posix_disk.h"
#include "journal_support.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {
std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t bytes, std::size_t border) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::aligned_alloc(border, align_up(bytes == 0 ? 1 : bytes, border));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new[](std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t border) {
  return counted(bytes, static_cast<std::size_t>(border));
}
void* operator new[](std::size_t bytes, std::align_val_t border) {
  return counted(bytes, static_cast<std::size_t>(border));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

TEST_CASE("appending and committing allocate nothing, over segments' borders too") {
  std::string folder = std::filesystem::temp_directory_path() / "tribook-journal-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  {
    PosixDisk disk;
    WriterOptions options = small_options();
    options.directory = folder;
    const auto opened = Writer::open(disk, options, read_all(disk, {folder, {}, 0}).end);
    REQUIRE(opened.writer != nullptr);
    Writer& writer = *opened.writer;
    const std::vector<std::byte> payload(104);
    bool good = true;
    std::uint64_t used = 0;
    for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
      const std::uint64_t before = allocations.load();
      good = good && writer.append(1, sequence, 1, payload, {});
      if (sequence % 7 == 0) good = good && writer.commit(0) == DiskStatus::Ok;
      used += allocations.load() - before;
      if (writer.needs_next_segment()) good = good && writer.prepare_next() == DiskStatus::Ok;
    }
    CHECK(good);
    CHECK(used == 0);
    CHECK(writer.counters().segments > 5);
    CHECK(allocations.load() > 0);
  }
  std::filesystem::remove_all(folder);
}
