#include "engine/order_texts.h"

#include <algorithm>

namespace tribook::engine {

std::uint32_t OrderTexts::put(std::span<const std::byte> bytes) {
  TB_ASSERT(chunks_of(bytes.size()) <= chunks_.capacity() - chunks_.in_use() &&
            bytes.size() <= Slab::kBlockBytes);
  std::uint32_t first = 0;
  std::uint32_t* link = &first;
  while (!bytes.empty()) {
    *link = chunks_.take();
    Chunk& chunk = chunks_[*link];
    const auto part = bytes.first(std::min(bytes.size(), kChunkBytes));
    std::copy(part.begin(), part.end(), chunk.bytes.begin());
    chunk.size = static_cast<std::uint32_t>(part.size());
    bytes = bytes.subspan(part.size());
    link = &chunk.next;
  }
  return first;
}

void OrderTexts::drop(std::uint32_t first) {
  while (first != 0) {
    const std::uint32_t next = chunks_[first].next;
    chunks_.give_back(first);
    first = next;
  }
}

std::span<const std::byte> OrderTexts::get(std::uint32_t first,
                                           std::array<std::byte, Slab::kBlockBytes>& buffer) const {
  std::size_t size = 0;
  for (std::uint32_t i = first; i != 0; i = chunks_[i].next) {
    const Chunk& chunk = chunks_[i];
    std::copy_n(chunk.bytes.begin(), chunk.size,
                buffer.begin() + static_cast<std::ptrdiff_t>(size));
    size += chunk.size;
  }
  return {buffer.data(), size};
}

}  // namespace tribook::engine
