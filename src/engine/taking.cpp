#include "engine/taking.h"

#include <algorithm>

#include "engine/closing.h"
#include "tribook/base/canary.h"

namespace tribook::engine {
namespace {

// Only what is routed to the house's own book meets other clients.
bool meets_clients(const WorkingOrder& order) { return order.book == Book::B; }

Reach reach_of(const State& state, const Taking& taking) {
  const WorkingOrder& order = taking.filling.order;
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  return {order.account, order.symbol, order.side, opening_price(order.side, quote), taking.worst};
}

bool reaches_house(const Reach& reach) { return !is_beyond(reach.side, reach.house, reach.worst); }

// The house has no size. What fails margin there, or among the makers, is not looked at here.
bool is_fillable(const State& state, const Taking& taking) {
  const Reach reach = reach_of(state, taking);
  return reaches_house(reach) || (meets_clients(taking.filling.order) &&
                                  have_makers(state, reach, taking.filling.order.left()));
}

RejectCode take_house(State& state, Filling& filling, Volume& volume, Price price) {
  Fill fill = next_fill(state, filling.order, volume, price);
  const RejectCode code = check_fill(state, filling, fill);
  if (code != RejectCode::None) return code;
  book_fill(state, filling, fill);
  volume -= fill.volume;
  return RejectCode::None;
}

void take_from(State& state, std::uint32_t index, Volume by) {
  shrink_in_book(state, index, by);
  WorkingOrder& order = state.orders.pool[index];
  order.volume -= by;
  order.updated = state.now;
  state.emit(order.account, describe(order));
}

// Who waits for an answer hears of his own order before others.
void tell_first(State& state, Filling& taker) {
  if (taker.is_new) tell_filling(state, taker);
}

// Of the account's own two orders one ends, or both lose what they would have dealt.
RejectCode prevent_self_trade(State& state, Filling& filling, std::uint32_t index, Volume& volume) {
  WorkingOrder& taker = filling.order;
  const Volume left = state.orders.pool[index].left();
  const Volume both = std::min(volume, left);
  const SelfTradePrevention policy = state.symbol(taker.symbol).instrument.self_trade;
  if (policy != SelfTradePrevention::CancelNewest) tell_first(state, filling);
  switch (policy) {
    case SelfTradePrevention::CancelNewest:
      return RejectCode::SelfTrade;
    case SelfTradePrevention::CancelOldest:
      end_order(state, index, OrderEvent::Cancel, RejectCode::SelfTrade);
      return RejectCode::None;
    case SelfTradePrevention::Decrement:
      break;
  }
  if (both == left) {
    end_order(state, index, OrderEvent::Cancel, RejectCode::SelfTrade);
  } else {
    take_from(state, index, both);
  }
  if (both == volume) return RejectCode::SelfTrade;
  volume -= both;
  taker.volume -= both;
  return RejectCode::None;
}

void tell_print(State& state, const WorkingOrder& taker, const Fill& fill, TradeId trade) {
  BookPrinted print;
  print.trade = trade;
  print.volume = fill.volume;
  print.price = fill.price;
  print.symbol = taker.symbol;
  print.taker_side = taker.side;
  state.emit({}, print);
}

// One deal between two clients at the maker's price; the taker's side is booked first. It ends
// where what one of them closes ends, so that what opens is checked with that done. A maker that
// fails is cancelled; a taker that fails has to end.
RejectCode cross(State& state, Filling& taker, std::uint32_t index, Volume& volume) {
  WorkingOrder& order = state.orders.pool[index];
  Filling maker(order);
  Price price = order.limit;
  if (base::is_broken(base::Broken::MakersPriceLost)) price = reach_of(state, {taker, {}}).house;
  Fill taken = next_fill(state, taker.order, volume, price);
  Fill made = next_fill(state, order, order.left(), price);
  taken.volume = made.volume = std::min(taken.volume, made.volume);
  if (const auto code = check_fill(state, taker, taken); code != RejectCode::None) return code;
  const RejectCode code = check_fill(state, maker, made, taken.closes ? 0 : 1);
  if (code != RejectCode::None) {
    tell_first(state, taker);
    end_order(state, index, OrderEvent::Cancel, code);
    return RejectCode::None;
  }
  book_fill(state, taker, taken);
  const TradeId trade{state.last_trade};
  advance_order(state, index, OrderEvent::Trigger);
  shrink_in_book(state, index, made.volume);
  book_fill(state, maker, made);
  tell_print(state, taker.order, taken, trade);
  volume -= taken.volume;
  if (order.left().is_zero()) {
    drop_order(state, index);
  } else {
    settle_charge(state, maker);
  }
  return RejectCode::None;
}

RejectCode take(State& state, Taking& taking, Volume volume) {
  Filling& filling = taking.filling;
  const Reach reach = reach_of(state, taking);
  RejectCode code = RejectCode::None;
  while (!volume.is_zero() && code == RejectCode::None) {
    const std::uint32_t maker = meets_clients(filling.order) ? best_maker(state, reach) : 0;
    if (maker == 0) {
      if (!reaches_house(reach)) break;
      code = take_house(state, filling, volume, reach.house);
    } else if (state.orders.pool[maker].account == filling.order.account &&
               !base::is_broken(base::Broken::SelfTradeAllowed)) {
      code = prevent_self_trade(state, filling, maker, volume);
    } else {
      code = cross(state, filling, maker, volume);
    }
  }
  return code;
}

}  // namespace

bool reaches_house(const State& state, const Taking& taking) {
  return reaches_house(reach_of(state, taking));
}

bool can_take(const State& state, const Taking& taking) {
  const Reach reach = reach_of(state, taking);
  return reaches_house(reach) ||
         (meets_clients(taking.filling.order) && best_maker(state, reach) != 0);
}

RejectCode take(State& state, Taking& taking) {
  const WorkingOrder& order = taking.filling.order;
  if (order.time_in_force == TimeInForce::Fok && !is_fillable(state, taking))
    return RejectCode::FillOrKill;
  const Account& account = state.account(order.account);
  const Volume closing = std::min(order.left(), closable(state, account, order.symbol, order.side));
  const Volume opening = order.left() - closing;
  RejectCode code = RejectCode::None;
  if (!closing.is_zero()) code = take(state, taking, closing);
  const bool is_all_closed = order.filled >= order.volume - opening;
  if (code == RejectCode::None && is_all_closed && !opening.is_zero())
    code = take(state, taking, opening);
  if (!order.left().is_zero()) settle_charge(state, taking.filling);
  return code;
}

}  // namespace tribook::engine
