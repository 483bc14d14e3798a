#include "differential/reference_side.h"

#include <algorithm>

namespace tribook::differential {
namespace {

constexpr reference::Id kUnknownId = 999'999'999;
// The engine has no level beyond it.
const Rational kMostLevel = 10'000'000'000;

// At rest, or on its way at a venue.
bool rests(const reference::Order& order) {
  return order.status == reference::OrderStatus::Working ||
         order.status == reference::OrderStatus::Filling ||
         order.status == reference::OrderStatus::PartiallyFilled;
}

std::string side_name(reference::Side side) {
  return side == reference::Side::Buy ? "BUY" : "SELL";
}

bool is_level(const Rational& level) { return level <= kMostLevel && level >= -kMostLevel; }

}  // namespace

ReferenceSide::ReferenceSide(reference::EngineSettings settings)
    : engine_(std::move(settings), kStart) {}

reference::Id ReferenceSide::id_of(const Ids& ids, Label label) {
  const auto found = ids.find(label);
  return found == ids.end() ? kUnknownId : found->second;
}

Label ReferenceSide::label_of(const Names& names, reference::Id id) {
  const auto found = names.find(id);
  return found == names.end() ? 0 : found->second;
}

// A market that is closed has a schedule without any session.
reference::Command ReferenceSide::with_ids(const SetSession& session) const {
  const auto found = engine_.symbols().find(session.symbol);
  if (found == engine_.symbols().end()) return reference::AdvanceTime{engine_.now()};
  reference::PutSymbol put{found->second};
  put.symbol.schedule.kind =
      session.is_open ? reference::Schedule::Kind::Always : reference::Schedule::Kind::Custom;
  return put;
}

// Whether the market is open is SetSession's.
reference::Command ReferenceSide::with_ids(reference::PutSymbol put) const {
  const auto found = engine_.symbols().find(put.symbol.name);
  put.symbol.schedule =
      found == engine_.symbols().end() ? reference::Schedule{} : found->second.schedule;
  return put;
}

reference::Command ReferenceSide::with_ids(reference::ChangeAccount change) const {
  change.account = id_of(accounts_, change.account);
  return change;
}
reference::Command ReferenceSide::with_ids(reference::MoveMoney move) const {
  move.account = id_of(accounts_, move.account);
  return move;
}
reference::Command ReferenceSide::with_ids(reference::RequestWithdrawal request) const {
  request.account = id_of(accounts_, request.account);
  return request;
}
reference::Command ReferenceSide::with_ids(reference::DecideWithdrawal decision) const {
  decision.withdrawal = id_of(withdrawals_, decision.withdrawal);
  return decision;
}
reference::Command ReferenceSide::with_ids(reference::PlaceOrder order) const {
  order.account = id_of(accounts_, order.account);
  return order;
}
reference::Command ReferenceSide::with_ids(reference::PlaceOco pair) const {
  pair.first.account = id_of(accounts_, pair.first.account);
  pair.second.account = id_of(accounts_, pair.second.account);
  return pair;
}
reference::Command ReferenceSide::with_ids(reference::ModifyOrder change) const {
  change.order = id_of(orders_, change.order);
  return change;
}
reference::Command ReferenceSide::with_ids(reference::CancelOrder cancel) const {
  cancel.order = id_of(orders_, cancel.order);
  return cancel;
}
reference::Command ReferenceSide::with_ids(reference::ClosePosition close) const {
  close.position = id_of(positions_, close.position);
  return close;
}
reference::Command ReferenceSide::with_ids(reference::CloseBy pair) const {
  pair.position = id_of(positions_, pair.position);
  pair.other = id_of(positions_, pair.other);
  return pair;
}
reference::Command ReferenceSide::with_ids(reference::CloseAll close) const {
  close.account = id_of(accounts_, close.account);
  return close;
}
reference::Command ReferenceSide::with_ids(reference::ModifyPosition change) const {
  change.position = id_of(positions_, change.position);
  return change;
}
reference::Command ReferenceSide::with_ids(reference::PutLimits put) const {
  if (put.scope.account != 0) put.scope.account = id_of(accounts_, put.scope.account);
  return put;
}
reference::Command ReferenceSide::with_ids(reference::SetKillSwitch set) const {
  if (set.scope.account != 0) set.scope.account = id_of(accounts_, set.scope.account);
  return set;
}
reference::Command ReferenceSide::with_ids(reference::VenueReport report) const {
  report.request = id_of(requests_, report.request);
  return report;
}

Told ReferenceSide::apply(const Operation& operation) {
  const std::size_t entries = engine_.ledger().size();
  const reference::Result result = engine_.execute(
      std::visit([this](const auto& action) { return with_ids(action); }, operation.action));
  name_made(operation, result);
  name_opened(result);
  Told told;
  told.code = result.code;
  tell_orders(result, told);
  tell_trades(result, told);
  tell_entries(entries, told);
  tell_alerts(result, told);
  tell_requests(result, told);
  if (tells_of_warnings(operation)) tell_warnings(result, told);
  return told;
}

bool ReferenceSide::knows(const Operation& operation) const {
  const auto is_known = [this](const reference::PlaceOrder& order) {
    return accounts_.contains(order.account) && engine_.symbols().contains(order.symbol);
  };
  if (const auto* order = std::get_if<reference::PlaceOrder>(&operation.action)) {
    return is_known(*order);
  }
  const auto* pair = std::get_if<reference::PlaceOco>(&operation.action);
  return pair == nullptr || (is_known(pair->first) && is_known(pair->second));
}

void ReferenceSide::name_made(const Operation& operation, const reference::Result& result) {
  const Label label = operation.number;
  const Action& action = operation.action;
  const auto give = [&](Ids& ids, Label name, reference::Id id) {
    if (id == 0) return;
    ids[name] = id;
    names_[id] = name;
  };
  if (std::holds_alternative<reference::CreateAccount>(action)) give(accounts_, label, result.id);
  if (std::holds_alternative<reference::PlaceOrder>(action)) give(orders_, label, result.id);
  if (std::holds_alternative<reference::RequestWithdrawal>(action)) {
    give(withdrawals_, label, result.id);
  }
  if (std::holds_alternative<reference::PlaceOco>(action)) {
    give(orders_, label, result.id);
    give(orders_, second_of(label), result.second_id);
  }
  for (const auto& [id, request] : engine_.venue_requests()) {
    if (!names_.contains(id)) give(requests_, Label(requests_.size()) + 1, id);
  }
}

void ReferenceSide::name_opened(const reference::Result& result) {
  for (const reference::Event& event : result.events) {
    if (event.kind != reference::Event::Kind::PositionOpened) continue;
    const Label label = label_of_order(event.order);
    positions_[label] = event.position;
    names_[event.position] = label;
  }
}

void ReferenceSide::tell_orders(const reference::Result& result, Told& told) const {
  std::vector<reference::Id> seen;
  for (const reference::Event& event : result.events) {
    const bool tells = event.kind == reference::Event::Kind::OrderStatus ||
                       event.kind == reference::Event::Kind::Fill;
    if (!tells || std::find(seen.begin(), seen.end(), event.order) != seen.end()) continue;
    seen.push_back(event.order);
    const reference::Order& order = engine_.orders().at(event.order);
    OrderTold one;
    one.order = label_of_order(order.id);
    one.position = label_of_position(order.position);
    one.status = name_of(order.status);
    one.code = order.reject_code;
    if (order.closes != 0) one.reason = name_of(order.close_reason);
    one.side = side_name(order.request.side);
    one.volume = order.request.volume;
    one.filled = order.filled;
    if (order.filled != 0) {
      one.price = round_digits(Rational(order.filled_cost / order.filled), reference::kPriceDigits);
    }
    told.orders.push_back(one);
  }
}

void ReferenceSide::tell_trades(const reference::Result& result, Told& told) const {
  for (const reference::Event& event : result.events) {
    if (event.kind != reference::Event::Kind::Fill) continue;
    const reference::Order& order = engine_.orders().at(event.order);
    TradeTold one;
    one.order = label_of_order(order.id);
    one.position = label_of_position(event.position != 0 ? event.position : order.position);
    one.side = side_name(order.request.side);
    if (order.closes != 0) one.reason = name_of(order.close_reason);
    one.volume = event.volume;
    one.price = event.price;
    told.trades.push_back(one);
  }
}

void ReferenceSide::tell_entries(std::size_t first, Told& told) const {
  const std::vector<reference::LedgerEntry>& ledger = engine_.ledger();
  for (std::size_t i = first; i < ledger.size(); ++i) {
    const reference::LedgerEntry& entry = ledger[i];
    if (entry.house == "LP_SETTLEMENT") {
      told.settled.push_back({label_of_position(entry.reference), entry.currency, -entry.amount});
    }
    if (entry.account == 0) continue;
    EntryTold one;
    one.account = label_of_account(entry.account);
    one.position = label_of_position(entry.reference);
    if (entry.type == reference::EntryType::Withdrawal) one.position = 0;
    one.type = name_of(entry.type) + (entry.of_credit ? "(credit)" : "");
    if (i + 1 < ledger.size() && ledger[i + 1].account == 0) one.house = ledger[i + 1].house;
    one.amount = entry.amount;
    one.before = entry.before;
    one.after = entry.after;
    told.entries.push_back(one);
  }
}

// A stop-out is told once an account, however many positions it closes.
void ReferenceSide::tell_alerts(const reference::Result& result, Told& told) const {
  for (const reference::Event& event : result.events) {
    CallTold one{label_of_account(event.account), event.amount};
    if (event.kind == reference::Event::Kind::MarginCall) told.calls.push_back(one);
    if (event.kind != reference::Event::Kind::StopOut) continue;
    if (!is_level(one.level)) one.level = 0;
    const bool is_next = !told.stop_outs.empty() && told.stop_outs.back().account == one.account;
    if (!is_next) told.stop_outs.push_back(one);
  }
}

void ReferenceSide::tell_requests(const reference::Result& result, Told& told) const {
  for (const reference::Event& event : result.events) {
    if (event.kind != reference::Event::Kind::VenueRequest) continue;
    const reference::PlaceOrder& of = engine_.orders().at(event.order).request;
    RequestTold one;
    one.position = label_of_position(event.position);
    one.kind = event.code;
    one.symbol = of.symbol;
    one.side = side_name(event.code == "HEDGE_BACK" ? opposite(of.side) : of.side);
    one.volume = event.volume;
    one.limit = event.price;
    told.requests.push_back(one);
  }
}

void ReferenceSide::tell_warnings(const reference::Result& result, Told& told) const {
  for (const auto& [id, limits] : result.warned) {
    const Label label = label_of_order(id);
    if (label == 0 || limits.empty()) continue;
    WarnedTold one{label, ""};
    for (const reference::Limit limit : limits) one.limits += ' ' + name_of(limit);
    told.warned.push_back(one);
  }
}

Held ReferenceSide::held() const {
  Held held;
  for (const auto& [label, id] : accounts_) {
    const reference::Figures now = engine_.figures(id);
    std::optional<Rational> level = now.level;
    if (level && !is_level(*level)) level.reset();
    held.accounts.push_back({label, now.balance, now.credit, now.unrealized, now.equity, now.margin,
                             now.free_margin, level});
  }
  for (const auto& [label, id] : positions_) {
    const reference::Position& position = engine_.positions().at(id);
    if (!position.open) continue;
    held.positions.push_back({label, label_of_account(position.account), position.symbol,
                              side_name(position.side), position.volume, position.cost,
                              position.sl.value_or(0), position.tp.value_or(0), position.commission,
                              engine_.unrealized(position), position.highest, position.lowest,
                              position.venue_volume, position.closing});
  }
  for (const auto& [label, id] : orders_) {
    const reference::Order& order = engine_.orders().at(id);
    if (!rests(order)) continue;
    const bool is_pair = order.partner != 0 && rests(engine_.orders().at(order.partner));
    held.orders.push_back({label, is_pair ? label_of_order(order.partner) : 0,
                           name_of(order.status), order.request.volume, order.filled,
                           order.request.price, order.trigger, order.expires});
  }
  for (const auto& [id, order] : engine_.orders()) {
    if (label_of_order(id) == 0 && rests(order)) ++held.closes;
  }
  const auto of_symbol = [](const std::map<std::string, Rational>& all, const std::string& name) {
    const auto found = all.find(name);
    return found == all.end() ? Rational(0) : found->second;
  };
  for (const auto& [name, symbol] : engine_.symbols()) {
    held.exposures.push_back(
        {name, of_symbol(engine_.venue_volume(), name), of_symbol(engine_.house_hedge(), name)});
  }
  return held;
}

}  // namespace tribook::differential
