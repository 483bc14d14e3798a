#include "engine/asked_limits.h"
#include "engine/commands.h"
#include "engine/flights.h"
#include "engine/opening_order.h"
#include "engine/positions.h"
#include "engine/taking.h"
#include "engine/watching.h"
#include "tribook/base/assert.h"
#include "tribook/base/canary.h"

// How orders come, rest, change and end. What a quote makes of those at rest is in executing.cpp.

namespace tribook::engine {
namespace {

OrderPrices prices_of(const NewOrder& order) {
  return {order.type,        order.time_in_force,     order.side,
          order.limit,       order.trigger,           order.stop_loss,
          order.take_profit, order.trailing_distance, order.trailing_step};
}

bool is_expiry_good(const NewOrder& order, TimeNs now) {
  switch (order.time_in_force) {
    case TimeInForce::Day:
    case TimeInForce::Gtd:
      return order.expires > now;
    default:
      return order.expires.ns == 0;
  }
}

bool is_dealt_at_once(const State& state, AccountId account, const NewOrder& order) {
  const Quote quote = state.quote_for(state.account(account), order.symbol);
  const Symbol& symbol = state.symbol(order.symbol);
  return order.type == OrderType::Limit && is_tradable(symbol) &&
         is_fresh(symbol, quote, state.now);
}

// REQUIRES: room for it.
std::uint32_t rest_order(State& state, const CommandHeader& header, WorkingOrder& order) {
  order.priority = ++state.orders.last_priority;
  order.status = next_status(order.status, OrderEvent::Rest);
  TB_ASSERT(order.status != kIllegal);
  const std::uint32_t index = add_order(state, order, state.slab.get(header.text));
  state.orders.pool[index].warned = 0;  // that is told of the new one
  arm_order(state, index);
  return index;
}

void tell_placed(State& state, std::uint32_t index, TextRef text) {
  const WorkingOrder& order = state.orders.pool[index];
  state.emit(order.account, describe(order), text);
  emit_terms(state, index);
}

}  // namespace

RejectCode check_market(const State& state, AccountId id, const NewOrder& order) {
  const bool is_known = id && id.value < state.accounts.size();
  const bool is_listed = order.symbol && order.symbol.value < state.symbols.size();
  if (!is_known) return RejectCode::AccountDisabled;
  if (!is_listed) return RejectCode::SymbolUnknown;
  const bool is_trailing_whole =
      !order.trailing_distance.is_zero() || order.trailing_step.is_zero();
  if (!order.limit.is_zero() || !order.trigger.is_zero() || !is_trailing_whole)
    return RejectCode::Validation;
  const Account& account = state.account(id);
  const Symbol& symbol = state.symbol(order.symbol);
  const Quote quote = state.quote_for(account, order.symbol);
  const Plan plan = split(state, account, order);
  if (const auto code = check_states(state, account, symbol, plan.only_closes());
      code != RejectCode::None)
    return code;
  if (!symbol.is_session_open) return RejectCode::MarketClosed;
  if (const auto code = check_volume(symbol.instrument, order.volume); code != RejectCode::None)
    return code;
  const bool is_good = is_fresh(symbol, quote, state.now) ||
                       (base::is_broken(base::Broken::AgeIgnored) && quote.is_known());
  if (!is_good) return RejectCode::StaleQuote;
  return are_stops_valid(symbol.instrument, order.side, quote, order.stop_loss,
                         order.take_profit) &&
                 is_trailing_valid(symbol.instrument, order.trailing_distance, order.trailing_step)
             ? RejectCode::None
             : RejectCode::PriceInvalid;
}

namespace {

// `before`: of an order that is changed. One that gets no larger opens nothing more.
RejectCode check_placing(const State& state, AccountId id, const NewOrder& order, Volume before) {
  if (!id || id.value >= state.accounts.size()) return RejectCode::AccountDisabled;
  if (!order.symbol || order.symbol.value >= state.symbols.size()) return RejectCode::SymbolUnknown;
  const Symbol& symbol = state.symbol(order.symbol);
  const Quote quote = state.quote_for(state.account(id), order.symbol);
  const OrderPrices prices = prices_of(order);
  if (!is_well_formed(prices) || !is_expiry_good(order, state.now)) return RejectCode::Validation;
  const bool only_closes = split(state, state.account(id), order).only_closes();
  const RejectCode of_states = order.volume > before
                                   ? check_states(state, state.account(id), symbol, only_closes)
                                   : check_states_alone(state.account(id), symbol, only_closes);
  if (of_states != RejectCode::None) return of_states;
  const bool needs_market = is_at_once(order.type, order.time_in_force);
  if (needs_market && !symbol.is_session_open) return RejectCode::MarketClosed;
  if (const auto code = check_volume(symbol.instrument, order.volume); code != RejectCode::None)
    return code;
  if (needs_market && !is_fresh(symbol, quote, state.now)) return RejectCode::StaleQuote;
  return are_order_prices_valid(symbol.instrument, prices, quote) ? RejectCode::None
                                                                  : RejectCode::PriceInvalid;
}

}  // namespace

RejectCode check_placing(const State& state, AccountId id, const NewOrder& order) {
  return check_placing(state, id, order, Volume{});
}

WorkingOrder working_of(const State& state, AccountId account, const NewOrder& order, OrderId id) {
  WorkingOrder working;
  working.id = id;
  working.volume = order.volume;
  working.limit = order.limit;
  working.trigger = order.trigger;
  working.stop_loss = order.stop_loss;
  working.take_profit = order.take_profit;
  working.required_margin_raw = order.required_margin_raw;
  working.free_margin_raw = order.free_margin_raw;
  working.max_slippage_pips = order.max_slippage_pips;
  working.expires = order.expires;
  working.created = working.updated = state.now;
  working.trailing_distance = order.trailing_distance;
  working.trailing_step = order.trailing_step;
  working.account = account;
  working.symbol = order.symbol;
  working.routing_rule = order.routing_rule;
  working.side = order.side;
  working.type = order.type;
  working.time_in_force = order.time_in_force;
  working.book = order.book;
  working.origin = order.origin;
  working.status = next_status(OrderStatus::Pending, OrderEvent::Accept);
  return working;
}

namespace {

RejectCode check_new(const State& state, AccountId account, const NewOrder& order,
                     std::uint32_t& warned) {
  if (order.decision != RejectCode::None) return order.decision;
  const RejectCode code = order.type == OrderType::Market ? check_market(state, account, order)
                                                          : check_placing(state, account, order);
  if (code != RejectCode::None) return code;
  warned |= paced_limits(order.pace_warnings);
  return check_asked_limits(state, account, order, Asking::New, warned);
}

// Of an order that never comes to rest; of a stranger's nothing is kept.
void tell_terms_at_once(State& state, const WorkingOrder& order) {
  const bool has_terms =
      order.expires.ns != 0 || !order.trigger.is_zero() || !order.trailing_distance.is_zero();
  const bool is_known = order.account && order.account.value < state.accounts.size();
  if (order.type == OrderType::Market || !has_terms || !is_known) return;
  state.emit(order.account, describe_terms(state, order));
}

void end_new(State& state, const Taking& taking, RejectCode code) {
  WorkingOrder& order = taking.filling.order;
  const bool is_refused = order.filled.is_zero() && code != RejectCode::None &&
                          code != RejectCode::SelfTrade && code != RejectCode::FillOrKill;
  order.status = next_status(order.status, is_refused ? OrderEvent::Reject : OrderEvent::Cancel);
  TB_ASSERT(order.status != kIllegal);
  OrderUpdated updated = describe(order);
  updated.code = code;
  state.emit(order.account, updated, taking.filling.text);
  tell_terms_at_once(state, order);
  Account* account = is_refused ? state.find_account(order.account) : nullptr;
  if (account != nullptr) note_refused(state, *account);
}

// What is left of a new order, once it took what there was.
void end_or_rest(State& state, const CommandHeader& header, const Taking& taking, RejectCode code) {
  WorkingOrder& order = taking.filling.order;
  if (order.left().is_zero()) return tell_terms_at_once(state, order);
  const bool may_rest = !is_at_once(order.type, order.time_in_force);
  if (code == RejectCode::None && order.type == OrderType::Market) code = RejectCode::Slippage;
  if (code == RejectCode::None && may_rest &&
      !has_room_for_orders(state, 1, state.slab.get(header.text).size()))
    code = RejectCode::LimitReached;
  if (code != RejectCode::None || !may_rest) return end_new(state, taking, code);
  const std::uint32_t index = rest_order(state, header, order);
  const bool is_told = order.status == OrderStatus::PartiallyFilled && !taking.filling.is_new;
  if (is_told) {
    emit_terms(state, index);
  } else {
    tell_placed(state, index, taking.filling.text);
  }
  trigger_if_reached(state, index);
}

}  // namespace

namespace {

RejectCode foresee_new(const State& state, WorkingOrder& working, const NewOrder& order) {
  const RejectCode code = check_new(state, working.account, order, working.warned);
  if (code != RejectCode::None) return code;
  const Quote quote = state.quote_for(state.account(working.account), order.symbol);
  const bool is_met = is_dealt_at_once(state, working.account, order) &&
                      is_limit_met(order.side, order.limit, quote);
  if (order.type == OrderType::Market || is_met) {
    return reaches_house(state, {Filling(working), order.worst_price})
               ? check_house_fill(state, working)
               : RejectCode::Slippage;
  }
  const bool rests = !is_at_once(order.type, order.time_in_force);
  return !rests || has_room_for_orders(state, 1, 0) ? RejectCode::None : RejectCode::LimitReached;
}

}  // namespace

OrderCheck foresee(const State& state, AccountId account, const NewOrder& order) {
  WorkingOrder working = working_of(state, account, order, {});
  const RejectCode code = foresee_new(state, working, order);
  return {code, code == RejectCode::None ? working.warned : 0};
}

OrderCheck Engine::check_order(AccountId account, const NewOrder& order) const {
  return foresee(*state_, account, order);
}

namespace {

// It keeps a place among the working orders while something of it is at a venue.
RejectCode send_new(State& state, const CommandHeader& header, WorkingOrder& order,
                    Price worst_price) {
  if (const auto code = check_fill_or_kill(state, order); code != RejectCode::None) return code;
  if (const auto code = check_house_fill(state, order); code != RejectCode::None) return code;
  const auto texts = state.slab.get(header.text);
  if (!has_room_for_orders(state, 1, texts.size()) || !has_room_to_go_out(state))
    return RejectCode::LimitReached;
  order.is_awaited = true;
  const std::uint32_t index = place_out(state, order, texts, worst_price);
  order.warned = 0;  // is told with what comes of it there
  execute_out(state, index, header.text);
  return RejectCode::None;
}

void place(State& state, const CommandHeader& header, const NewOrder& order, Taking& taking) {
  WorkingOrder& working = taking.filling.order;
  RejectCode code = check_new(state, header.account, order, working.warned);
  if (code != RejectCode::None) return end_new(state, taking, code);
  const bool is_market = order.type == OrderType::Market;
  const bool is_dealt = is_market || is_dealt_at_once(state, header.account, order);
  if (is_dealt && goes_out(state, working) && reaches_house(state, taking)) {
    code = send_new(state, header, working, order.worst_price);
    if (code != RejectCode::None) end_new(state, taking, code);
    return;
  }
  if (is_dealt) code = take(state, taking);
  end_or_rest(state, header, taking, code);
}

}  // namespace

void place_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id) {
  WorkingOrder working = working_of(state, header.account, order, id);
  const bool is_market = order.type == OrderType::Market;
  Taking taking{Filling(working, header.text), is_market ? order.worst_price : order.limit};
  place(state, header, order, taking);
  if (working.status == OrderStatus::Rejected) return;
  note_accepted(state, header.account, order);
  tell_warned(state, take_warned(working));
}

