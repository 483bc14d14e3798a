#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "tribook/base/assert.h"

// Texts and specifications too long for a 128-byte record: the record carries a TextRef, the bytes
// lie in a slab of fixed blocks. Whoever puts bytes holds one reference; each further holder adds
// its own and drops it when done. Any thread may do so. A full slab is answered (BUSY), never
// waited for.

namespace tribook {

/// Names a block of a Slab; 0 names none.
struct TextRef {
  std::uint32_t value = 0;
  explicit constexpr operator bool() const { return value != 0; }
  friend constexpr bool operator==(TextRef, TextRef) = default;
};

class Slab {
 public:
  /// Largest text.
  static constexpr std::size_t kBlockBytes = 2048 - 16;

  explicit Slab(std::uint32_t blocks);

  /// Copies the bytes in; no reference when the slab is full. REQUIRES: size <= kBlockBytes.
  TextRef put(std::span<const std::byte> bytes);

  [[nodiscard]] std::span<const std::byte> get(TextRef ref) const;

  /// The bytes to change. REQUIRES: the caller holds the only reference.
  [[nodiscard]] std::span<std::byte> edit(TextRef ref);

  /// Adds a reference to a block that the caller already holds (no-op for no block).
  void hold(TextRef ref);
  /// Drops one; the last one frees the block (no-op for no block).
  void release(TextRef ref);

  [[nodiscard]] std::uint32_t in_use() const { return in_use_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint32_t capacity() const { return blocks_; }

 private:
  struct Block {
    std::atomic<std::uint32_t> references{0};
    std::atomic<std::uint32_t> next_free{0};
    std::uint64_t size = 0;
    std::byte bytes[kBlockBytes];
  };

  std::uint32_t blocks_;
  std::unique_ptr<Block[]> block_;  // [0] is unused
  // Index of the first free block, below a tag that changes at each pop, against ABA.
  std::atomic<std::uint64_t> free_{0};
  std::atomic<std::uint32_t> in_use_{0};
};

}  // namespace tribook
