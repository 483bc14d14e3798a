#include <algorithm>
#include <limits>

#include "engine/asked_limits.h"
#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/flights.h"
#include "engine/killing.h"
#include "engine/taking.h"

// What becomes of an order that a quote reached. It was TRIGGERED in the quote's record; risk and
// router decided it again meanwhile, and the price may have moved on.

namespace tribook::engine {
namespace {

// It was not its own fault, and may be better at the next quote.
bool is_passing(RejectCode code) {
  return code == RejectCode::MarketClosed || code == RejectCode::StaleQuote ||
         code == RejectCode::SymbolDisabled || code == RejectCode::KillSwitch;
}

bool is_market_good(const State& state, const WorkingOrder& order) {
  const Symbol& symbol = state.symbol(order.symbol);
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  return is_tradable(symbol) && is_fresh(symbol, quote, state.now);
}

// Slippage counts from the trigger; a limit has none.
Taking taking_of(const State& state, WorkingOrder& order) {
  const Instrument& instrument = state.symbol(order.symbol).instrument;
  const Price worst =
      order.rests_as_limit()
          ? order.limit
          : worst_price_from(order.side, order.trigger, order.max_slippage_pips, instrument);
  return {Filling(order), worst};
}

void rest_again(State& state, std::uint32_t index) {
  arm_order(state, index);
  const WorkingOrder& order = state.orders.pool[index];
  if (order.status != OrderStatus::Triggered) return;  // told with its last fill
  advance_order(state, index, order.filled.is_zero() ? OrderEvent::Rest : OrderEvent::FillPart);
}

RejectCode check_states(const State& state, const WorkingOrder& order) {
  const Account& account = state.account(order.account);
  const bool only_closes = order.left() <= closable(state, account, order.symbol, order.side);
  return check_states(state, account, state.symbol(order.symbol), only_closes);
}

// The engine's last word.
RejectCode execute(State& state, Taking& taking) {
  const RejectCode code = check_states(state, taking.filling.order);
  return code != RejectCode::None ? code : take(state, taking);
}

RejectCode check_going_out(const State& state, const Taking& taking) {
  WorkingOrder& order = taking.filling.order;
  if (const auto code = check_states(state, order); code != RejectCode::None) return code;
  if (!reaches_house(state, taking)) return RejectCode::Slippage;
  if (const auto code = check_house_fill(state, order); code != RejectCode::None) return code;
  return has_room_to_go_out(state) ? RejectCode::None : RejectCode::LimitReached;
}

void send_triggered(State& state, std::uint32_t index, const Taking& taking) {
  const RejectCode code = check_going_out(state, taking);
  if (code != RejectCode::None) return end_order(state, index, OrderEvent::Cancel, code);
  unlink_triggered(state, index);
  execute_out(state, index, {});
}

// What is left of it, once it took what there was.
void end_or_rest(State& state, std::uint32_t index, RejectCode code) {
  const WorkingOrder& order = state.orders.pool[index];
  if (order.left().is_zero()) return drop_order(state, index);
  if (code == RejectCode::None && order.rests_as_limit()) return rest_again(state, index);
  end_order(state, index, OrderEvent::Cancel,
            code != RejectCode::None ? code : RejectCode::Slippage);
}

}  // namespace

void on_execute_order(State& state, const ExecuteOrder& execute_order) {
  const std::uint32_t index = find_order(state, {}, execute_order.order);
  if (index == 0) return;  // it ended on its way
  WorkingOrder& order = state.orders.pool[index];
  if (order.place == 0 || order.place != execute_order.place) return;
  state.cause = order.cause;
  if (order.type == OrderType::StopLimit && !order.is_limit_now) {
    order.is_limit_now = true;
    order.priority = ++state.orders.last_priority;
  }
  order.required_margin_raw = execute_order.required_margin_raw;
  order.free_margin_raw = execute_order.free_margin_raw;
  RejectCode code = execute_order.decision;
  if (code == RejectCode::None) {
    order.book = execute_order.book;
    order.routing_rule = execute_order.routing_rule;
  }
  Taking taking = taking_of(state, order);
  const bool is_limit = order.rests_as_limit();
  if (is_passing(code) || is_blocked(state, order) || !is_market_good(state, order) ||
      (is_limit && !can_take(state, taking))) {
    return rest_again(state, index);
  }
  if (code == RejectCode::None && goes_out(state, order))
    return send_triggered(state, index, taking);
  if (code == RejectCode::None) code = execute(state, taking);
  const Warned warned = take_warned(order);
  end_or_rest(state, index, code);
  tell_warned(state, warned);
}

void on_expire_orders(State& state, const ExpireOrders& timer) {
  WorkingOrders& orders = state.orders;
  orders.reached.clear();
  while (const std::uint32_t index =
             orders.expiries.top_within(orders.by_expiry, timer.nominal.ns)) {
    orders.expiries.remove(orders.by_expiry, index);
    orders.reached.push_back(index);
  }
  std::sort(orders.reached.begin(), orders.reached.end(), [&](std::uint32_t a, std::uint32_t b) {
    return orders.pool[a].id < orders.pool[b].id;
  });
  for (const std::uint32_t index : orders.reached) {
    end_order(state, index, OrderEvent::Expire, RejectCode::None);
  }
}

bool Engine::take_triggered(Command& command) {
  WorkingOrders& orders = state_->orders;
  if (orders.next_to_send == 0) return false;
  const WorkingOrder& order = orders.pool[orders.next_to_send];
  orders.next_to_send = order.next_triggered;
  ExecuteOrder execute;
  execute.order = order.id;
  execute.place = order.place;
  execute.cause = order.cause;
  execute.volume = order.left();
  execute.limit = order.limit;
  execute.trigger = order.trigger;
  execute.symbol = order.symbol;
  execute.side = order.side;
  execute.type = order.type;
  command = Command::make(execute);
  command.header.account = order.account;
  return true;
}

void Engine::give_triggered_again() {
  state_->orders.next_to_send = state_->orders.first_triggered;
}

bool Engine::has_outstanding(Sequence root) const {
  return state_->orders.outstanding.find(root.value) != 0;
}

std::span<const Sequence> Engine::settled_roots() const { return state_->orders.settled; }

std::optional<TimeNs> Engine::next_expiry() const {
  const WorkingOrders& orders = state_->orders;
  const std::uint32_t first =
      orders.expiries.top_within(orders.by_expiry, std::numeric_limits<std::int64_t>::max());
  if (first == 0) return std::nullopt;
  return TimeNs{orders.expiries.key(first)};
}

}  // namespace tribook::engine
