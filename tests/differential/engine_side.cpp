#include "differential/engine_side.h"

#include <algorithm>

#include "differential/to_engine.h"
#include "reference/calendar.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::differential {
namespace {

constexpr std::uint32_t kNobody = 999'999'999;

engine::EngineLimits limits() {
  engine::EngineLimits limits;
  limits.accounts = 64;
  limits.positions = 4'096;
  limits.symbols = 64;
  limits.client_ids = 64;
  limits.orders = 1'024;
  return limits;
}

}  // namespace

EngineSide::EngineSide()
    : slab_(8),
      engine_(limits(), slab_),
      outbox_(limits().events_of_one_record()),
      now_(TimeNs::from_ms(kStart)) {}

Told EngineSide::apply(const Operation& operation) {
  events_.clear();
  number_ = operation.number;
  std::visit([this](const auto& action) { run(action); }, operation.action);
  execute_triggered();
  return tell(operation);
}

// ---- Commands ----

void EngineSide::send(Command command, std::span<const std::byte> text) {
  if (!text.empty()) command.header.text = slab_.put(text);
  engine_.apply(Record{Sequence{++sequence_}, now_, command}, outbox_);
  events_.insert(events_.end(), outbox_.begin(), outbox_.end());
  for (const Event& event : outbox_) {
    if (event.header.kind == EventKind::VenueRequested)
      requests_.push_back(event.get<VenueRequested>());
  }
  outbox_.clear();
  slab_.release(command.header.text);
}

void EngineSide::run(const SetSession& session) {
  SessionChange change;
  change.nominal = now_;
  change.symbol = symbol(session.symbol);
  change.is_open = session.is_open ? 1 : 0;
  send(AccountId{}, change);
}

// A new symbol's market is opened with it.
void EngineSide::run(const reference::PutSymbol& put) {
  const Instrument instrument = instrument_of(put.symbol);
  if (symbols_.contains(put.symbol.name)) {
    UpdateSymbol update;
    update.symbol = symbol(put.symbol.name);
    return send_spec(update, instrument);
  }
  const SymbolId next = engine_.next_symbol();
  send_spec(CreateSymbol{}, instrument);
  if (engine_.next_symbol() == next) return;
  symbols_[put.symbol.name] = next;
  run(SetSession{put.symbol.name, true});
}

void EngineSide::run(const reference::Quote& quote) {
  QuoteCommand command;
  command.symbol = symbol(quote.symbol);
  command.bid = Price{word_of(quote.bid)};
  command.ask = Price{word_of(quote.ask)};
  command.venue_time = now_;
  send(AccountId{}, command);
}

void EngineSide::run(const reference::PlaceOrder& order) {
  const SymbolId traded = symbol(order.symbol);
  NewOrder body = order_of(order, traded, now_);
  const Instrument* instrument = engine_.instrument(traded);
  if (instrument != nullptr && order.type == reference::OrderType::Market) {
    const AccountId owner = account(order.account);
    const Quote quote =
        engine_.has_account(owner) ? engine_.quote_for(owner, traded) : engine_.quote(traded);
    body.worst_price = worst_price(order, *instrument, quote);
  }
  if (order.book == reference::Book::C) set_hedge(traded, order.hedge_ratio);
  const std::size_t before = events_.size();
  send(account(order.account), body);
  note_route(before, order, 1);
}

// The first orders that are told of are the new ones.
void EngineSide::note_route(std::size_t first_event, const reference::PlaceOrder& order,
                            std::size_t orders) {
  if (order.book == reference::Book::B) return;
  for (std::size_t i = first_event; i < events_.size() && orders > 0; ++i) {
    if (events_[i].header.kind != EventKind::OrderUpdated) continue;
    routes_[events_[i].get<OrderUpdated>().order.value] = {book_of(order.book), order.hedge_ratio};
    --orders;
  }
}

// The reference has it by order, the engine by symbol.
void EngineSide::set_hedge(SymbolId symbol, const Rational& ratio) {
  const Instrument* now = engine_.instrument(symbol);
  if (now == nullptr) return;
  Instrument instrument = *now;
  const Ratio wanted{word_of(Rational(ratio * 100))};
  if (instrument.venue.hedge_percent == wanted) return;
  instrument.venue.hedge_percent = wanted;
  UpdateSymbol update;
  update.symbol = symbol;
  send_spec(update, instrument);
}

