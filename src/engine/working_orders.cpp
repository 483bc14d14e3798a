#include "engine/working_orders.h"

#include <algorithm>

#include "engine/killing.h"
#include "engine/state.h"
#include "tribook/base/assert.h"

namespace tribook::engine {

WorkingOrders::WorkingOrders(std::uint32_t capacity)
    : pool(capacity),
      index(capacity),
      levels(capacity),
      expiries(capacity),
      texts(capacity),
      outstanding(capacity) {
  settled.reserve(capacity);
  reached.reserve(capacity);
}

bool has_room_for_orders(const State& state, std::uint32_t count, std::size_t texts_bytes) {
  return state.orders.pool.in_use() + count <= state.limits.orders &&
         state.orders.texts.has_room(count, texts_bytes, state.limits.orders);
}

std::uint32_t find_order(const State& state, AccountId account, OrderId id) {
  const std::uint32_t index = id ? state.orders.index.find(id.value) : 0;
  if (index == 0 || !account) return index;
  return state.orders.pool[index].account == account ? index : 0;
}

std::uint32_t add_order(State& state, const WorkingOrder& added, std::span<const std::byte> texts) {
  WorkingOrders& orders = state.orders;
  const std::uint32_t index = orders.pool.take();
  TB_ASSERT(index != 0);
  WorkingOrder& order = orders.pool[index];
  order = added;
  order.texts = orders.texts.put(texts);
  Account& account = state.account(order.account);
  order.next_of_account = account.first_order;
  if (account.first_order != 0) orders.pool[account.first_order].previous_of_account = index;
  account.first_order = index;
  ++account.orders;
  ++state.symbol(order.symbol).orders;
  orders.index.insert(order.id.value, index);
  if (order.expires.ns != 0 && !order.is_out)
    orders.expiries.insert(orders.by_expiry, index, order.expires.ns);
  return index;
}

namespace {

TriggerHeaps::Heap& heap_of(Front& front, const WorkingOrder& order) {
  OrderHeaps& heaps = front.orders;
  const bool is_buy = order.side == Side::Buy;
  if (order.rests_as_limit()) return is_buy ? heaps.buy_limits : heaps.sell_limits;
  return is_buy ? heaps.buy_stops : heaps.sell_stops;
}

TriggerHeaps::Heap& heap_of(State& state, const WorkingOrder& order) {
  return heap_of(state.front(state.account(order.account), order.symbol), order);
}

std::int64_t key_of(const WorkingOrder& order) {
  const std::int64_t level = order.rests_as_limit() ? order.limit.raw : order.trigger.raw;
  const bool is_below = order.rests_as_limit() == (order.side == Side::Buy);
  return is_below ? -level : level;
}

// What a root has outstanding; at zero it is settled.
void count_outstanding(WorkingOrders& orders, Sequence cause, int change) {
  const std::uint32_t before = orders.outstanding.find(cause.value);
  if (before != 0) orders.outstanding.erase(cause.value);
  const auto now = static_cast<std::uint32_t>(static_cast<int>(before) + change);
  if (now != 0) {
    orders.outstanding.insert(cause.value, now);
  } else {
    orders.settled.push_back(cause);
  }
}

void unlink_of_account(State& state, std::uint32_t index) {
  WorkingOrders& orders = state.orders;
  const WorkingOrder& order = orders.pool[index];
  Account& account = state.account(order.account);
  const std::uint32_t next = order.next_of_account;
  const std::uint32_t previous = order.previous_of_account;
  (previous != 0 ? orders.pool[previous].next_of_account : account.first_order) = next;
  if (next != 0) orders.pool[next].previous_of_account = previous;
  --account.orders;
}

}  // namespace

void unlink_triggered(State& state, std::uint32_t index) {
  WorkingOrders& orders = state.orders;
  WorkingOrder& order = orders.pool[index];
  if (order.place == 0) return;
  const std::uint32_t next = order.next_triggered;
  const std::uint32_t previous = order.previous_triggered;
  (previous != 0 ? orders.pool[previous].next_triggered : orders.first_triggered) = next;
  (next != 0 ? orders.pool[next].previous_triggered : orders.last_triggered) = previous;
  if (orders.next_to_send == index) orders.next_to_send = next;
  order.next_triggered = order.previous_triggered = 0;
  order.place = 0;
  count_outstanding(orders, order.cause, -1);
}

void set_out(State& state, WorkingOrder& order, bool is_out) {
  if (order.is_out == is_out) return;
  order.is_out = is_out;
  if (is_out && order.is_awaited) order.cause = state.cause;
  if (order.is_awaited) count_outstanding(state.orders, order.cause, is_out ? +1 : -1);
  if (!is_out) order.is_awaited = false;
}

void restore_out(State& state, std::uint32_t index) {
  const WorkingOrder& order = state.orders.pool[index];
  if (order.is_awaited) count_outstanding(state.orders, order.cause, +1);
}

void link_triggered(State& state, std::uint32_t index) {
  WorkingOrders& orders = state.orders;
  WorkingOrder& order = orders.pool[index];
  order.previous_triggered = orders.last_triggered;
  (orders.last_triggered != 0 ? orders.pool[orders.last_triggered].next_triggered
                              : orders.first_triggered) = index;
  orders.last_triggered = index;
  if (orders.next_to_send == 0) orders.next_to_send = index;
  count_outstanding(orders, order.cause, +1);
}

void arm_order(State& state, std::uint32_t index) {
  WorkingOrder& order = state.orders.pool[index];
  unlink_triggered(state, index);
  state.orders.levels.insert(heap_of(state, order), index, key_of(order));
  enter_book(state, index);
}

void disarm_order(State& state, std::uint32_t index) {
  leave_book(state, index);
  state.orders.levels.remove(heap_of(state, state.orders.pool[index]), index);
}

void move_orders(State& state, const Account& account, GroupId group) {
  TriggerHeaps& levels = state.orders.levels;
  for (std::uint32_t i = account.first_order; i != 0; i = state.orders.pool[i].next_of_account) {
    const WorkingOrder& order = state.orders.pool[i];
    if (!levels.is_in_heap(i)) continue;  // on its way
    levels.remove(heap_of(state.front(account, order.symbol), order), i);
    levels.insert(heap_of(state.fronts(order.symbol, group), order), i, key_of(order));
  }
}

void drop_order(State& state, std::uint32_t index) {
  WorkingOrders& orders = state.orders;
  const WorkingOrder& order = orders.pool[index];
  disarm_order(state, index);
  orders.expiries.remove(orders.by_expiry, index);
  unlink_triggered(state, index);
  unlink_of_account(state, index);
  if (order.partner != 0) orders.pool[order.partner].partner = 0;
  --state.symbol(order.symbol).orders;
  orders.texts.drop(order.texts);
  set_out(state, orders.pool[index], false);
  if (order.flight != 0) leave_flight(state, index);
  orders.index.erase(order.id.value);
  orders.pool.give_back(index);
}

void note_fill(WorkingOrder& order, Volume volume, Price price) {
  order.filled += volume;
  order.filled_cost = order.filled_cost + cost_of(price, volume);
  TB_ASSERT(order.filled <= order.volume);
}

void note_opened(WorkingOrder& order, Volume volume, Price price) {
  order.opened_volume += volume;
  order.opened_cost = order.opened_cost + cost_of(price, volume);
}

// What no rate converts was not charged.
void note_charge(const State& state, WorkingOrder& order, Volume volume, Price price) {
  const Instrument& instrument = state.symbol(order.symbol).instrument;
  const CommissionSpec& spec = state.commission_for(state.account(order.account), instrument);
  const auto charge = charge_before_minimum(instrument, spec, volume, price, state.rates);
  order.charge = std::min(order.charge + charge.value_or(Money{}), kMaxMoney);
}

FilledBefore filled_before(const WorkingOrder& order) {
  return {{}, order.charge, !order.filled.is_zero()};
}

OrderUpdated describe(const WorkingOrder& order) {
  OrderUpdated updated;
  updated.order = order.id;
  updated.position = order.position;
  updated.reason = order.reason;
  updated.volume = order.volume;
  updated.filled_volume = order.filled;
  updated.filled_price = average_price(order.filled_cost, order.filled);
  updated.limit = order.limit;
  updated.stop_loss = order.stop_loss;
  updated.take_profit = order.take_profit;
  updated.required_margin_raw = order.required_margin_raw;
  updated.free_margin_raw = order.free_margin_raw;
  updated.symbol = order.symbol;
  updated.routing_rule = order.routing_rule;
  updated.side = order.side;
  updated.type = order.type;
  updated.time_in_force = order.time_in_force;
  updated.status = order.status;
  updated.book = order.book;
  updated.origin = order.origin;
  return updated;
}

OrderTerms describe_terms(const State& state, const WorkingOrder& order) {
  OrderTerms terms;
  terms.order = order.id;
  if (order.partner != 0) terms.partner = state.orders.pool[order.partner].id;
  terms.trigger = order.trigger;
  terms.expires = order.expires;
  terms.bid = order.triggered_bid;
  terms.ask = order.triggered_ask;
  terms.trailing_distance = order.trailing_distance;
  terms.trailing_step = order.trailing_step;
  return terms;
}

void advance_order(State& state, std::uint32_t index, OrderEvent event, RejectCode code) {
  WorkingOrder& order = state.orders.pool[index];
  const OrderStatus next = next_status(order.status, event);
  TB_ASSERT(next != kIllegal);
  order.status = next;
  order.ended_with = code;
  order.updated = state.now;
  OrderUpdated updated = describe(order);
  updated.code = code;
  state.emit(order.account, updated);
}

void emit_terms(State& state, std::uint32_t index) {
  const WorkingOrder& order = state.orders.pool[index];
  state.emit(order.account, describe_terms(state, order));
}

void trigger_order(State& state, std::uint32_t index, const Quote& quote) {
  WorkingOrders& orders = state.orders;
  WorkingOrder& order = orders.pool[index];
  TB_ASSERT(order.place == 0);
  disarm_order(state, index);
  order.place = ++orders.last_place;
  order.cause = state.cause;
  order.triggered_bid = quote.bid;
  order.triggered_ask = quote.ask;
  link_triggered(state, index);
  advance_order(state, index, OrderEvent::Trigger);
  emit_terms(state, index);
}

void end_order(State& state, std::uint32_t index, OrderEvent event, RejectCode code) {
  advance_order(state, index, event, code);
  drop_order(state, index);
}

std::uint32_t cancel_orders_in(State& state, Account& account, SymbolId symbol, RejectCode code,
                               bool (*is_one)(const State&, const WorkingOrder&)) {
  std::vector<std::uint32_t>& all = state.orders.reached;
  all.clear();
  for (std::uint32_t i = account.first_order; i != 0; i = state.orders.pool[i].next_of_account) {
    const WorkingOrder& order = state.orders.pool[i];
    const bool is_meant = !symbol || order.symbol == symbol;
    if (!is_meant || order.is_out) continue;  // a venue alone can end those
    if (is_one == nullptr || is_one(state, order)) all.push_back(i);
  }
  std::sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.orders.pool[a].id < state.orders.pool[b].id;
  });
  for (const std::uint32_t index : all) end_order(state, index, OrderEvent::Cancel, code);
  return static_cast<std::uint32_t>(all.size());
}

