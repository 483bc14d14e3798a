#include <algorithm>

#include "engine/closing.h"
#include "engine/commands.h"

// Two positions closed against each other: no price is dealt at, so no quote is asked for. What the
// pair brings is booked on the first; each side's order shows the other's open price.

namespace tribook::engine {
namespace {

RejectCode check_close_by(const State& state, const CommandHeader& header, const Position& one,
                          const Position& two) {
  const Account& account = state.account(one.account);
  const Symbol& symbol = state.symbol(one.symbol);
  if (is_locked_out(account, header)) return RejectCode::AccountDisabled;
  if (one.account != two.account || one.symbol != two.symbol || one.side == two.side)
    return RejectCode::NotOpposite;
  if (symbol.instrument.effective_state() == SymbolState::Disabled)
    return RejectCode::SymbolDisabled;
  if (!symbol.is_session_open) return RejectCode::MarketClosed;
  if (account.closing != Closing::Any) return RejectCode::ClosingOrder;
  if (!closing_at_venue(state, one).is_zero() || !closing_at_venue(state, two).is_zero())
    return RejectCode::ClosingAtVenue;
  return one.book == two.book && one.book != Book::C ? RejectCode::None : RejectCode::BooksDiffer;
}

Price open_price(const Position& position) {
  return Price{
      static_cast<std::int64_t>(divide_half_away(position.open_cost.raw, position.volume.raw))};
}

struct Pair {
  Closed one;
  Closed two;
};

// False when an amount cannot be expressed as money.
bool price_pair(const State& state, const Position& one, const Position& two, Pair& pair) {
  const Volume volume = std::min(one.volume, two.volume);
  pair.one.volume = pair.two.volume = volume;
  pair.one.reason = pair.two.reason = CloseReason::CloseBy;
  pair.one.price = open_price(two);
  pair.two.price = open_price(one);
  if (!price_closing(state, one, pair.one) || !price_closing(state, two, pair.two)) return false;
  // The exact costs, not the prices that are shown.
  const Position& buy = one.side == Side::Buy ? one : two;
  const Position& sell = one.side == Side::Buy ? two : one;
  const auto realized = profit_and_loss(state.symbol(one.symbol).instrument,
                                        Cost{share_of(buy.open_cost.raw, volume, buy.volume)},
                                        Cost{share_of(sell.open_cost.raw, volume, sell.volume)},
                                        state.account(one.account).currency, state.rates);
  if (!realized) return false;
  pair.one.realized = *realized;
  pair.two.realized = {};
  const Money balance = state.account(one.account).balance + *realized;
  const Money after = balance - pair.one.charge - pair.two.charge;
  return after <= kMaxMoney && after >= -kMaxMoney;
}

// The two stand against each other at the venue as well.
void net_at_venue(State& state, std::uint32_t first, std::uint32_t second, Volume volume) {
  Position& one = state.positions[first];
  Position& two = state.positions[second];
  const Cost paid = take_venue_part(state, one, volume);
  const Cost got = take_venue_part(state, two, volume);
  const Cost gain = one.side == Side::Buy ? got - paid : paid - got;
  settle_with_venue(state, state.symbol(one.symbol), gain, {}, one.id);
}

}  // namespace

void on_close_by(State& state, const CommandHeader& header, const CloseBy& close) {
  const std::uint32_t first = find_target(state, header, close.position);
  const std::uint32_t second = find_target(state, header, close.other);
  if (first == 0 || second == 0) return state.refuse(header.account, RejectCode::NotFound);
  const Position& one = state.positions[first];
  const Position& two = state.positions[second];
  const RejectCode code = check_close_by(state, header, one, two);
  if (code != RejectCode::None) return state.refuse(header.account, code);
  Pair pair;
  if (!price_pair(state, one, two, pair))
    return state.refuse(header.account, RejectCode::ValueOverflow);
  if (one.book == Book::A) net_at_venue(state, first, second, pair.one.volume);
  const Account& account = state.account(one.account);
  pair.one.order = OrderId{++state.last_order};
  emit_closing_order(state, one, pair.one, close.origin);
  book_closing(state, first, pair.one);
  pair.two.order = OrderId{++state.last_order};
  emit_closing_order(state, two, pair.two, close.origin);
  book_closing(state, second, pair.two);
  state.emit_account(account);
}

}  // namespace tribook::engine
