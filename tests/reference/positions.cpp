#include "reference/engine.h"

namespace tribook::reference {

// The part of a close that its provider has to do: pro rata, in the provider's steps, and at
// least what the house does not hold.
Rational Engine::venue_part(const Position& position, const Rational& volume) const {
  const Rational available = position.venue_volume - position.closing;
  const Rational house = position.volume - position.venue_volume;
  if (available == 0 || volume == position.volume - position.closing) return available;
  const Symbol& traded = symbol(position.symbol);
  Rational part = floor_to(volume * position.venue_volume / position.volume, traded.venue_step);
  if (part < traded.venue_min_volume) part = 0;
  return smaller(larger(part, volume - house), available);
}

// A market order of its own, at the house's price and at the position's providers.
void Engine::close_now(Position& position, const Rational& volume, CloseReason reason) {
  PlaceOrder request;
  request.account = position.account;
  request.symbol = position.symbol;
  request.side = opposite(position.side);
  request.volume = volume;
  const Id id = new_order(request, OrderStatus::Pending);
  Order& order = orders_.at(id);
  order.closes = position.id;
  order.position = position.id;
  order.close_reason = reason;
  set_status(order, OrderStatus::Accepted);
  execute_order(order);
  result_.id = id;
}

std::string Engine::close_position(const ClosePosition& close) {
  const auto found = positions_.find(close.position);
  if (found == positions_.end()) return "NOT_FOUND";
  Position& position = found->second;
  if (!position.open) return "NOT_FOUND";
  const Account& owner = account(position.account);
  const Symbol& traded = symbol(position.symbol);
  if (owner.settings.state == AccountState::Suspended && !close.by_admin) return "FORBIDDEN";
  if (traded.state == TradeState::Disabled && !close.by_admin) return "SYMBOL_DISABLED";
  if (!is_open(traded.schedule, now_)) return "MARKET_CLOSED";
  const Rational open = position.volume - position.closing;
  const Rational volume = close.volume.value_or(open);
  if (volume <= 0 || volume > open) return "VOLUME_OUT_OF_RANGE";
  if (close.volume && !is_multiple(volume, traded.volume_step)) return "VOLUME_STEP";
  if (volume != open && open - volume < traded.min_volume) return "VOLUME_OUT_OF_RANGE";
  PlaceOrder probe;
  probe.account = position.account;
  probe.symbol = position.symbol;
  probe.side = opposite(position.side);
  Order order;
  order.request = probe;
  const std::vector<Id> targets = closing_targets(order);
  const bool ordered = *options_of(owner).closing != Closing::Any;
  if (ordered && targets.front() != position.id && !close.by_admin) return "FORBIDDEN";
  close_now(position, volume, close.by_admin ? CloseReason::Admin : CloseReason::Manual);
  return "";
}

// One P&L on the matched volume, booked on the first position; both sides pay commission.
std::string Engine::close_by(const CloseBy& pair) {
  const auto first = positions_.find(pair.position);
  const auto second = positions_.find(pair.other);
  if (first == positions_.end() || second == positions_.end()) return "NOT_FOUND";
  Position& one = first->second;
  Position& two = second->second;
  if (!one.open || !two.open) return "NOT_FOUND";
  Account& owner = account(one.account);
  if (one.account != two.account) return "NOT_FOUND";  // of somebody else nobody is told
  if (owner.settings.state == AccountState::Suspended) return "FORBIDDEN";
  if (one.symbol != two.symbol || one.side == two.side) return "VALIDATION";
  const Symbol& traded = symbol(one.symbol);
  if (traded.state == TradeState::Disabled) return "SYMBOL_DISABLED";
  if (!is_open(traded.schedule, now_)) return "MARKET_CLOSED";
  if (*options_of(owner).closing != Closing::Any) return "FORBIDDEN";
  if (book_of(one) != book_of(two) || book_of(one) == "CBOOK") return "VALIDATION";
  if (one.closing > 0 || two.closing > 0) return "VALIDATION";
  const Rational volume = smaller(one.volume, two.volume);
  const Rational one_price = open_price(one);
  const Rational two_price = open_price(two);
  Rational at_venue = 0;
  const Rational one_cost = take_out(one, volume, at_venue);
  const Rational two_cost = take_out(two, volume, at_venue);
  settle_with_venue(traded, at_venue, one.id);
  const Rational pnl = into_account(sign_of(one.side) * (two_cost - one_cost) * traded.contract,
                                    traded.quote, owner.settings.currency);
  one.realized += pnl;
  book(owner, EntryType::RealizedPnl, pnl, one.id);
  close_by_order(one, volume, two_price);
  close_by_order(two, volume, one_price);
  return "";
}

// Takes a matched volume out of a position; answers its open cost. What stood at the provider nets
// there: `at_venue` gathers its result in the quote currency.
Rational Engine::take_out(Position& position, const Rational& volume, Rational& at_venue) {
  scale_basis(position, volume);
  const Rational cost = remove_share(position.cost, volume, position.volume, kCostDigits);
  if (position.venue_volume > 0) {
    const Rational sign = sign_of(position.side);
    const Rational paid =
        remove_share(position.venue_cost, volume, position.venue_volume, kCostDigits);
    position.venue_volume -= volume;
    venue_volume_[position.symbol] -= sign * volume;
    at_venue -= sign * paid * symbol(position.symbol).contract;
  }
  position.volume -= volume;
  return cost;
}

void Engine::close_by_order(Position& position, const Rational& volume, const Rational& price) {
  PlaceOrder request;
  request.account = position.account;
  request.symbol = position.symbol;
  request.side = opposite(position.side);
  request.volume = volume;
  Order& order = orders_.at(new_order(request, OrderStatus::Accepted));
  order.closes = position.id;
  order.position = position.id;
  order.close_reason = CloseReason::CloseBy;
  note_fill(order, volume, price);
  charge_commission(order, position, volume, price);
  note_close(position, price, CloseReason::CloseBy, order.id);
  if (result_.id == 0) result_.id = order.id;
}

// Closes what can be closed now, and leaves the rest.
std::string Engine::close_all(const CloseAll& request) {
  const auto found = accounts_.find(request.account);
  if (found == accounts_.end()) return "NOT_FOUND";
  if (!request.symbol.empty() && !symbols_.contains(request.symbol)) return "SYMBOL_UNKNOWN";
  const AccountState state = found->second.settings.state;
  if (state == AccountState::Suspended || state == AccountState::Closed) return "FORBIDDEN";
  std::vector<Id> ids;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != request.account) continue;
    if (request.symbol.empty() || position.symbol == request.symbol) ids.push_back(id);
  }
  const bool hedging = found->second.settings.mode == AccountMode::Hedging;
  const bool newest_first = hedging && *options_of(found->second).closing == Closing::Lifo;
  if (newest_first) ids = {ids.rbegin(), ids.rend()};
  for (const Id id : ids) {
    Position& position = positions_.at(id);
    const Symbol& traded = symbol(position.symbol);
    const Rational volume = position.volume - position.closing;
    if (!can_deal(traded) || volume == 0) continue;
    close_now(position, volume, CloseReason::Manual);
  }
  return "";
}