void cancel_orders(State& state, Account& account, RejectCode code) {
  cancel_orders_in(state, account, {}, code);
}

namespace {

void take_reached(State& state, TriggerHeaps::Heap& heap, std::int64_t limit) {
  WorkingOrders& orders = state.orders;
  while (const std::uint32_t index = orders.levels.top_within(heap, limit)) {
    orders.levels.remove(heap, index);
    orders.reached.push_back(index);
  }
}

void trigger_taken(State& state) {
  for (const std::uint32_t index : state.orders.reached) {
    const WorkingOrder& order = state.orders.pool[index];
    if (is_blocked(state, order)) {  // it waits on; the next quote finds it again
      state.orders.levels.insert(heap_of(state, order), index, key_of(order));
      continue;
    }
    trigger_order(state, index, state.quote_for(state.account(order.account), order.symbol));
  }
}

// The best price first, at one price the oldest.
void trigger_limits(State& state) {
  std::sort(state.orders.reached.begin(), state.orders.reached.end(),
            [&](std::uint32_t a, std::uint32_t b) {
              const WorkingOrder& one = state.orders.pool[a];
              const WorkingOrder& other = state.orders.pool[b];
              const std::int64_t one_key = key_of(one);
              const std::int64_t other_key = key_of(other);
              return one_key != other_key ? one_key < other_key : one.priority < other.priority;
            });
  trigger_taken(state);
}

}  // namespace