namespace {

RejectCode check_pair(const State& state, const CommandHeader& header, const NewOrderPair& pair,
                      std::uint32_t& warned) {
  if (pair.decision != RejectCode::None) return pair.decision;
  for (const bool is_second : {false, true}) {
    const NewOrder leg = leg_of(pair, is_second);
    if (is_at_once(leg.type, leg.time_in_force)) return RejectCode::Validation;
    RejectCode code = check_placing(state, header.account, leg);
    if (code == RejectCode::None)
      code = check_asked_limits(state, header.account, leg, Asking::OneOfPair, warned);
    if (code != RejectCode::None) return code;
  }
  return has_room_for_orders(state, 2, state.slab.get(header.text).size())
             ? RejectCode::None
             : RejectCode::LimitReached;
}

std::uint64_t digest_of(const NewOrderPair& pair, const Texts& texts) {
  NewOrderPair asked = pair;
  asked.decision = RejectCode::None;
  asked.routing_rule = 0;
  asked.book = Book::None;
  asked.origin = Origin::Internal;
  asked.pace_warnings = 0;
  if (asked.time_in_force == TimeInForce::Day) asked.expires = {};
  base::Digest digest;
  digest.mix_value(asked);
  mix_texts(digest, texts);
  return digest.value();
}

}  // namespace