std::string Engine::modify_position(const ModifyPosition& change) {
  const auto found = positions_.find(change.position);
  if (found == positions_.end() || !found->second.open) return "NOT_FOUND";
  Position& position = found->second;
  if (account(position.account).settings.state == AccountState::Suspended) return "FORBIDDEN";
  const Rational here = mark(position);
  // A level that stays as it is was good when it was set.
  const auto changed = [](const std::optional<Rational>& to, const std::optional<Rational>& now) {
    return to == now ? std::nullopt : to;
  };
  const std::string refusal =
      bracket_refusal(symbol(position.symbol), position.side, here, here,
                      changed(change.sl, position.sl), changed(change.tp, position.tp));
  if (!refusal.empty()) return refusal;
  if (change.trailing) {
    const Trailing& trailing = *change.trailing;
    if (trailing.distance_pips < 0 || trailing.step_pips < 0) return "VALIDATION";
    if (trailing.distance_pips == 0 && trailing.step_pips != 0) return "VALIDATION";
    const Rational level = symbol(position.symbol).stops_level_pips;
    if (trailing.distance_pips != 0 && trailing.distance_pips < level) return "PRICE_INVALID";
  }
  if (takes_away_stop(position, change)) return code_of(Limit::StopLossRequired);
  if (change.sl) position.sl = *change.sl == 0 ? std::nullopt : change.sl;
  if (change.tp) position.tp = *change.tp == 0 ? std::nullopt : change.tp;
  if (change.break_even_pips) position.break_even_pips = change.break_even_pips;
  if (change.trailing) {
    position.trailing = change.trailing;
    if (change.trailing->distance_pips == 0) position.trailing.reset();
    attach_trailing(position);
  } else if (change.break_even_pips) {
    advance_trailing(position);
  }
  if (change.trailing || change.break_even_pips) advance_break_even(position);
  return "";
}

namespace {

bool better(Side side, const Rational& stop, const std::optional<Rational>& than) {
  return !than || (side == Side::Buy ? stop > *than : stop < *than);
}

}  // namespace

void Engine::attach_trailing(Position& position) {
  if (!position.trailing) return;
  const Rational distance = position.trailing->distance_pips * symbol(position.symbol).pip;
  const Rational stop = mark(position) - sign_of(position.side) * distance;
  if (stop > 0 && better(position.side, stop, position.sl)) position.sl = stop;
}

void Engine::advance_trailing(Position& position) {
  if (!position.trailing) return;
  if (!position.sl) {
    attach_trailing(position);
    return;
  }
  const Symbol& traded = symbol(position.symbol);
  const Rational sign = sign_of(position.side);
  const Rational wanted = mark(position) - sign * position.trailing->distance_pips * traded.pip;
  const Rational move = sign * (wanted - *position.sl);
  const Rational step = position.trailing->step_pips * traded.pip;
  if (move <= 0) return;
  position.sl = *position.sl + sign * (step == 0 ? move : floor_to(move, step));
}

// A trailing stop order follows the price that it would fill at.
void Engine::advance_trailing(Order& order) {
  const Symbol& traded = symbol(order.request.symbol);
  const Rational sign = sign_of(order.request.side);
  const Rational distance = order.request.trailing->distance_pips * traded.pip;
  const Rational move = -sign * (house_price(order) + sign * distance - order.trigger);
  const Rational step = order.request.trailing->step_pips * traded.pip;
  if (move <= 0) return;
  order.trigger -= sign * (step == 0 ? move : floor_to(move, step));
}

// Once the price is beyond the open price and the offset, the stop-loss moves there, once.
void Engine::advance_break_even(Position& position) {
  if (!position.break_even_pips) return;
  const Symbol& traded = symbol(position.symbol);
  const Rational sign = sign_of(position.side);
  const Rational opened = position.cost / position.volume;  // not as it is printed
  const Rational exact = opened + sign * *position.break_even_pips * traded.pip;
  const Rational stop =
      position.side == Side::Buy ? ceiling_to(exact, traded.tick) : floor_to(exact, traded.tick);
  if (sign * (mark(position) - stop) <= 0) return;
  if (better(position.side, stop, position.sl)) position.sl = stop;
  position.break_even_pips.reset();
}

}  // namespace tribook::reference