void trigger_reached_orders(State& state, SymbolId symbol) {
  if (state.symbol(symbol).orders == 0) return;
  const auto fronts = state.fronts.of(symbol, state.groups);
  std::vector<std::uint32_t>& reached = state.orders.reached;
  reached.clear();
  for (Front& front : fronts) take_reached(state, front.orders.buy_limits, -front.prices.ask.raw);
  trigger_limits(state);
  reached.clear();
  for (Front& front : fronts) take_reached(state, front.orders.sell_limits, front.prices.bid.raw);
  trigger_limits(state);
  reached.clear();
  for (Front& front : fronts) {
    take_reached(state, front.orders.buy_stops, front.prices.ask.raw);
    take_reached(state, front.orders.sell_stops, -front.prices.bid.raw);
  }
  std::sort(reached.begin(), reached.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.orders.pool[a].id < state.orders.pool[b].id;
  });
  trigger_taken(state);
}

void trigger_if_reached(State& state, std::uint32_t index) {
  const WorkingOrder& order = state.orders.pool[index];
  const Symbol& symbol = state.symbol(order.symbol);
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  if (!is_tradable(symbol) || !is_fresh(symbol, quote, state.now)) return;
  if (is_blocked(state, order)) return;
  const bool is_reached =
      order.rests_as_limit()
          ? is_limit_met(order.side, order.limit, quote) || meets_maker(state, order)
          : is_trigger_reached(order.side, order.trigger, quote);
  if (is_reached) trigger_order(state, index, quote);
}

}  // namespace tribook::engine
