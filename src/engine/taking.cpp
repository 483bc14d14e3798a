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

Price makers_price(const WorkingOrder& maker, const Reach& reach) {
  return base::is_broken(base::Broken::MakersPriceLost) ? reach.house : maker.limit;
}

// Of a pair one ends with the other's first fill, so that they cannot meet in a broken house
// either.
bool is_own(const WorkingOrder& maker, const WorkingOrder& taker) {
  const bool may_meet = base::is_broken(base::Broken::SelfTradeAllowed) && taker.partner == 0;
  return maker.account == taker.account && !may_meet;
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

// One deal between two clients at the maker's price. It ends where what one of them closes ends, so
// that what opens is checked with that done.
struct Deal {
  Fill taken;
  Fill made;
  RejectCode takers = RejectCode::None;  // why he has to end
  RejectCode makers = RejectCode::None;  // why he is cancelled
};

Deal check_deal(const State& state, Filling& taker, Filling& maker, Volume volume, Price price) {
  Deal deal{next_fill(state, taker.order, volume, price),
            next_fill(state, maker.order, maker.order.left(), price)};
  deal.taken.volume = deal.made.volume = std::min(deal.taken.volume, deal.made.volume);
  deal.takers = check_fill(state, taker, deal.taken);
  if (deal.takers == RejectCode::None)
    deal.makers = check_fill(state, maker, deal.made, deal.taken.closes ? 0 : 1);
  return deal;
}

// The taker's side is booked first. A maker that fails is cancelled; a taker that fails has to end.
RejectCode cross(State& state, Filling& taker, std::uint32_t index, Volume& volume, Price price) {
  WorkingOrder& order = state.orders.pool[index];
  Filling maker(order);
  const Deal deal = check_deal(state, taker, maker, volume, price);
  if (deal.takers != RejectCode::None) return deal.takers;
  if (deal.makers != RejectCode::None) {
    tell_first(state, taker);
    end_order(state, index, OrderEvent::Cancel, deal.makers);
    return RejectCode::None;
  }
  book_fill(state, taker, deal.taken);
  const TradeId trade{state.last_trade};
  advance_order(state, index, OrderEvent::Trigger);
  shrink_in_book(state, index, deal.made.volume);
  book_fill(state, maker, deal.made);
  order.warned = 0;  // nobody waits to be told
  tell_print(state, taker.order, deal.taken, trade);
  volume -= deal.taken.volume;
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
    } else if (is_own(state.orders.pool[maker], filling.order)) {
      code = prevent_self_trade(state, filling, maker, volume);
    } else {
      const Price price = makers_price(state.orders.pool[maker], reach);
      code = cross(state, filling, maker, volume, price);
    }
  }
  return code;
}

// ---- Fill or kill ----

// The same fills as take() would book, one after the other, on what is taken back afterwards.
class WholeFill {
 public:
  WholeFill(State& state, const Taking& taking)
      : state_(state), reach_(reach_of(state, taking)), order_(taking.filling.order) {}

  // Why it has to end; None when all of it would be filled.
  RejectCode check() {
    RejectCode code = meets_clients(order_) ? try_makers() : RejectCode::None;
    while (code == RejectCode::None && !order_.left().is_zero()) code = try_house();
    state_.rehearsal.take_back(state_);
    return code;
  }

 private:
  RejectCode try_makers() {
    state_.rehearsal.ended_partners.clear();
    std::size_t gone_through = 0;
    for (std::uint32_t index = best_maker(state_, reach_); index != 0;
         index = next_maker(state_, reach_, index)) {
      if (++gone_through > Rehearsal::kMakersMax) return RejectCode::FillOrKill;
      const WorkingOrder& maker = state_.orders.pool[index];
      RejectCode code = RejectCode::None;
      if (is_own(maker, order_)) {
        code = try_own(maker);
      } else if (!is_ended(index)) {
        code = try_maker(maker);
      }
      if (code != RejectCode::None || order_.left().is_zero()) return code;
    }
    return RejectCode::None;
  }

  // The other order of its pair was filled before.
  [[nodiscard]] bool is_ended(std::uint32_t maker) const {
    const auto& ended = state_.rehearsal.ended_partners;
    return std::find(ended.begin(), ended.end(), maker) != ended.end();
  }

  // What would be lost to it would not be filled.
  [[nodiscard]] RejectCode try_own(const WorkingOrder& own) const {
    const auto policy = state_.symbol(own.symbol).instrument.self_trade;
    return policy == SelfTradePrevention::CancelOldest ? RejectCode::None : RejectCode::SelfTrade;
  }

  RejectCode try_maker(WorkingOrder maker) {
    const Price price = makers_price(maker, reach_);
    while (!maker.left().is_zero() && !order_.left().is_zero()) {
      Filling made(maker);
      const Deal deal = check_deal(state_, taker_, made, order_.left(), price);
      if (deal.takers != RejectCode::None) return deal.takers;
      if (deal.makers != RejectCode::None) break;
      if (is_last(deal.taken)) return RejectCode::None;
      if (!try_fill(taker_, deal.taken) || !try_fill(made, deal.made))
        return RejectCode::FillOrKill;
      settle_charge(state_, made);
      if (maker.partner != 0) state_.rehearsal.ended_partners.push_back(maker.partner);
      maker.partner = 0;
    }
    return RejectCode::None;
  }

  RejectCode try_house() {
    if (!reaches_house(reach_)) return RejectCode::FillOrKill;
    Fill fill = next_fill(state_, order_, order_.left(), reach_.house);
    const RejectCode code = check_fill(state_, taker_, fill);
    if (code != RejectCode::None || is_last(fill)) return code;
    return try_fill(taker_, fill) ? RejectCode::None : RejectCode::FillOrKill;
  }

  // Nothing depends on it any more.
  bool is_last(const Fill& fill) {
    if (fill.volume < order_.left()) return false;
    count_fill(taker_, fill);
    return true;
  }

  bool try_fill(Filling& filling, const Fill& fill) {
    return state_.rehearsal.fill(state_, filling, fill);
  }

  State& state_;
  Reach reach_;
  WorkingOrder order_;
  Filling taker_{order_};
};

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
  if (order.time_in_force == TimeInForce::Fok && !base::is_broken(base::Broken::WholesUnchecked)) {
    const RejectCode code = WholeFill(state, taking).check();
    if (code != RejectCode::None) return code;
  }
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
