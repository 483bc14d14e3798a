#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "tribook/base/pool.h"
#include "tribook/message/slab.h"

namespace tribook::engine {

/// The texts of orders that rest, as they came: their ids, comments and metadata must be there when
/// the state is told again. In chains of small chunks, since most orders have little to say.
class OrderTexts {
 public:
  explicit OrderTexts(std::uint32_t orders) : chunks_(orders * kChunksOfOne) {}

  /// For so many texts of that size, where so many orders are allowed: the limit that holds, not
  /// the room there is, since a house with larger tables must do the same.
  [[nodiscard]] bool has_room(std::uint32_t count, std::size_t bytes, std::uint32_t orders) const {
    return chunks_.in_use() + count * chunks_of(bytes) <= std::size_t{orders} * kChunksOfOne;
  }
  /// The chain's first chunk; 0 for no bytes. REQUIRES: has_room; at most Slab::kBlockBytes.
  std::uint32_t put(std::span<const std::byte> bytes);
  void drop(std::uint32_t first);
  /// Copies the chain out; the bytes of `buffer` that are filled.
  [[nodiscard]] std::span<const std::byte> get(
      std::uint32_t first, std::array<std::byte, Slab::kBlockBytes>& buffer) const;

 private:
  static constexpr std::size_t kChunkBytes = 56;
  static constexpr std::uint32_t kChunksOfOne = 4;  // on average
  struct Chunk {
    std::array<std::byte, kChunkBytes> bytes{};
    std::uint32_t next = 0;
    std::uint32_t size = 0;
  };
  static constexpr std::size_t chunks_of(std::size_t bytes) {
    return (bytes + kChunkBytes - 1) / kChunkBytes;
  }

  base::Pool<Chunk> chunks_;
};

}  // namespace tribook::engine
