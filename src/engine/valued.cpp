#include "engine/valued.h"

#include "engine/positions.h"

namespace tribook::engine {
namespace {

bool is_priced_by(const State& state, SymbolId symbol, std::uint64_t at) {
  return state.symbol(symbol).priced <= at;
}

// No price was another since.
bool holds(const State& state, const Holding& holding) {
  const std::uint64_t at = holding.value.at;
  if (at == 0 || !is_priced_by(state, holding.symbol, at)) return false;
  const RateBook::Chain& chain = state.rates.chain(state.symbol(holding.symbol).instrument.quote,
                                                   state.account(holding.account).currency);
  for (std::size_t i = 0; i < chain.length; ++i) {
    if (!is_priced_by(state, chain.steps[i].symbol, at)) return false;
  }
  return true;
}

void change(State& state, const Position& position, int sign) {
  Holding& holding = state.holdings[position.holding];
  if (!holds(state, holding)) {
    holding.value.at = 0;
    return;
  }
  const auto pnl = unrealized_pnl(state, position);
  if (!pnl) {
    holding.value.at = 0;
    return;
  }
  holding.value.pnl += sign > 0 ? *pnl : -*pnl;
}

}  // namespace

std::optional<Money> unrealized_pnl(const State& state, const Position& position) {
  const Account& account = state.account(position.account);
  const Price mark = closing_price(position.side, state.quote_for(account, position.symbol));
  return profit_and_loss(state.symbol(position.symbol).instrument, position.side,
                         position.open_cost, position.volume, mark, account.currency, state.rates);
}

std::optional<Money> unrealized_pnl(const State& state, const Account& account) {
  Money sum;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const auto value = value_of(state, state.holdings[h]);
    if (!value) return std::nullopt;
    sum += value->pnl;
  }
  return sum;
}

std::optional<HoldingValue> value_of(const State& state, const Holding& holding) {
  if (holds(state, holding)) return holding.value;
  HoldingValue value{{}, state.pricings};
  for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
    const auto pnl = unrealized_pnl(state, state.positions[p]);
    if (!pnl) return std::nullopt;
    value.pnl += *pnl;
  }
  holding.value = value;
  return value;
}

void begin_value(const State& state, Holding& holding) { holding.value = {{}, state.pricings}; }

void forget_values(State& state, const Account& account) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    state.holdings[h].value.at = 0;
  }
}

void leave_value(State& state, const Position& position) { change(state, position, -1); }
void join_value(State& state, const Position& position) { change(state, position, +1); }

}  // namespace tribook::engine
