#include "risk/estimate.h"

#include "tribook/domain/margin_added.h"

namespace tribook::risk {
namespace {

std::optional<Money> unrealized(const Replica& replica, const Account& account,
                                const Exposure& exposure, Side side, const MarginSide& held) {
  if (held.volume.is_zero()) return Money{};
  const Instrument& instrument = replica.symbol(exposure.symbol)->instrument;
  const Price mark = closing_price(side, replica.quote_for(account, exposure.symbol));
  return profit_and_loss(instrument, side, held.cost, held.volume, mark, account.currency,
                         replica.rates());
}

std::optional<Money> margin_held(const Replica& replica, const Account& account,
                                 const Instrument& instrument, const MarginSide& buys,
                                 const MarginSide& sells) {
  return used_margin(instrument, buys, sells, replica.leverage_for(account, instrument.id),
                     instrument.margin.maintenance_rate, account.currency);
}

}  // namespace

std::optional<Estimate> estimate(const Replica& replica, const Account& account,
                                 const Instrument& instrument, const Quote& quote, Side side,
                                 Volume volume, Volume closing) {
  // Amounts are within 10^28 raw each, and the tables bound their number: sums stay below 2^127.
  Estimate result;
  Exposure held;
  result.free_margin = account.balance + account.credit - account.reserved_margin;
  for (std::uint32_t i = account.first_exposure; i != 0; i = replica.exposure(i).next) {
    const Exposure& exposure = replica.exposure(i);
    const auto bought = unrealized(replica, account, exposure, Side::Buy, exposure.buys);
    const auto sold = unrealized(replica, account, exposure, Side::Sell, exposure.sells);
    const auto used = margin_held(replica, account, replica.symbol(exposure.symbol)->instrument,
                                  exposure.buys, exposure.sells);
    if (!bought || !sold || !used) return std::nullopt;
    result.free_margin += *bought + *sold - *used;
    if (exposure.symbol == instrument.id) held = exposure;
  }

  const Price price = opening_price(side, quote);
  const Volume opening = volume - closing;
  const auto basis = margin_basis(instrument, opening, price, account.currency, replica.rates());
  const auto charge = commission(instrument, replica.groups().commission(account.group, instrument),
                                 volume, price, account.currency, replica.rates());
  const auto spread =
      profit_and_loss(instrument, side, cost_of(price, opening), opening,
                      closing_price(side, quote), account.currency, replica.rates());
  if (!basis || !charge || !spread) return std::nullopt;
  const auto added = margin_added(instrument, {held.buys, held.sells}, side,
                                  {*basis, opening, cost_of(price, opening)}, closing,
                                  replica.leverage_for(account, instrument.id), account.currency);
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
