#include <algorithm>

#include "engine/closing.h"
#include "engine/positions.h"
#include "tribook/base/canary.h"

namespace tribook::engine {
namespace {

// What opens needs a good rate on all ways between its currencies and the account's: a fresh one
// where the market is open, the last one where it is closed.
bool has_good_conversions(const State& state, const Account& account,
                          const Instrument& instrument) {
  const auto is_good = [&](SymbolId id, const Quote& quote) {
    const Symbol& symbol = state.symbol(id);
    const bool may_be_old = !symbol.is_session_open || base::is_broken(base::Broken::AgeIgnored);
    return may_be_old ? quote.is_known() : is_fresh(symbol, quote, state.now);
  };
  const RateBook& rates = state.rates;
  const CommissionSpec& terms = state.commission_for(account, instrument);
  const Currency charged = terms.currency;
  const bool is_charged = !terms.amount.is_zero() || !terms.minimum.is_zero();
  const bool is_on_notional = terms.basis != CommissionBasis::PerLot && charged != instrument.base;
  return rates.is_listed_chain(instrument.quote, account.currency, is_good) &&
         rates.is_listed_chain(instrument.margin_currency, account.currency, is_good) &&
         (!is_charged || rates.is_listed_chain(charged, account.currency, is_good)) &&
         (!is_charged || !is_on_notional ||
          rates.is_listed_chain(instrument.quote, charged, is_good));
}

}  // namespace

// A fill is checked at the initial rate with everything held at the maintenance rate.
RejectCode plan_opening(const State& state, const Account& account, const Symbol& symbol, Side side,
                        Volume volume, Price price, Opening& opening, const FilledBefore& before) {
  const Instrument& instrument = symbol.instrument;
  const Quote quote = state.quote_for(account, instrument.id);
  const std::uint32_t leverage = state.leverage_for(account, instrument.id);
  opening.price = price;
  // What is on its way to be closed stands there yet, and a netting account has one position.
  if (account.mode == PositionMode::Netting &&
      next_to_close(state, account, instrument.id, opposite(side)) != 0)
    return RejectCode::ClosingAtVenue;
  if (!has_good_conversions(state, account, instrument)) return RejectCode::NoConversion;
  const auto basis = margin_basis(instrument, volume, price, account.currency, state.rates);
  const auto charge = commission(instrument, state.commission_for(account, instrument), volume,
                                 price, account.currency, state.rates, before);
  const auto pnl = profit_and_loss(instrument, side, cost_of(price, volume), volume,
                                   closing_price(side, quote), account.currency, state.rates);
  const auto held_pnl = unrealized_pnl(state, account);
  if (!basis || !charge || !pnl || !held_pnl) return RejectCode::ValueOverflow;

  MarginSide buys;
  MarginSide sells;
  Money used_before;
  if (const std::uint32_t h = find_holding(state, account, instrument.id); h != 0) {
    buys = state.holdings[h].buys;
    sells = state.holdings[h].sells;
    used_before = state.holdings[h].used_margin;
  }
  const MarginSide fill{*basis, volume, cost_of(price, volume)};
  const auto checked =
      margin_with_fill(instrument, buys, sells, side, fill, leverage, account.currency);
  MarginSide& grown = side == Side::Buy ? buys : sells;
  grown += fill;
  const bool is_one_rate = instrument.margin.initial_rate == instrument.margin.maintenance_rate;
  const auto held = is_one_rate ? checked
                                : used_margin(instrument, buys, sells, leverage,
                                              instrument.margin.maintenance_rate, account.currency);
  if (!checked || !held || grown.volume.raw > kMaxFixedRaw ||
      !does_either_fit(instrument, buys, sells, leverage, account.currency)) {
    return RejectCode::ValueOverflow;
  }
  opening.basis = *basis;
  opening.commission = *charge;
  opening.unrealized_pnl = *pnl;
  // A maintenance rate above the initial one must be there as well, just after the fill.
  opening.required_margin = std::max(*checked, *held) - used_before;
  const Money equity = account.balance + account.credit + *held_pnl + *pnl - *charge;
  opening.free_margin_after =
      equity - account.used_margin - account.reserved_margin - opening.required_margin;
  if (account.balance - *charge < -kMaxMoney) return RejectCode::ValueOverflow;
  return opening.free_margin_after.is_negative() ? RejectCode::InsufficientMargin
                                                 : RejectCode::None;
}

Opening price_opening(const State& state, const Account& account, const Symbol& symbol,
                      Volume volume, Price price, const FilledBefore& before) {
  const Instrument& instrument = symbol.instrument;
  Opening opening;
  opening.price = price;
  opening.basis =
      margin_basis(instrument, volume, price, account.currency, state.rates).value_or(Money{});
  opening.commission = commission(instrument, state.commission_for(account, instrument), volume,
                                  price, account.currency, state.rates, before)
                           .value_or(Money{});
  return opening;
}

}  // namespace tribook::engine
