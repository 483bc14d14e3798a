#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory_resource>
#include <new>
#include <vector>

namespace tribook::bench {

/// Memory in blocks of 64 MiB, on huge pages where the system gives them: random access to many
/// megabytes is otherwise a matter of address translation. Freed with the object only.
class HugePages : public std::pmr::memory_resource {
 public:
  HugePages() = default;
  HugePages(const HugePages&) = delete;
  HugePages& operator=(const HugePages&) = delete;
  ~HugePages() override {
    for (const Block& block : blocks_) munmap(block.memory, block.size);
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 20U;
  struct Block {
    void* memory = nullptr;
    std::size_t size = 0;
  };

  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    std::size_t at = (used_ + alignment - 1) / alignment * alignment;
    if (blocks_.empty() || at + bytes > blocks_.back().size) {
      const std::size_t size = (bytes + kBlock - 1) / kBlock * kBlock;
      void* memory =
          mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) throw std::bad_alloc();
      madvise(memory, size, MADV_HUGEPAGE);
      blocks_.push_back({memory, size});
      at = 0;
    }
    used_ = at + bytes;
    return static_cast<std::byte*>(blocks_.back().memory) + at;
  }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::vector<Block> blocks_;
  std::size_t used_ = 0;
};

}  // namespace tribook::bench
