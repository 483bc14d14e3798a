#include "tribook/message/slab.h"

namespace tribook {
namespace {

constexpr std::uint64_t kTagOne = std::uint64_t{1} << 32;
constexpr std::uint64_t kTagMask = ~(kTagOne - 1);

}  // namespace

Slab::Slab(std::uint32_t blocks) : blocks_(blocks), block_(new Block[blocks + std::size_t{1}]) {
  TB_ASSERT(blocks > 0);
  for (std::uint32_t i = 1; i < blocks; ++i) block_[i].next_free.store(i + 1);
  free_.store(1);
}

TextRef Slab::put(std::span<const std::byte> bytes) {
  TB_ASSERT(bytes.size() <= kBlockBytes);
  std::uint64_t head = free_.load(std::memory_order_acquire);
  std::uint32_t index = 0;
  do {
    index = static_cast<std::uint32_t>(head);
    if (index == 0) return {};
  } while (!free_.compare_exchange_weak(
      head, ((head + kTagOne) & kTagMask) | block_[index].next_free.load(std::memory_order_relaxed),
      std::memory_order_acq_rel, std::memory_order_acquire));
  in_use_.fetch_add(1, std::memory_order_relaxed);
  Block& block = block_[index];
  block.size = bytes.size();
  if (!bytes.empty()) std::memcpy(block.bytes, bytes.data(), bytes.size());
  block.references.store(1, std::memory_order_relaxed);
  return {index};
}

std::span<const std::byte> Slab::get(TextRef ref) const {
  if (!ref) return {};
  TB_ASSERT(ref.value <= blocks_);
  const Block& block = block_[ref.value];
  return {block.bytes, static_cast<std::size_t>(block.size)};
}

std::span<std::byte> Slab::edit(TextRef ref) {
  TB_ASSERT(ref.value > 0 && ref.value <= blocks_);
  Block& block = block_[ref.value];
  TB_ASSERT(block.references.load(std::memory_order_relaxed) == 1);
  return {block.bytes, static_cast<std::size_t>(block.size)};
}

void Slab::hold(TextRef ref) {
  if (!ref) return;
  TB_ASSERT(ref.value <= blocks_);
  const auto before = block_[ref.value].references.fetch_add(1, std::memory_order_relaxed);
  TB_ASSERT(before > 0);
}

void Slab::release(TextRef ref) {
  if (!ref) return;
  TB_ASSERT(ref.value <= blocks_);
  Block& block = block_[ref.value];
  const auto before = block.references.fetch_sub(1, std::memory_order_acq_rel);
  TB_ASSERT(before > 0);
  if (before != 1) return;
  in_use_.fetch_sub(1, std::memory_order_relaxed);
  std::uint64_t head = free_.load(std::memory_order_relaxed);
  do {
    block.next_free.store(static_cast<std::uint32_t>(head), std::memory_order_relaxed);
  } while (!free_.compare_exchange_weak(head, (head & kTagMask) | ref.value,
                                        std::memory_order_acq_rel, std::memory_order_relaxed));
}

}  // namespace tribook
