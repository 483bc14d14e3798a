#include "risk/estimate.h"

#include <algorithm>

namespace tribook::risk {
namespace {

std::optional<Money> unrealized(const Replica& replica, const Account& account,
                                const Exposure& exposure, Side side, const SideTotal& total) {
  if (total.margin.volume.is_zero()) return Money{};
  const Instrument& instrument = replica.symbol(exposure.symbol)->instrument;
  const Price mark = closing_price(side, replica.quote_for(account, exposure.symbol));
  return profit_and_loss(instrument, side, total.cost, total.margin.volume, mark, account.currency,
                         replica.rates());
}

std::optional<Money> margin_held(const Replica& replica, const Account& account,
                                 const Instrument& instrument, const MarginSide& buys,
                                 const MarginSide& sells) {
  return used_margin(instrument, buys, sells, replica.leverage_for(account, instrument.id),
                     instrument.margin.maintenance_rate, account.currency);
}

// What the new position adds, at the maintenance rate, and on top of it what its own initial rate
// asks beyond maintenance.
std::optional<Money> margin_added(const Replica& replica, const Account& account,
                                  const Instrument& instrument, const Exposure& held, Side side,
                                  const MarginSide& fill) {
  MarginSide buys = held.buys.margin;
  MarginSide sells = held.sells.margin;
  MarginSide& grown = side == Side::Buy ? buys : sells;
  grown.basis += fill.basis;
  grown.volume += fill.volume;
  if (grown.volume.raw > kMaxFixedRaw) return std::nullopt;
  const auto held_now = [&](const MarginSide& b, const MarginSide& s) {
    return margin_held(replica, account, instrument, b, s);
  };
  const auto before = held_now(held.buys.margin, held.sells.margin);
  const auto after = held_now(buys, sells);
  const auto alone_maintenance = held_now(fill, {});
  const auto alone_initial =
      used_margin(instrument, fill, {}, replica.leverage_for(account, instrument.id),
                  instrument.margin.initial_rate, account.currency);
  if (!before || !after || !alone_maintenance || !alone_initial) return std::nullopt;
  return *after - *before + std::max(*alone_initial - *alone_maintenance, Money{});
}

}  // namespace

std::optional<Estimate> estimate(const Replica& replica, const Account& account,
                                 const Instrument& instrument, const Quote& quote, Side side,
                                 Volume volume) {
  // Amounts are within 10^28 raw each, and the tables bound their number: sums stay below 2^127.
  Estimate result;
  Exposure held;
  result.free_margin = account.balance + account.credit;
  for (std::uint32_t i = account.first_exposure; i != 0; i = replica.exposure(i).next) {
    const Exposure& exposure = replica.exposure(i);
    const auto bought = unrealized(replica, account, exposure, Side::Buy, exposure.buys);
    const auto sold = unrealized(replica, account, exposure, Side::Sell, exposure.sells);
    const auto used = margin_held(replica, account, replica.symbol(exposure.symbol)->instrument,
                                  exposure.buys.margin, exposure.sells.margin);
    if (!bought || !sold || !used) return std::nullopt;
    result.free_margin += *bought + *sold - *used;
    if (exposure.symbol == instrument.id) held = exposure;
  }

  const Price price = opening_price(side, quote);
  const auto basis = margin_basis(instrument, volume, price, account.currency, replica.rates());
  const auto charge = commission(instrument, replica.groups().commission(account.group, instrument),
                                 volume, price, account.currency, replica.rates());
  const auto spread =
      profit_and_loss(instrument, side, cost_of(price, volume), volume, closing_price(side, quote),
                      account.currency, replica.rates());
  if (!basis || !charge || !spread) return std::nullopt;
  const auto added = margin_added(replica, account, instrument, held, side, {*basis, volume});
  if (!added) return std::nullopt;
  result.required = *added;
  result.costs = *charge - *spread;
  return result;
}

Money rounding_slack(const Account& account) {
  int128 minor_unit = 1;
  for (int digits = minor_digits(account.currency); digits < kFixedDigits; ++digits) {
    minor_unit *= 10;
  }
  return Money{minor_unit * account.positions};
}

}  // namespace tribook::risk
