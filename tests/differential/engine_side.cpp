#include "differential/engine_side.h"

#include <algorithm>

#include "differential/to_engine.h"
#include "reference/calendar.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/message/text.h"

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
  for (std::size_t i = before; i < events_.size(); ++i) {
    if (order.book == reference::Book::C && events_[i].header.kind == EventKind::OrderUpdated)
      hedge_ratios_.try_emplace(events_[i].get<OrderUpdated>().order.value, order.hedge_ratio);
  }
}

// The reference has it by order, the engine by symbol.
void EngineSide::set_hedge(SymbolId symbol, const Rational& ratio) {
  const Instrument* now = engine_.instrument(symbol);
  if (now == nullptr) return;
  Instrument instrument = *now;
  instrument.venue.hedge_percent = Ratio{word_of(Rational(ratio * 100))};
  UpdateSymbol update;
  update.symbol = symbol;
  send_spec(update, instrument);
}

void EngineSide::run(const reference::VenueReport& report) {
  VenueReport body;
  if (report.request > 0 && static_cast<std::size_t>(report.request) <= requests_.size()) {
    const VenueRequested request = requests_[static_cast<std::size_t>(report.request) - 1];
    const auto ratio = hedge_ratios_.find(request.order.value);
    if (ratio != hedge_ratios_.end()) set_hedge(request.symbol, ratio->second);
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
    body.book = Book::B;
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
  body.book = Book::B;
  send(account(pair.first.account), body);
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

// ---- Events ----

Told EngineSide::tell(const Operation& operation) {
  Told told;
  told_orders_.clear();
  const bool places = std::holds_alternative<reference::PlaceOrder>(operation.action);
  const bool pairs = std::holds_alternative<reference::PlaceOco>(operation.action);
  Label next = operation.number;
  for (const Event& event : events_) {
    if (event.header.kind == EventKind::OrderUpdated && (places || pairs) && next != 0) {
      const OrderId id = event.get<OrderUpdated>().order;
      if (!order_labels_.contains(id.value)) {
        order_labels_[id.value] = next;
        orders_[next] = {id, event.header.account};
        next = pairs && next > 0 ? second_of(next) : 0;
      }
    }
    tell(event, told);
  }
  // Of an order that ended the engine knows nothing; the gateway does.
  const auto* change = std::get_if<reference::ModifyOrder>(&operation.action);
  const auto* cancel = std::get_if<reference::CancelOrder>(&operation.action);
  const Label meant = change != nullptr ? change->order : cancel != nullptr ? cancel->order : 0;
  if (told.code == "NOT_FOUND" && orders_.contains(meant)) told.code = "ORDER_NOT_WORKING";
  if (places && !told.orders.empty() && told.orders.front().status == "REJECTED") {
    told.code = told.orders.front().code;
  }
  return told;
}

void EngineSide::tell(const Event& event, Told& told) {
  const AccountId account = event.header.account;
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return tell_order(event.get<OrderUpdated>(), told);
    case EventKind::TradeExecuted: {
      const auto trade = event.get<TradeExecuted>();
      // The first trade of a position is the one that opens it.
      if (!position_labels_.contains(trade.position.value)) {
        const Label label = label_of(trade.order);
        position_labels_[trade.position.value] = label;
        positions_[label] = {trade.position, account};
        for (std::size_t i = 0; i < told_orders_.size(); ++i) {
          if (told_orders_[i] == trade.order.value) told.orders[i].position = label;
        }
      }
      return tell_trade(trade, told);
    }
    case EventKind::LedgerPosted:
      return tell_entry(account, event.get<LedgerPosted>(), told);
    case EventKind::MarginCall:
      told.calls.push_back({label_of(account), exact(event.get<MarginCallRaised>().threshold.raw)});
      return;
    case EventKind::StopOut:
      told.stop_outs.push_back({label_of(account), exact(event.get<StopOutStarted>().level.raw)});
      return;
    case EventKind::Refused:
      told.code = name_of(event.get<Refused>().code);
      return;
    default:  // nothing that the reference tells
      return;
  }
}

void EngineSide::tell_order(const OrderUpdated& updated, Told& told) {
  const auto found = std::find(told_orders_.begin(), told_orders_.end(), updated.order.value);
  if (found == told_orders_.end()) {
    told_orders_.push_back(updated.order.value);
    told.orders.emplace_back();
  }
  const auto place = std::find(told_orders_.begin(), told_orders_.end(), updated.order.value);
  OrderTold& one = told.orders[static_cast<std::size_t>(place - told_orders_.begin())];
  one.order = label_of(updated.order);
  one.position = label_of(updated.position);
  one.status = name_of(updated.status);
  one.code = name_of(updated.code);
  one.reason = name_of(updated.reason);
  is_opening_ = updated.reason == CloseReason::None;
  one.side = name_of(updated.side);
  one.volume = exact(updated.volume.raw);
  one.filled = exact(updated.filled_volume.raw);
  one.price = exact(updated.filled_price.raw);
}

// Of what an order closes on its way to open, the reference tells no reason.
void EngineSide::tell_trade(const TradeExecuted& trade, Told& told) const {
  const CloseReason reason = is_opening_ ? CloseReason::None : trade.reason;
  told.trades.push_back({label_of(trade.order), label_of(trade.position),
                         std::string(name_of(trade.side)), std::string(name_of(reason)),
                         exact(trade.volume.raw), exact(trade.price.raw)});
}

void EngineSide::tell_entry(AccountId account, const LedgerPosted& posted, Told& told) const {
  if (posted.is_duplicate != 0) return;
  EntryTold one;
  one.account = label_of(account);
  if (posted.reference_is_position != 0) one.position = label_of(PositionId{posted.reference});
  one.type = std::string(name_of(posted.type)) + (posted.is_of_credit != 0 ? "(credit)" : "");
  one.house = reference_name(posted.house);
  one.amount = exact(posted.amount.raw);
  one.after = exact(posted.balance_after.raw);
  one.before = one.after - one.amount;
  told.entries.push_back(one);
}

// ---- What it holds ----

Held EngineSide::held() const {
  Held held;
  for (const auto& [label, id] : accounts_) {
    const engine::AccountFigures now = engine_.figures(id);
    AccountHeld one{label,
                    exact(now.balance.raw),
                    exact(now.credit.raw),
                    exact(now.unrealized_pnl.raw),
                    exact(now.equity.raw),
                    exact(now.used_margin.raw),
                    exact(now.free_margin.raw),
                    std::nullopt};
    if (const auto level = margin_level(now.equity, now.used_margin)) one.level = exact(level->raw);
    held.accounts.push_back(one);
  }
  engine_.for_each_position([&](const engine::PositionFigures& position) {
    const Instrument& traded = *engine_.instrument(position.symbol);
    held.positions.push_back({label_of(position.id), label_of(position.account),
                              std::string(traded.name.view()), std::string(name_of(position.side)),
                              exact(position.volume.raw), exact_cost(position.open_cost.raw),
                              exact(position.stop_loss.raw), exact(position.take_profit.raw),
                              exact(position.commission.raw), exact(position.unrealized_pnl.raw),
                              exact(position.highest.raw), exact(position.lowest.raw)});
  });
  std::sort(held.positions.begin(), held.positions.end(),
            [](const PositionHeld& a, const PositionHeld& b) { return a.position < b.position; });
  engine_.for_each_order([&](const engine::OrderFigures& order) {
    held.orders.push_back({label_of(order.id), label_of(order.partner),
                           std::string(name_of(order.status)), exact(order.volume.raw),
                           exact(order.limit.raw), exact(order.trigger.raw), order.expires.ms()});
  });
  std::sort(held.orders.begin(), held.orders.end(),
            [](const OrderHeld& a, const OrderHeld& b) { return a.order < b.order; });
  return held;
}

std::string EngineSide::contradiction() const {
  return engine_.is_ledger_balanced() ? "" : "the engine's ledger does not sum to zero";
}

}  // namespace tribook::differential