void EngineSide::run(const reference::VenueReport& report) {
  VenueReport body;
  if (report.request > 0 && static_cast<std::size_t>(report.request) <= requests_.size()) {
    const VenueRequested request = requests_[static_cast<std::size_t>(report.request) - 1];
    const auto routed = routes_.find(request.order.value);
    // Only where it matters: it is a record of its own, with which margin calls are armed again.
    if (routed != routes_.end() && routed->second.book == Book::C) {
      set_hedge(request.symbol, routed->second.hedge_ratio);
    }
    body.request = request.request;
    body.symbol = request.symbol;
    body.side = request.side;
  }
  body.volume = Volume{word_of(report.volume)};
  body.price = Price{word_of(report.price)};
  body.kind = static_cast<VenueReportKind>(static_cast<int>(report.kind) + 1);
  send(AccountId{}, body);
}

// What sequencer, risk and router do: every order that was reached comes back, and is taken.
void EngineSide::execute_triggered() {
  Command command;
  while (engine_.take_triggered(command)) {
    auto body = command.get<ExecuteOrder>();
    const auto routed = routes_.find(body.order.value);
    body.book = routed == routes_.end() ? Book::B : routed->second.book;
    if (body.book == Book::C) set_hedge(body.symbol, routed->second.hedge_ratio);
    command.set(body);
    send(command, {});
  }
}

void EngineSide::expire_orders(TimeNs until) {
  for (auto due = engine_.next_expiry(); due && *due <= until; due = engine_.next_expiry()) {
    now_ = std::max(now_, *due);
    ExpireOrders expire;
    expire.nominal = *due;
    send(AccountId{}, expire);
  }
}

void EngineSide::run(const reference::PlaceOco& pair) {
  const SymbolId traded = symbol(pair.first.symbol);
  const auto leg = [](const NewOrder& order) {
    return OrderLeg{order.volume, order.limit, order.trigger, order.stop_loss, order.take_profit};
  };
  const NewOrder first = order_of(pair.first, traded, now_);
  const NewOrder second = order_of(pair.second, traded, now_);
  NewOrderPair body;
  body.first = leg(first);
  body.second = leg(second);
  body.expires = first.expires;
  body.symbol = traded;
  body.first_side = first.side;
  body.second_side = second.side;
  body.first_type = first.type;
  body.second_type = second.type;
  body.time_in_force = first.time_in_force;
  body.book = book_of(pair.first.book);
  if (body.book == Book::C) set_hedge(traded, pair.first.hedge_ratio);
  const std::size_t before = events_.size();
  send(account(pair.first.account), body);
  note_route(before, pair.first, 2);
}

void EngineSide::run(const reference::ModifyOrder& change) {
  ModifyOrder body;
  body.order = order(change.order);
  const auto set = [](std::uint8_t& flag, auto& field, const std::optional<Rational>& value) {
    if (!value) return;
    flag = 1;
    field.raw = word_of(*value);
  };
  set(body.set_volume, body.volume, change.volume);
  set(body.set_limit, body.limit, change.price);
  set(body.set_trigger, body.trigger, change.trigger);
  set(body.set_stop_loss, body.stop_loss, change.sl);
  set(body.set_take_profit, body.take_profit, change.tp);
  if (change.expires_at) {
    body.set_time_in_force = 1;
    body.time_in_force = TimeInForce::Gtd;
    body.expires = TimeNs::from_ms(*change.expires_at);
  }
  send(owner_of_order(change.order), body);
}

void EngineSide::run(const reference::CancelOrder& cancel) {
  CancelOrder body;
  body.order = order(cancel.order);
  send(owner_of_order(cancel.order), body);
}

void EngineSide::run(const reference::ClosePosition& close) {
  ClosePosition body;
  body.position = position(close.position);
  body.reason = close.by_admin ? CloseReason::Admin : CloseReason::Manual;
  body.origin = close.by_admin ? Origin::Admin : Origin::Internal;
  if (close.volume) {
    body.volume = Volume{word_of(*close.volume)};
    body.partial = 1;
  }
  send(close.by_admin ? AccountId{} : owner(close.position), body);
}

