#include <algorithm>
#include <limits>

#include "engine/commands.h"
#include "engine/flights.h"
#include "engine/opening_order.h"

// What becomes of an order that a quote reached. It was TRIGGERED in the quote's record; risk and
// router decided it again meanwhile, and the price may have moved on.

namespace tribook::engine {
namespace {

// It was not its own fault, and may be better at the next quote.
bool is_passing(RejectCode code) {
  return code == RejectCode::MarketClosed || code == RejectCode::StaleQuote ||
         code == RejectCode::SymbolDisabled;
}

bool can_be_executed_now(const State& state, const WorkingOrder& order) {
  const Symbol& symbol = state.symbol(order.symbol);
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  if (!is_tradable(symbol) || !is_fresh(symbol, quote, state.now)) return false;
  return !order.rests_as_limit() || is_limit_met(order.side, order.limit, quote);
}

bool is_beyond(Side side, Price price, Price worst) {
  return !worst.is_zero() && (side == Side::Buy ? price > worst : price < worst);
}

NewOrder opening_of(const WorkingOrder& order) {
  NewOrder opening;
  opening.symbol = order.symbol;
  opening.side = order.side;
  opening.volume = order.left();
  opening.trailing_distance = order.trailing_distance;
  return opening;
}

// The engine's last word. Slippage counts from the trigger; a limit has none.
RejectCode decide(const State& state, const WorkingOrder& order, RejectCode decision, Plan& plan) {
  if (decision != RejectCode::None) return decision;
  const Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  const NewOrder opening = opening_of(order);
  plan = split(state, account, opening);
  if (const auto code = check_states(account, symbol, plan.only_closes()); code != RejectCode::None)
    return code;
  const Price worst =
      worst_price_from(order.side, order.trigger, order.max_slippage_pips, symbol.instrument);
  if (order.type == OrderType::Stop && is_beyond(order.side, plan.price, worst))
    return RejectCode::Slippage;
  return check_filling(state, account, opening, plan);
}

void fill_working(State& state, std::uint32_t index, const Plan& plan) {
  const WorkingOrder order = state.orders.pool[index];
  const Account& account = state.account(order.account);
  const bool is_resumed = order.flight != 0 || !order.filled.is_zero();
  if (is_resumed || goes_out(state, account, opening_of(order), plan, order.book)) {
    if (!has_room_to_go_out(state))
      return end_order(state, index, OrderEvent::Cancel, RejectCode::LimitReached);
    unlink_triggered(state, index);
    return execute_out(state, index, {});
  }
  drop_order(state, index);
  fill_order(state, order.account, describe(order), {}, plan, order.trailing_distance,
             order.trailing_step);
  if (order.partner != 0) {
    end_order(state, order.partner, OrderEvent::Cancel, RejectCode::OneCancelsOther);
  }
}

}  // namespace

void on_execute_order(State& state, const ExecuteOrder& execute) {
  const std::uint32_t index = find_order(state, {}, execute.order);
  if (index == 0) return;  // it ended on its way
  WorkingOrder& order = state.orders.pool[index];
  if (order.place == 0 || order.place != execute.place) return;
  state.cause = order.cause;
  if (order.type == OrderType::StopLimit && !order.is_limit_now) {
    order.is_limit_now = true;
    order.priority = ++state.orders.last_priority;
  }
  order.required_margin_raw = execute.required_margin_raw;
  order.free_margin_raw = execute.free_margin_raw;
  if (execute.decision == RejectCode::None) {
    order.book = execute.book;
    order.routing_rule = execute.routing_rule;
  }
  if (is_passing(execute.decision) || !can_be_executed_now(state, order)) {
    arm_order(state, index);
    const bool is_untouched = order.filled.is_zero();
    return advance_order(state, index, is_untouched ? OrderEvent::Rest : OrderEvent::FillPart);
  }
  Plan plan;
  const RejectCode code = decide(state, order, execute.decision, plan);
  if (code != RejectCode::None) return end_order(state, index, OrderEvent::Cancel, code);
  fill_working(state, index, plan);
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
  execute.volume = order.volume;
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
