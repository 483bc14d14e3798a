#include <algorithm>
#include <utility>

#include "time_machine/book.h"

// What orders were charged so far, which the minimum of their commission depends on: as DOMAIN has
// it, once for an order. Fills at one price that follow each other in a record count as one; what
// goes to a venue and what a maker fills counts fill by fill.

namespace tribook::time_machine {

const BookOrder* Book::order(OrderId id) const {
  const auto found = orders_.find(id);
  return found == orders_.end() ? nullptr : &found->second;
}

void Book::begin(const Record& record) {
  const CommandKind kind = record.command.header.kind;
  is_of_venue_ = kind == CommandKind::VenueReport || kind == CommandKind::ExpireVenueRequests;
  for (const OrderId id : std::exchange(touched_, {})) {
    const auto found = orders_.find(id);
    if (found == orders_.end()) continue;
    BookOrder& order = found->second;
    settle_charge(order);
    order.is_maker = order.goes_out = false;
    const bool is_full = order.dealt >= order.volume;
    if (is_final(order.status) && (is_full || !order.was_out)) orders_.erase(found);
  }
}

FilledBefore Book::filled_before(OrderId id, Price price) const {
  const BookOrder* found = order(id);
  if (found == nullptr) return {};
  BookOrder order = *found;
  if (order.price != price || is_of_venue_ || order.goes_out) settle_charge(order);
  return {order.at_price, order.charge, order.dealt > order.at_price};
}

void Book::settle_charge(BookOrder& order) const {
  if (order.at_price.is_zero()) return;
  const Instrument& instrument = symbol(order.symbol)->instrument;
  const CommissionSpec& spec = groups_.commission(account(order.account)->group, instrument);
  const auto charge = charge_before_minimum(instrument, spec, order.at_price, order.price, rates_);
  order.charge = std::min(order.charge + charge.value_or(Money{}), kMaxMoney);
  order.at_price = {};
}

void Book::apply_order(const Event& event) {
  const auto updated = event.get<OrderUpdated>();
  if (updated.is_duplicate != 0) return;
  last_order_ = std::max(last_order_, updated.order);
  const auto [found, is_new] = orders_.try_emplace(updated.order);
  BookOrder& order = found->second;
  touched_.push_back(updated.order);
  if (is_new) {
    order.account = event.header.account;
    order.symbol = updated.symbol;
  }
  if (is_new && is_retelling_) {
    order.dealt = updated.filled_volume;
    order.is_charge_known = updated.filled_volume.is_zero();
  }
  const bool is_same_part =
      updated.status == OrderStatus::PartiallyFilled && updated.filled_volume == order.filled;
  if (updated.status == OrderStatus::Filling || is_same_part) order.goes_out = true;
  if (updated.status == OrderStatus::Triggered) {
    settle_charge(order);
    order.is_maker = true;
  }
  order.volume = updated.volume;
  order.filled = updated.filled_volume;
  order.status = updated.status;
}

void Book::apply_trade(const TradeExecuted& trade) {
  const auto found = orders_.find(trade.order);
  if (found == orders_.end()) return;
  BookOrder& order = found->second;
  if (order.price != trade.price || is_of_venue_ || order.goes_out) settle_charge(order);
  order.price = trade.price;
  order.at_price += trade.volume;
  order.dealt += trade.volume;
}

}  // namespace tribook::time_machine
