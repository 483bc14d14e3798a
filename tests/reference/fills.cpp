#include "reference/engine.h"

namespace tribook::reference {

// At the house or against another client. Answers why an opening part was refused.
std::string Engine::fill(Order& order, const Rational& volume, const Rational& price) {
  Rational left = volume;
  for (const Id id : closing_targets(order)) {
    Position& position = positions_.at(id);
    const Rational part = smaller(left, position.volume - position.venue_volume);
    if (part == 0) continue;
    left -= part;
    close_volume(order, position, part, price, std::nullopt);
  }
  if (left == 0 || order.closes != 0) return "";
  std::set<Limit> warned;
  const std::string refusal = open_refusal(order, left, price, warned);
  if (!refusal.empty()) return refusal;
  result_.warned[order.id].merge(warned);
  open_volume(order, left, price, std::nullopt);
  return "";
}

std::string Engine::open_refusal(const Order& order, const Rational& volume,
                                 const Rational& price) const {
  std::set<Limit> warned;
  return open_refusal(order, volume, price, warned);
}

std::string Engine::open_refusal(const Order& order, const Rational& volume, const Rational& price,
                                 std::set<Limit>& warned) const {
  const Account& owner = account(order.request.account);
  const Symbol& traded = symbol(order.request.symbol);
  if (is_killed(owner.id, traded.name)) return "KILL_SWITCH";
  if (owner.settings.state != AccountState::Active) return "FORBIDDEN";
  if (traded.state != TradeState::Open) return "SYMBOL_DISABLED";
  // A netting account has one position of a symbol: what is on its way to be closed stands there.
  const bool netting = owner.settings.mode == AccountMode::Netting;
  if (netting && !closing_targets(order).empty()) return "CLOSING_AT_VENUE";
  if (!conversions_are_good(owner, traded)) return "NO_CONVERSION";
  const std::string of_margin = margin_refusal(order, volume, price);
  return of_margin.empty() ? filled_refusal(order, volume, price, warned) : of_margin;
}

void Engine::note_fill(Order& order, const Rational& volume, const Rational& price) {
  order.filled += volume;
  order.filled_cost += volume * price;
  account(order.request.account).day_volume += volume;
  Event event;
  event.kind = Event::Kind::Fill;
  event.account = order.request.account;
  event.order = order.id;
  event.position = order.position;
  event.volume = volume;
  event.price = price;
  emit(event);
  const bool full = order.filled == order.request.volume;
  const bool ended = order.status == OrderStatus::Cancelled ||
                     order.status == OrderStatus::Rejected || order.status == OrderStatus::Expired;
  if (full) order.reject_code.clear();
  if (full || !ended) set_status(order, full ? OrderStatus::Filled : OrderStatus::PartiallyFilled);
  cancel_partner(order);
}

// Hedging: the position that this order opened. Netting: the one of its symbol and side.
Position& Engine::position_for(const Order& order) {
  const Account& owner = account(order.request.account);
  const bool netting = owner.settings.mode == AccountMode::Netting;
  for (auto& [id, position] : positions_) {
    if (!position.open || position.account != owner.id) continue;
    if (position.symbol != order.request.symbol || position.side != order.request.side) continue;
    if (netting || position.opened_by == order.id) return position;
  }
  const Id id = next_id_++;
  Position& position = positions_[id];
  position.id = id;
  position.account = owner.id;
  position.symbol = order.request.symbol;
  position.side = order.request.side;
  position.opened_by = order.id;
  position.opened = now_;
  return position;
}

void Engine::open_volume(Order& order, const Rational& volume, const Rational& price,
                         std::optional<Rational> venue_price) {
  Position& position = position_for(order);
  const Account& owner = account(order.request.account);
  const Symbol& traded = symbol(order.request.symbol);
  const bool is_new = position.volume == 0;
  position.volume += volume;
  position.cost += price * volume;
  position.basis += margin_basis(owner, traded, volume, volume * price).value_or(0);
  if (venue_price) {
    position.venue_volume += volume;
    position.venue_cost += *venue_price * volume;
  }
  if (is_new) position.highest = position.lowest = mark(position);
  if (order.request.sl) position.sl = order.request.sl;
  if (order.request.tp) position.tp = order.request.tp;
  order.position = position.id;
  order.opened += volume;
  order.opened_cost += price * volume;
  note_fill(order, volume, price);
  Event event;
  event.kind = is_new ? Event::Kind::PositionOpened : Event::Kind::PositionChanged;
  event.account = owner.id;
  event.order = order.id;
  event.position = position.id;
  event.volume = position.volume;
  event.price = open_price(position);
  emit(event);
  charge_commission(order, position, volume, price);
  if (order.request.trailing && order.request.type != OrderType::TrailingStop) {
    position.trailing = order.request.trailing;
    attach_trailing(position);
    advance_break_even(position);
  }
}

// The share of a total that belongs to a part of a volume; the last part takes what is left.
Rational Engine::remove_share(Rational& total, const Rational& part, const Rational& volume,
                              int decimals) const {
  const Rational share =
      part == volume ? total : round_digits(Rational(total * part / volume), decimals);
  total -= share;
  return share;
}

// Of what is left, so that the rounding is the remainder's.
void Engine::scale_basis(Position& position, const Rational& closed) const {
  const Rational left = position.volume - closed;
  position.basis = round_digits(Rational(position.basis * left / position.volume), kBasisDigits);
}

void Engine::close_volume(Order& order, Position& position, const Rational& volume,
                          const Rational& price, std::optional<Rational> venue_price) {
  Account& owner = account(position.account);
  const Symbol& traded = symbol(position.symbol);
  const Rational sign = sign_of(position.side);
  scale_basis(position, volume);
  const Rational cost = remove_share(position.cost, volume, position.volume, kCostDigits);
  if (venue_price) {
    const Rational venue_cost =
        remove_share(position.venue_cost, volume, position.venue_volume, kCostDigits);
    position.venue_volume -= volume;
    settle_with_venue(traded, sign * (*venue_price * volume - venue_cost) * traded.contract,
                      position.id);
  }
  position.volume -= volume;
  order.position = position.id;
  note_fill(order, volume, price);
  const Rational pnl = into_account(sign * (price * volume - cost) * traded.contract, traded.quote,
                                    owner.settings.currency);
  position.realized += pnl;
  book(owner, EntryType::RealizedPnl, pnl, position.id);
  charge_commission(order, position, volume, price);
  note_close(position, price, order.close_reason, order.id);
}

// Tells that a position shrank or ended.
void Engine::note_close(Position& position, const Rational& price, CloseReason reason, Id order) {
  Event event;
  event.kind = position.volume == 0 ? Event::Kind::PositionClosed : Event::Kind::PositionChanged;
  event.account = position.account;
  event.order = order;
  event.position = position.id;
  event.code = name_of(reason);
  event.volume = position.volume;
  event.price = price;
  event.amount = position.realized;
  emit(event);
  if (position.volume != 0) return;
  position.open = false;
  position.closed_at = now_;
  position.close_price = price;
  position.close_reason = reason;
  cover_negative(account(position.account), reason);
}

Rational Engine::open_price(const Position& position) const {
  if (position.volume == 0) return 0;
  return round_digits(Rational(position.cost / position.volume), kPriceDigits);
}

void Engine::update_marks(const std::string& name) {
  for (auto& [id, position] : positions_) {
    if (!position.open || position.symbol != name) continue;
    const Rational price = mark(position);
    position.highest = larger(position.highest, price);
    position.lowest = smaller(position.lowest, price);
  }
}

}  // namespace tribook::reference
