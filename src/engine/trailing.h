#pragma once

#include <cstdint>

#include "engine/trigger_heap.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/event.h"

// Stop-losses that follow the price, and those that wait for break-even. Each position that has one
// stands in a heap of its symbol and group under the price at which its stop-loss moves next, so a
// quote costs nothing for those that stand still.

namespace tribook::engine {

struct State;
struct WorkingOrder;

struct Trail {
  PositionId position;
  std::uint32_t index = 0;  // of the position
  PipDistance distance;     // 0 = it does not follow
  PipDistance step;         // 0 = every move
  PipDistance break_even_offset;
  bool waits_for_break_even = false;
};

struct TrailHeaps {
  TriggerHeaps::Heap of_buys;   // price against bid
  TriggerHeaps::Heap of_sells;  // -price against -ask
};

struct Trails {
  explicit Trails(std::uint32_t capacity) : pool(capacity), index(capacity), levels(capacity) {}

  base::Pool<Trail> pool;
  base::IndexMap index;  // by position id
  TriggerHeaps levels;   // a node for each place in the pool
};

/// `besides`: others that come before.
[[nodiscard]] bool has_room_for_trail(const State& state, PositionId position,
                                      std::uint32_t besides = 0);
[[nodiscard]] PositionFollowed describe(const Trail& trail);
/// Null when the position's stop-loss stands still.
[[nodiscard]] const Trail* find_trail(const State& state, PositionId position);

/// Makes a position's stop-loss follow as `wanted` says (its position is filled in), or stand still
/// when that says neither; moves it if the price is there already, and tells so. Attached now, it
/// stands at its distance; else it goes on by steps. REQUIRES: has_room_for_trail.
void set_trail(State& state, std::uint32_t position, Trail wanted, bool is_attached_now);
/// The stop-loss of a position that the order opened or grew follows as the order says; one that
/// was there may wait for break-even. No-op when it says nothing. REQUIRES: has_room_for_trail.
void follow_as_ordered(State& state, const WorkingOrder& order);
/// As it was saved.
void restore_trail(State& state, std::uint32_t position, Trail saved);
/// The position is gone.
void drop_trail(State& state, PositionId position);
/// Lets it wait for another group's prices. Call before the account's group changes.
void move_trail(State& state, std::uint32_t position, GroupId group);
/// Its stop-loss, volume or open cost changed: when does it move next?
void rearm_trail(State& state, PositionId position);
/// Moves what the symbol's quote reached, by position id.
void follow_price(State& state, SymbolId symbol);

}  // namespace tribook::engine
