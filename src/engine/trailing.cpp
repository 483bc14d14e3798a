#include "engine/trailing.h"

#include <algorithm>
#include <limits>

#include "engine/positions.h"
#include "tribook/base/assert.h"

namespace tribook::engine {
namespace {

constexpr std::int64_t kAtNextQuote = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

TriggerHeaps::Heap& heap_of(Front& front, Side side) {
  return side == Side::Buy ? front.trails.of_buys : front.trails.of_sells;
}

TriggerHeaps::Heap& heap_of(State& state, const Position& position) {
  return heap_of(state.front(state.account(position.account), position.symbol), position.side);
}

// Prices are counted in the position's favour: a sell's are negative, so that "better" is "greater"
// for both sides.
std::int64_t favour(Side side, std::int64_t raw) { return side == Side::Buy ? raw : -raw; }

// At most the largest price, whatever a pip has become since it was set.
std::int64_t raw_of(const Instrument& instrument, PipDistance distance) {
  const int128 most = static_cast<int128>(kMaxFixedRaw) * kFixedOne;
  if (static_cast<int128>(distance.pips().raw) * instrument.pip_size.raw > most)
    return kMaxFixedRaw;
  return pips_to_price(distance.pips(), instrument.pip_size).raw;
}

// The open price and the offset beyond it, to the tick in the position's favour; in favour's terms.
std::int64_t break_even_level(const Instrument& instrument, const Position& position,
                              PipDistance offset) {
  const int128 ahead = static_cast<int128>(raw_of(instrument, offset)) * position.volume.raw;
  const int128 cost = position.side == Side::Buy ? position.open_cost.raw : -position.open_cost.raw;
  const int128 of_tick = static_cast<int128>(instrument.tick_size.raw) * position.volume.raw;
  const int128 sum = cost + ahead;
  const int128 whole = sum / of_tick;
  const int128 ticks = sum > whole * of_tick ? whole + 1 : whole;
  return static_cast<std::int64_t>(ticks * instrument.tick_size.raw);
}

// The mark, in favour's terms, from which on something moves.
std::int64_t next_move(const Instrument& instrument, const Position& position, const Trail& trail) {
  std::int64_t next = kNever;
  if (!trail.distance.is_zero()) {
    if (position.stop_loss.is_zero()) return kAtNextQuote;
    const std::int64_t step = std::max<std::int64_t>(raw_of(instrument, trail.step), 1);
    next =
        favour(position.side, position.stop_loss.raw) + raw_of(instrument, trail.distance) + step;
  }
  if (trail.waits_for_break_even) {
    next = std::min(next, break_even_level(instrument, position, trail.break_even_offset) + 1);
  }
  return next;
}

void arm(State& state, std::uint32_t trail_index) {
  const Trail& trail = state.trails.pool[trail_index];
  const Position& position = state.positions[trail.index];
  TriggerHeaps::Heap& heap = heap_of(state, position);
  state.trails.levels.remove(heap, trail_index);
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const std::int64_t next = next_move(instrument, position, trail);
  state.trails.levels.insert(heap, trail_index, next);
}

void give_back(State& state, std::uint32_t trail_index) {
  const Trail trail = state.trails.pool[trail_index];
  const Position& position = state.positions[trail.index];
  state.trails.levels.remove(heap_of(state, position), trail_index);
  state.trails.index.erase(trail.position.value);
  state.trails.pool.give_back(trail_index);
}

// Behind the mark by the distance, by whole steps of what it could move; the first time at once.
std::int64_t trailed(const Instrument& instrument, const Trail& trail, std::int64_t mark,
                     std::int64_t stop, bool has_stop, bool is_attached_now) {
  const std::int64_t wanted = mark - raw_of(instrument, trail.distance);
  if (!has_stop) return wanted;
  const std::int64_t move = wanted - stop;
  if (move <= 0) return stop;
  const std::int64_t step = raw_of(instrument, trail.step);
  return is_attached_now || step == 0 ? wanted : stop + move / step * step;
}

// Moves the stop-loss as far as the mark lets it. Break-even is over once it was reached.
void move(State& state, std::uint32_t trail_index, bool is_attached_now) {
  Trail& trail = state.trails.pool[trail_index];
  const Position& position = state.positions[trail.index];
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const Side side = position.side;
  const Quote quote = state.quote_for(state.account(position.account), position.symbol);
  const std::int64_t mark = favour(side, closing_price(side, quote).raw);
  bool has_stop = !position.stop_loss.is_zero();
  const std::int64_t before = favour(side, position.stop_loss.raw);
  std::int64_t stop = before;
  if (!trail.distance.is_zero()) {
    const std::int64_t level = trailed(instrument, trail, mark, stop, has_stop, is_attached_now);
    if (favour(side, level) > 0) {
      stop = level;
      has_stop = true;
    }
  }
  bool is_even_now = false;
  if (trail.waits_for_break_even) {
    const std::int64_t level = break_even_level(instrument, position, trail.break_even_offset);
    is_even_now = mark > level;
    if (is_even_now && (!has_stop || level > stop) && favour(side, level) > 0) stop = level;
  }
  if (is_even_now) {
    trail.waits_for_break_even = false;
    state.emit(position.account, describe(trail));
  }
  if (stop != before) {
    change_levels(state, trail.index, Price{favour(side, stop)}, position.take_profit);
  }
}

}  // namespace

bool has_room_for_trail(const State& state, PositionId position, std::uint32_t besides) {
  return state.trails.index.find(position.value) != 0 ||
         state.trails.pool.in_use() + besides < state.limits.orders;
}

PositionFollowed describe(const Trail& trail) {
  PositionFollowed followed;
  followed.position = trail.position;
  followed.trailing_distance = trail.distance;
  followed.trailing_step = trail.step;
  followed.break_even_offset = trail.break_even_offset;
  followed.waits_for_break_even = trail.waits_for_break_even ? 1 : 0;
  return followed;
}

const Trail* find_trail(const State& state, PositionId position) {
  const std::uint32_t index = state.trails.index.find(position.value);
  return index != 0 ? &state.trails.pool[index] : nullptr;
}

void restore_trail(State& state, std::uint32_t position, Trail saved) {
  std::uint32_t index = state.trails.index.find(state.positions[position].id.value);
  if (index == 0) {
    index = state.trails.pool.take();
    TB_ASSERT(index != 0);
    state.trails.index.insert(state.positions[position].id.value, index);
  }
  saved.position = state.positions[position].id;
  saved.index = position;
  state.trails.pool[index] = saved;
  arm(state, index);
}

void set_trail(State& state, std::uint32_t position, Trail wanted, bool is_attached_now) {
  const AccountId account = state.positions[position].account;
  restore_trail(state, position, wanted);
  const std::uint32_t index = state.trails.index.find(state.positions[position].id.value);
  state.emit(account, describe(state.trails.pool[index]));
  if (state.rates.quote(state.positions[position].symbol).is_known())
    move(state, index, is_attached_now);
  const Trail& trail = state.trails.pool[index];
  if (trail.distance.is_zero() && !trail.waits_for_break_even) {
    give_back(state, index);
  } else {
    arm(state, index);
  }
}

void follow_as_ordered(State& state, const WorkingOrder& order) {
  if (order.trailing_distance.is_zero()) return;
  Trail trail;
  if (const Trail* now = find_trail(state, order.position); now != nullptr) trail = *now;
  trail.distance = order.trailing_distance;
  trail.step = order.trailing_step;
  set_trail(state, state.position_index.find(order.position.value), trail, true);
}

void drop_trail(State& state, PositionId position) {
  const std::uint32_t index = state.trails.index.find(position.value);
  if (index != 0) give_back(state, index);
}

void rearm_trail(State& state, PositionId position) {
  const std::uint32_t index = state.trails.index.find(position.value);
  if (index != 0) arm(state, index);
}

void move_trail(State& state, std::uint32_t position, GroupId group) {
  const Position& moved = state.positions[position];
  const std::uint32_t index = state.trails.index.find(moved.id.value);
  if (index == 0) return;
  TriggerHeaps& levels = state.trails.levels;
  const std::int64_t key = levels.key(index);
  levels.remove(heap_of(state, moved), index);
  levels.insert(heap_of(state.fronts(moved.symbol, group), moved.side), index, key);
}

void follow_price(State& state, SymbolId symbol) {
  std::vector<std::uint32_t>& reached = state.orders.reached;
  reached.clear();
  const auto take = [&](TriggerHeaps::Heap& heap, std::int64_t limit) {
    while (const std::uint32_t node = state.trails.levels.top_within(heap, limit)) {
      state.trails.levels.remove(heap, node);
      reached.push_back(node);
    }
  };
  for (Front& front : state.fronts.of(symbol, state.groups)) {
    take(front.trails.of_buys, front.prices.bid.raw);
    take(front.trails.of_sells, -front.prices.ask.raw);
  }
  std::sort(reached.begin(), reached.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.trails.pool[a].position < state.trails.pool[b].position;
  });
  for (const std::uint32_t index : reached) {
    move(state, index, false);
    const Trail& trail = state.trails.pool[index];
    if (trail.distance.is_zero() && !trail.waits_for_break_even) {
      give_back(state, index);
    } else {
      arm(state, index);
    }
  }
}

}  // namespace tribook::engine