// Placed whole or not at all: a pair that is refused leaves no orders.
void on_new_order_pair(State& state, const CommandHeader& header, const NewOrderPair& pair) {
  const Texts texts = read_texts(state.slab.get(header.text));
  const std::string_view client_id = texts.part[0];
  const bool has_id = !client_id.empty() && client_id.size() <= kClientIdMax;
  const std::uint64_t body = has_id ? digest_of(pair, texts) : 0;
  if (has_id) {
    const auto* known =
        state.client_ids.find(header.account, ClientIdUse::Order, client_id, state.now);
    if (known != nullptr && known->body != body)
      return state.refuse(header.account, RejectCode::Duplicate);
    for (const bool is_second : {false, true}) {
      if (known == nullptr) break;
      OrderUpdated updated =
          describe(leg_of(pair, is_second), OrderId{known->result + (is_second ? 1 : 0)});
      updated.is_duplicate = 1;
      state.emit(header.account, updated);
    }
    if (known != nullptr) return;
  }
  std::uint32_t warned = paced_limits(pair.pace_warnings);
  const RejectCode code = check_pair(state, header, pair, warned);
  if (code != RejectCode::None) {
    state.refuse(header.account, code);
    Account* account = state.find_account(header.account);
    if (account != nullptr) note_refused(state, *account);
    return;
  }
  if (has_id) {
    state.client_ids.remember(header.account, ClientIdUse::Order, client_id, body,
                              state.last_order + 1, state.now);
  }
  const auto rest_leg = [&](bool is_second) {
    WorkingOrder order =
        working_of(state, header.account, leg_of(pair, is_second), OrderId{++state.last_order});
    state.count_order_of_day(order.account);
    return rest_order(state, header, order);
  };
  const std::uint32_t first = rest_leg(false);
  const std::uint32_t second = rest_leg(true);
  state.orders.pool[first].partner = second;
  state.orders.pool[second].partner = first;
  for (const std::uint32_t index : {first, second}) tell_placed(state, index, header.text);
  const OrderId first_id = state.orders.pool[first].id;
  for (const std::uint32_t index : {first, second}) trigger_if_reached(state, index);
  tell_warned(state, {header.account, first_id, warned});
}

