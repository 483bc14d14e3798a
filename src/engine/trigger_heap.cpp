#include "engine/trigger_heap.h"

#include <utility>

#include "tribook/base/assert.h"

namespace tribook::engine {
namespace {

constexpr std::uint8_t kRankMax = 255;

}  // namespace

// Makes the larger root the first child of the smaller; ties go to the lower index, so that the
// shape depends on nothing but the calls.
std::uint32_t TriggerHeaps::meld(std::uint32_t a, std::uint32_t b) {
  if (a == 0) return b;
  if (b == 0) return a;
  if (nodes_[b].key < nodes_[a].key || (nodes_[b].key == nodes_[a].key && b < a)) std::swap(a, b);
  Node& parent = nodes_[a];
  nodes_[b].next = parent.child;
  nodes_[b].previous = a;
  if (parent.child != 0) nodes_[parent.child].previous = b;
  parent.child = b;
  parent.next = 0;
  parent.previous = 0;
  return a;
}

// Pairs the first two children until their ranks rise from the first on, as a binary counter
// carries. So a parent that nothing beats has few children, whatever was put in or taken out.
void TriggerHeaps::carry(std::uint32_t parent) {
  for (;;) {
    const std::uint32_t first = nodes_[parent].child;
    const std::uint32_t second = first != 0 ? nodes_[first].next : 0;
    if (second == 0 || nodes_[first].rank < nodes_[second].rank) return;
    const bool is_even = nodes_[first].rank == nodes_[second].rank;
    const std::uint8_t rank = nodes_[first].rank;
    const std::uint32_t rest = nodes_[second].next;
    nodes_[first].next = nodes_[second].next = 0;
    const std::uint32_t pair = meld(first, second);
    nodes_[pair].rank = static_cast<std::uint8_t>(is_even && rank < kRankMax ? rank + 1 : rank);
    nodes_[pair].next = rest;
    if (rest != 0) nodes_[rest].previous = pair;
    nodes_[pair].previous = parent;
    nodes_[parent].child = pair;
  }
}

void TriggerHeaps::set_root(Heap& heap, std::uint32_t root) {
  heap.root = root;
  heap.key = root != 0 ? nodes_[root].key : kEmpty;
}

// Two passes: meld pairs left to right, stacked through `previous`; then meld the pairs right to
// left.
std::uint32_t TriggerHeaps::merge_children(std::uint32_t first) {
  std::uint32_t stack = 0;
  while (first != 0) {
    const std::uint32_t a = first;
    const std::uint32_t b = nodes_[a].next;
    first = b != 0 ? nodes_[b].next : 0;
    nodes_[a].next = nodes_[a].previous = 0;
    if (b != 0) nodes_[b].next = nodes_[b].previous = 0;
    const std::uint32_t pair = meld(a, b);
    nodes_[pair].previous = stack;
    stack = pair;
  }
  std::uint32_t root = 0;
  while (stack != 0) {
    const std::uint32_t below = nodes_[stack].previous;
    nodes_[stack].previous = 0;
    root = meld(root, stack);
    stack = below;
  }
  return root;
}

void TriggerHeaps::insert(Heap& heap, std::uint32_t node, std::int64_t key) {
  TB_DEBUG_ASSERT(node != 0 && !is_in_heap(node));
  while (extent_ < node) nodes_[++extent_] = {};
  nodes_[node] = {key, 0, 0, 0, true, 0};
  const std::uint32_t root = meld(heap.root, node);
  carry(root);
  set_root(heap, root);
}

void TriggerHeaps::remove(Heap& heap, std::uint32_t node) {
  if (!is_in_heap(node)) return;
  const std::uint32_t children = merge_children(nodes_[node].child);
  if (heap.root == node) {
    set_root(heap, children);
  } else {
    const std::uint32_t previous = nodes_[node].previous;
    const std::uint32_t next = nodes_[node].next;
    TB_DEBUG_ASSERT(previous != 0);
    (nodes_[previous].child == node ? nodes_[previous].child : nodes_[previous].next) = next;
    if (next != 0) nodes_[next].previous = previous;
    if (children != 0) {
      set_root(heap, meld(heap.root, children));
      carry(heap.root);
    }
  }
  nodes_[node] = {};
}

}  // namespace tribook::engine
