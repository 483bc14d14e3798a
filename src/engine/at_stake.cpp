#include "engine/at_stake.h"

#include "tribook/domain/net_value.h"

namespace tribook::engine {
namespace {

constexpr int kCostDigits = 16;  // price x volume

Figure unknown(RejectCode code) { return {{}, code}; }

Figure add(const Figure& sum, const Figure& more) {
  if (!sum.is_known()) return sum;
  if (!more.is_known()) return more;
  const auto both = checked_add(sum.amount.raw, more.amount.raw);
  return both ? Figure{Money{*both}} : unknown(RejectCode::ValueOverflow);
}

Figure rounded(const Product& amount) {
  const auto money = amount.round(kFixedDigits);
  return money ? Figure{*money} : unknown(RejectCode::ValueOverflow);
}

Figure converted(const State& state, const Account& account, Product amount, Currency from) {
  return state.rates.convert(amount, from, account.currency, Crossing::Mid)
             ? rounded(amount)
             : unknown(RejectCode::NoConversion);
}

Figure without_sign(Figure figure) {
  if (figure.amount.is_negative()) figure.amount = -figure.amount;
  return figure;
}

// Net volumes, raw: buys less sells. Calls visit(symbol, net) for what is held, and the fill's.
template <typename Visit>
void for_each_net(const State& state, const Account& account, const MoreHeld& more, Visit visit) {
  const std::int64_t signed_more = more.side == Side::Buy ? more.volume.raw : -more.volume.raw;
  bool is_counted = signed_more == 0;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    std::int64_t net = holding.buys.volume.raw - holding.sells.volume.raw;
    if (holding.symbol == more.symbol) {
      net += signed_more;
      is_counted = true;
    }
    visit(holding.symbol, net);
  }
  if (!is_counted) visit(more.symbol, signed_more);
}

// At the mid of the account's prices.
Product worth_of(const State& state, const Account& account, const Instrument& instrument,
                 std::int64_t net) {
  return worth_of_net(instrument, state.quote_for(account, instrument.id), net);
}

Figure symbol_at_stake(const State& state, const Account& account, SymbolId symbol,
                       std::int64_t net) {
  if (net == 0) return {};
  const Instrument& instrument = state.symbol(symbol).instrument;
  return without_sign(
      converted(state, account, worth_of(state, account, instrument, net), instrument.quote));
}

// Who buys a symbol holds its base currency and owes its quote currency.
Figure currency_at_stake(const State& state, const Account& account, Currency currency,
                         const MoreHeld& more) {
  if (currency == account.currency) return {};
  Figure sum;
  for_each_net(state, account, more, [&](SymbolId symbol, std::int64_t net) {
    const Instrument& instrument = state.symbol(symbol).instrument;
    if (instrument.base == currency) sum = add(sum, rounded(units_of_net(instrument, net)));
    if (instrument.quote == currency)
      sum = add(sum, rounded(worth_of(state, account, instrument, -net)));
  });
  if (!sum.is_known() || sum.amount.is_zero()) return sum;
  Product amount(sum.amount.raw);
  amount.divide_by_power_of_ten(kFixedDigits);
  return without_sign(converted(state, account, amount, currency));
}

}  // namespace

Figure total_at_stake(const State& state, const Account& account, const MoreHeld& more) {
  Figure total;
  for_each_net(state, account, more, [&](SymbolId symbol, std::int64_t net) {
    total = add(total, symbol_at_stake(state, account, symbol, net));
  });
  return total;
}

AtStake at_stake(const State& state, const Account& account, const MoreHeld& more) {
  AtStake all;
  for_each_net(state, account, more, [&](SymbolId symbol, std::int64_t net) {
    const Figure figure = symbol_at_stake(state, account, symbol, net);
    all.total = add(all.total, figure);
    if (net != 0) ++all.symbols;
    if (symbol == more.symbol) all.symbol = figure;
  });
  const Instrument& instrument = state.symbol(more.symbol).instrument;
  all.base_currency = currency_at_stake(state, account, instrument.base, more);
  all.quote_currency = currency_at_stake(state, account, instrument.quote, more);
  return all;
}

Figure notional_of(const State& state, const Account& account, const Instrument& instrument,
                   Volume volume, Price price) {
  Product amount(cost_of(price, volume).raw);
  amount.divide_by_power_of_ten(kCostDigits);
  amount.scale_by_fixed(instrument.contract_size.raw);
  return converted(state, account, amount, instrument.quote);
}

}  // namespace tribook::engine