void on_cancel_order(State& state, const CommandHeader& header, const CancelOrder& cancel) {
  const std::uint32_t index = find_order(state, header.account, cancel.order);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  if (state.orders.pool[index].is_out)
    return state.refuse(header.account, RejectCode::OrderNotWorking);
  end_order(state, index, OrderEvent::Cancel, RejectCode::None);
}

namespace {

// The order as it would be, to be checked like a new one. A stop-limit that was triggered is a
// limit, whose trigger is of the past.
NewOrder changed_order(const WorkingOrder& order, const ModifyOrder& modify) {
  NewOrder changed;
  changed.symbol = order.symbol;
  changed.side = order.side;
  changed.type = order.is_limit_now ? OrderType::Limit : order.type;
  changed.volume = modify.set_volume != 0 ? modify.volume : order.volume;
  changed.limit = modify.set_limit != 0 ? modify.limit : order.limit;
  if (!order.is_limit_now) changed.trigger = order.trigger;
  if (modify.set_trigger != 0) changed.trigger = modify.trigger;
  changed.stop_loss = modify.set_stop_loss != 0 ? modify.stop_loss : order.stop_loss;
  changed.take_profit = modify.set_take_profit != 0 ? modify.take_profit : order.take_profit;
  const bool is_timed_anew = modify.set_time_in_force != 0;
  changed.time_in_force = is_timed_anew ? modify.time_in_force : order.time_in_force;
  changed.expires = is_timed_anew ? modify.expires : order.expires;
  const bool trails_anew = modify.set_trailing != 0;
  changed.trailing_distance = trails_anew ? modify.trailing_distance : order.trailing_distance;
  changed.trailing_step = trails_anew ? modify.trailing_step : order.trailing_step;
  return changed;
}

void set_expiry(State& state, std::uint32_t index, TimeNs expires) {
  WorkingOrders& orders = state.orders;
  orders.expiries.remove(orders.by_expiry, index);
  orders.pool[index].expires = expires;
  if (expires.ns != 0) orders.expiries.insert(orders.by_expiry, index, expires.ns);
}

}  // namespace

