#include <algorithm>

#include "engine/positions.h"

namespace tribook::engine {
namespace {

// What opens needs a good rate on all ways between its currencies and the account's: a fresh one
// where the market is open, the last one where it is closed.
bool has_good_conversions(const State& state, const Account& account,
                          const Instrument& instrument) {
  const auto is_good = [&](SymbolId id, const Quote& quote) {
    const Symbol& symbol = state.symbol(id);
    return symbol.is_session_open ? is_fresh(symbol, quote, state.now) : quote.is_known();
  };
  const RateBook& rates = state.rates;
  const CommissionSpec& terms = state.groups.commission(account.group, instrument);
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
                        Volume volume, Price price, Opening& opening) {
  const Instrument& instrument = symbol.instrument;
  const Quote quote = state.quote_for(account, instrument.id);
  const std::uint32_t leverage = state.leverage_for(account, instrument.id);
  opening.price = price;
  if (!has_good_conversions(state, account, instrument)) return RejectCode::NoConversion;
  const auto basis = margin_basis(instrument, volume, price, account.currency, state.rates);
  const auto charge = commission(instrument, state.groups.commission(account.group, instrument),
                                 volume, price, account.currency, state.rates);
  const auto pnl = profit_and_loss(instrument, side, cost_of(price, volume), volume,
                                   closing_price(side, quote), account.currency, state.rates);
  if (!basis || !charge || !pnl) return RejectCode::NoConversion;

  MarginSide buys;
  MarginSide sells;
  Money used_before;
  if (const std::uint32_t h = find_holding(state, account, instrument.id); h != 0) {
    buys = state.holdings[h].buys;
    sells = state.holdings[h].sells;
    used_before = state.holdings[h].used_margin;
  }
  MarginSide fill{*basis, volume};
  MarginSide& grown = side == Side::Buy ? buys : sells;
  grown.basis += fill.basis;
  grown.volume += fill.volume;
  const auto used = [&](const MarginSide& b, const MarginSide& s, Ratio rate) {
    return used_margin(instrument, b, s, leverage, rate, account.currency);
  };
  const auto used_after = used(buys, sells, instrument.margin.maintenance_rate);
  const auto alone_initial = used(fill, {}, instrument.margin.initial_rate);
  const auto alone_maintenance = used(fill, {}, instrument.margin.maintenance_rate);
  if (!used_after || !alone_initial || !alone_maintenance || grown.volume.raw > kMaxFixedRaw) {
    return RejectCode::ValueOverflow;
  }
  opening.basis = *basis;
  opening.commission = *charge;
  opening.unrealized_pnl = *pnl;
  const Money extra = std::max(*alone_initial - *alone_maintenance, Money{});
  opening.required_margin = *used_after - used_before + extra;
  const Money equity =
      account.balance + account.credit + unrealized_pnl(state, account) + *pnl - *charge;
  opening.free_margin_after = equity - account.used_margin - opening.required_margin;
  return opening.free_margin_after.is_negative() ? RejectCode::InsufficientMargin
                                                 : RejectCode::None;
}

}  // namespace tribook::engine