void EngineSide::run(const reference::CloseBy& pair) {
  CloseBy body;
  body.position = position(pair.position);
  body.other = position(pair.other);
  send(owner(pair.position), body);
}

void EngineSide::run(const reference::CloseAll& close) {
  CloseAll body;
  const bool is_unknown = !close.symbol.empty() && !symbols_.contains(close.symbol);
  body.symbol = is_unknown ? engine_.next_symbol() : symbol(close.symbol);
  send(account(close.account), body);
}

void EngineSide::run(const reference::ModifyPosition& change) {
  ModifyPosition body;
  if (change.trailing) {
    body.set_trailing = 1;
    body.trailing_distance = pips_of(change.trailing->distance_pips);
    body.trailing_step = pips_of(change.trailing->step_pips);
  }
  if (change.break_even_pips) {
    body.set_break_even = 1;
    body.break_even_offset = pips_of(*change.break_even_pips);
  }
  body.position = position(change.position);
  body.stop_loss = Price{word_of(change.sl.value_or(0))};
  body.take_profit = Price{word_of(change.tp.value_or(0))};
  body.keep_stop_loss = change.sl ? 0 : 1;
  body.keep_take_profit = change.tp ? 0 : 1;
  send(owner(change.position), body);
}

// A slice in each record, until nothing is left.
template <typename Timer>
void EngineSide::send_timer(const Timer& timer) {
  do {
    send(AccountId{}, timer);
  } while (engine_.timer_run().kind != CommandKind::None);
}

// What the calendar does: every timer at its moment.
void EngineSide::run_timers(TimeNs until) {
  for (;;) {
    const reference::Rollover next = reference::next_rollover(now_.ms());
    const TimeNs rollover_at = TimeNs::from_ms(next.time);
    const TimeNs funding_at = engine_.next_funding().value_or(TimeNs::from_ms(next.time + 1));
    const TimeNs due = std::min(rollover_at, funding_at);
    expire_orders(std::min(due, until));
    if (due > until) return;
    now_ = due;
    if (due == rollover_at) {
      Rollover rollover;
      rollover.nominal = due;
      rollover.day = static_cast<std::int32_t>(next.local_day);
      send_timer(rollover);
    }
    if (due == funding_at) {
      Funding funding;
      funding.nominal = due;
      send_timer(funding);
    }
  }
}

void EngineSide::run(const reference::AdvanceTime& advance) {
  run_timers(TimeNs::from_ms(advance.now));
  now_ = TimeNs::from_ms(advance.now);
  SetClock clock;
  clock.now = now_;
  send(AccountId{}, clock);
}

// ---- Labels ----

AccountId EngineSide::account(Label label) const {
  const auto found = accounts_.find(label);
  return found == accounts_.end() ? AccountId{kNobody} : found->second;
}

OrderId EngineSide::order(Label label) const {
  const auto found = orders_.find(label);
  return found == orders_.end() ? OrderId{kNobody} : found->second.id;
}

AccountId EngineSide::owner_of_order(Label label) const {
  const auto found = orders_.find(label);
  return found == orders_.end() ? AccountId{kNobody} : found->second.account;
}

AccountId EngineSide::owner(Label label) const {
  const auto found = positions_.find(label);
  return found == positions_.end() ? AccountId{kNobody} : found->second.account;
}

PositionId EngineSide::position(Label label) const {
  const auto found = positions_.find(label);
  return found == positions_.end() ? PositionId{kNobody} : found->second.id;
}

SymbolId EngineSide::symbol(const std::string& name) const {
  const auto found = symbols_.find(name);
  return found == symbols_.end() ? SymbolId{} : found->second;
}

Label EngineSide::label_of(PositionId id) const {
  const auto found = position_labels_.find(id.value);
  return found == position_labels_.end() ? 0 : found->second;
}

Label EngineSide::label_of(OrderId id) const {
  const auto found = order_labels_.find(id.value);
  return found == order_labels_.end() ? 0 : found->second;
}

Label EngineSide::label_of(AccountId id) const {
  const auto found = account_labels_.find(id.value);
  return found == account_labels_.end() ? 0 : found->second;
}

}  // namespace tribook::differential