// It keeps its priority only when nothing but the volume changes, and that to less.
void on_modify_order(State& state, const CommandHeader& header, const ModifyOrder& modify) {
  const std::uint32_t index = find_order(state, header.account, modify.order);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  WorkingOrder& order = state.orders.pool[index];
  if (order.place != 0 || order.is_out)
    return state.refuse(header.account, RejectCode::OrderNotWorking);
  const NewOrder changed = changed_order(order, modify);
  RejectCode code = check_placing(state, order.account, changed, order.volume);
  if (code == RejectCode::None && is_at_once(changed.type, changed.time_in_force))
    code = RejectCode::Validation;
  if (code == RejectCode::None && changed.volume <= order.filled) code = RejectCode::Validation;
  std::uint32_t warned = 0;
  if (code == RejectCode::None)
    code = check_asked_limits(state, order.account, changed, Asking::Change, warned);
  if (code != RejectCode::None) return state.refuse(header.account, code);

  const bool is_moved =
      changed.limit != order.limit || (!order.is_limit_now && changed.trigger != order.trigger);
  const bool keeps_priority = !is_moved && changed.volume <= order.volume;
  disarm_order(state, index);
  order.volume = changed.volume;
  order.limit = changed.limit;
  if (!order.is_limit_now) order.trigger = changed.trigger;
  order.stop_loss = changed.stop_loss;
  order.take_profit = changed.take_profit;
  order.time_in_force = changed.time_in_force;
  order.trailing_distance = changed.trailing_distance;
  order.trailing_step = changed.trailing_step;
  order.updated = state.now;
  if (!keeps_priority) order.priority = ++state.orders.last_priority;
  set_expiry(state, index, changed.expires);
  arm_order(state, index);
  tell_placed(state, index, {});
  if (is_moved) trigger_if_reached(state, index);
  tell_warned(state, {order.account, order.id, warned});
}

}  // namespace tribook::engine
