#include <algorithm>
#include <utility>

#include "reference/engine.h"

namespace tribook::reference {

// Out of session, or disabled, a quote is only a rate: it values and converts, but sets nothing
// off.
std::string Engine::quote(const Quote& given) {
  const auto found = symbols_.find(given.symbol);
  if (found == symbols_.end()) return "SYMBOL_UNKNOWN";
  if (given.bid <= 0 || given.ask < given.bid) return "PRICE_INVALID";
  const Rate rate{given.bid, given.ask, now_};
  if (marked_up(found->second, rate, found->second.markup_pips).bid <= 0) return "PRICE_INVALID";
  rates_[given.symbol] = rate;
  if (is_open(found->second.schedule, now_)) update_marks(given.symbol);
  if (can_deal(found->second)) {
    fire_brackets(given.symbol);
    fire_limits(given.symbol);
    fire_stops(given.symbol);
    follow(given.symbol);
  }
  margin_calls();
  std::vector<Id> ids;
  for (const auto& [id, owner] : accounts_) ids.push_back(id);
  for (const Id id : ids) {
    const bool may = settings_.any_quote_stops_out || depends_on(account(id), given.symbol);
    if (may) stop_out(account(id));
  }
  return "";
}

void Engine::emit_trigger(Id owner, Id order, Id position, const std::string& code,
                          const Rational& price) {
  Event event;
  event.kind = Event::Kind::Triggered;
  event.account = owner;
  event.order = order;
  event.position = position;
  event.code = code;
  event.price = price;
  emit(event);
}

// Stop-losses and take-profits, by position.
void Engine::fire_brackets(const std::string& name) {
  std::vector<Id> ids;
  for (const auto& [id, position] : positions_) {
    if (position.open && position.symbol == name) ids.push_back(id);
  }
  for (const Id id : ids) {
    Position& position = positions_.at(id);
    const Rational volume = position.volume - position.closing;
    if (!position.open || volume == 0) continue;
    const Rational price = mark(position);
    const Rational sign = sign_of(position.side);
    const bool stop = position.sl && sign * (price - *position.sl) <= 0;
    const bool profit = position.tp && sign * (price - *position.tp) >= 0;
    if (!stop && !profit) continue;
    const CloseReason reason = stop ? CloseReason::StopLoss : CloseReason::TakeProfit;
    emit_trigger(position.account, 0, id, name_of(reason), price);
    close_now(position, volume, reason);
  }
}

// Resting limits that the house now meets: buys from the highest price, then sells from the
// lowest, at one price the oldest first.
void Engine::fire_limits(const std::string& name) {
  std::vector<const Order*> ready;
  for (const auto& [id, order] : orders_) {
    if (order.request.symbol != name || !is_resting(order) || !acts_as_limit(order)) continue;
    if (is_marketable(order)) ready.push_back(&order);
  }
  std::sort(ready.begin(), ready.end(), [](const Order* a, const Order* b) {
    if (a->request.side != b->request.side) return a->request.side == Side::Buy;
    if (a->request.price != b->request.price) {
      return a->request.side == Side::Buy ? a->request.price > b->request.price
                                          : a->request.price < b->request.price;
    }
    return a->sequence < b->sequence;
  });
  for (const Order* entry : ready) {
    Order& order = orders_.at(entry->id);
    if (is_resting(order)) fire_limit(order);  // else it met another one meanwhile
  }
}

void Engine::fire_limit(Order& order) {
  if (is_held_back(order)) return;
  set_status(order, OrderStatus::Triggered);
  emit_trigger(order.request.account, order.id, 0, "LIMIT", house_price(order));
  execute_reached(order);
}

void Engine::fire_stops(const std::string& name) {
  for (auto& [id, order] : orders_) {
    if (order.request.symbol == name && is_resting(order) && !acts_as_limit(order)) {
      fire_stop(order);
    }
  }
}

// A stop becomes a market order, a stop-limit a new limit, at the first price past the trigger.
void Engine::fire_stop(Order& order) {
  const Rational price = house_price(order);
  if (sign_of(order.request.side) * (price - order.trigger) < 0 || is_held_back(order)) return;
  set_status(order, OrderStatus::Triggered);
  emit_trigger(order.request.account, order.id, 0, "STOP", price);
  order.is_limit_now = order.request.type == OrderType::StopLimit;
  if (order.is_limit_now) order.sequence = next_sequence_++;
  execute_reached(order);
}

void Engine::execute_reached(Order& order) {
  if (settings_.orders_go_round) {
    reached_.push_back(order.id);
  } else {
    execute_order(order);
  }
}

// Those that went round, unless something ended them meanwhile; each is a command of its own.
void Engine::execute_round() {
  const std::vector<Id> ids = std::exchange(reached_, {});
  for (const Id id : ids) {
    Order& order = orders_.at(id);
    if (order.status != OrderStatus::Triggered) continue;
    execute_order(order);
    margin_calls();
  }
}

void Engine::follow(const std::string& name) {
  for (auto& [id, position] : positions_) {
    if (!position.open || position.symbol != name) continue;
    advance_trailing(position);
    advance_break_even(position);
  }
  for (auto& [id, order] : orders_) {
    const bool trailing = order.request.type == OrderType::TrailingStop;
    if (trailing && order.request.symbol == name && is_resting(order)) advance_trailing(order);
  }
}

}  // namespace tribook::reference
