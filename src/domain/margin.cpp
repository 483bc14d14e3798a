#include "tribook/domain/margin.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/domain/product.h"
#include "tribook/domain/rate_book.h"

// A side's margin is its basis x rate / leverage, or, with tiers, that with the parts of its volume
// or notional over their own leverages:
//
//   basis x rate x (part 1 / leverage 1 + part 2 / leverage 2 ..) / whole
//
// The usual case, one leverage and no PERCENT, is a Product. All others are fractions: both sides
// over one denominator, the policy above it, one division at the end.

namespace tribook {
namespace {

using base::Wider;

constexpr std::uint64_t kOne = static_cast<std::uint64_t>(kFixedOne);
constexpr std::uint64_t kHundred = 100 * kOne;

std::uint64_t positive(std::int64_t raw) { return static_cast<std::uint64_t>(raw); }

std::uint64_t minor_unit_of(Currency currency) {
  std::uint64_t unit = 1;
  for (int digits = minor_digits(currency); digits < kFixedDigits; ++digits) unit *= 10;
  return unit;
}

std::uint32_t leverage_of(const MarginSpec& margin, std::uint32_t account_leverage) {
  if (!margin.has_leverage()) return 1;
  const bool is_capped = margin.leverage_cap != 0 && margin.leverage_cap < account_leverage;
  return is_capped ? margin.leverage_cap : account_leverage;
}

bool has_tiers(const MarginSpec& margin) { return margin.tier_count != 0 && margin.has_leverage(); }

}  // namespace

std::optional<Money> margin_basis(const Instrument& instrument, Volume volume, Price price,
                                  Currency account_currency, const RateBook& rates) {
  const MarginSpec& margin = instrument.margin;
  const bool is_futures = margin.mode == MarginMode::Futures;
  Product amount(volume.raw);
  amount.divide_by_power_of_ten(kFixedDigits);
  amount.scale_by_fixed(is_futures ? margin.initial_per_lot.raw : instrument.contract_size.raw);
  if (!is_futures && margin.mode != MarginMode::Forex) amount.scale_by_fixed(price.raw);
  if (margin.mode == MarginMode::Cfd) {
    amount.scale_by_fixed(margin.percent.raw);
    amount.divide_by_power_of_ten(2);
  }
  if (!rates.convert(amount, instrument.margin_currency, account_currency, Crossing::Mid)) {
    return std::nullopt;
  }
  return amount.round(kFixedDigits);
}

namespace {

// ---- Fractions ----

// value x factors; `fits` becomes false when that has no room.
Wider times(Wider value, std::initializer_list<Wider> factors, bool& fits) {
  for (const Wider& factor : factors) fits = fits && value.multiply(factor);
  return value;
}

/// Margin of a side: rated x weight / (whole x levers).
struct Weighed {
  Wider rated{0};   // basis x rate
  Wider weight{1};  // each tier's part x the leverages of all others
  Wider whole{1};   // what the parts are of
  Wider levers{1};  // all leverages: the same for both sides
};

// What the tiers divide, in units in which their bounds are whole numbers.
Wider divided_by_tiers(const Instrument& instrument, const MarginSide& side, bool& fits) {
  if (instrument.margin.tier_basis == TierBasis::Lots) {
    return Wider(static_cast<uint128>(side.volume.raw));
  }
  const bool in_quote = instrument.margin.mode != MarginMode::Forex;
  const Wider amount(in_quote ? magnitude(side.cost.raw)
                              : static_cast<uint128>(side.volume.raw) * kOne);
  return times(amount, {Wider(positive(instrument.contract_size.raw))}, fits);
}

Wider bound_of(const MarginSpec& margin, const MarginTier& tier, bool& fits) {
  const Wider bound(magnitude(tier.up_to()));
  if (margin.tier_basis == TierBasis::Lots) return bound;
  return times(bound, {Wider(kOne), Wider(kOne)}, fits);
}

// The product of all tiers' leverages but one (kTiersMax: of all).
Wider levers_without(const MarginSpec& margin, std::size_t left_out, std::uint32_t account_leverage,
                     bool& fits) {
  Wider product(1);
  for (std::size_t i = 0; i < margin.tier_count; ++i) {
    const std::uint64_t leverage = std::min(margin.tiers[i].leverage, account_leverage);
    if (i != left_out) fits = fits && product.multiply(leverage);
  }
  return product;
}

void weigh_by_tiers(const Instrument& instrument, const MarginSide& side,
                    std::uint32_t account_leverage, Weighed& out, bool& fits) {
  const MarginSpec& margin = instrument.margin;
  out.levers = levers_without(margin, MarginSpec::kTiersMax, account_leverage, fits);
  const Wider whole = divided_by_tiers(instrument, side, fits);
  if (whole.is_zero()) {  // next to nothing: all of it is in the first tier
    out.weight = levers_without(margin, 0, account_leverage, fits);
    return;
  }
  out.whole = whole;
  out.weight = Wider(0);
  Wider from(0);
  for (std::size_t i = 0; i < margin.tier_count && less(from, whole); ++i) {
    const Wider bound = bound_of(margin, margin.tiers[i], fits);
    const bool is_last = i + 1 == margin.tier_count || bound.is_zero() || less(whole, bound);
    const Wider to = is_last ? whole : bound;
    Wider part = to;
    part.subtract(from);
    const Wider others = levers_without(margin, i, account_leverage, fits);
    fits = fits && out.weight.add(times(part, {others}, fits));
    from = to;
  }
}

Weighed weigh(const Instrument& instrument, const MarginSide& side, const Wider& rated,
              std::uint32_t account_leverage, bool& fits) {
  Weighed weighed;
  weighed.rated = rated;
  if (has_tiers(instrument.margin)) {
    weigh_by_tiers(instrument, side, account_leverage, weighed, fits);
  } else {
    weighed.levers = Wider(leverage_of(instrument.margin, account_leverage));
  }
  return weighed;
}

struct Both {
  MarginSide buys;
  MarginSide sells;
  Wider rated_buys{0};  // basis x rate: a fill that is checked may have a rate of its own
  Wider rated_sells{0};
};

Wider rated(Money basis, Ratio rate, bool& fits) {
  return times(Wider(magnitude(basis.raw)), {Wider(positive(rate.raw))}, fits);
}

std::optional<Money> rounded(Wider numerator, Wider denominator, std::uint64_t minor_unit,
                             bool fits) {
  fits = fits && numerator.multiply(2) && numerator.add(denominator) && denominator.multiply(2);
  if (!fits) return std::nullopt;
  auto units = numerator.quotient(denominator);
  if (!units || !multiply_in_place(*units, minor_unit)) return std::nullopt;
  if (*units > static_cast<uint128>(kMaxMoney.raw)) return std::nullopt;
  return Money{static_cast<int128>(*units)};
}

// Any tiers, any policy. PERCENT p is NET + p x (both - NET) = NET x (1 - p) + p x both.
std::optional<Money> exact_margin(const Instrument& instrument, const Both& held,
                                  std::uint32_t account_leverage, Currency account_currency) {
  bool fits = true;
  const Weighed buys = weigh(instrument, held.buys, held.rated_buys, account_leverage, fits);
  const Weighed sells = weigh(instrument, held.sells, held.rated_sells, account_leverage, fits);
  const Wider bought = times(buys.rated, {buys.weight, sells.whole}, fits);
  const Wider sold = times(sells.rated, {sells.weight, buys.whole}, fits);
  const bool buys_larger = held.buys.volume >= held.sells.volume;
  const Wider& larger = buys_larger ? bought : sold;
  const Volume whole = std::max(held.buys.volume, held.sells.volume);
  const Volume matched = std::min(held.buys.volume, held.sells.volume);
  if (whole.is_zero()) return Money{};
  const Wider lots(positive(whole.raw));
  const Wider uncovered(positive((whole - matched).raw));
  Wider both = bought;
  fits = fits && both.add(sold);

  Wider charged(0);
  const std::uint64_t unit = minor_unit_of(account_currency);
  Wider below = times(buys.whole, {sells.whole, buys.levers, Wider(kOne), Wider(unit)}, fits);
  switch (instrument.margin.hedged) {
    case HedgedMargin::LargerLeg:
      charged = less(bought, sold) ? sold : bought;
      break;
    case HedgedMargin::Sum:
      charged = both;
      break;
    case HedgedMargin::Net:
      charged = times(larger, {uncovered}, fits);
      below = times(below, {lots}, fits);
      break;
    case HedgedMargin::Percent: {
      const std::uint64_t p = positive(instrument.margin.hedged_percent.raw);
      charged = times(larger, {uncovered, Wider(kHundred - p)}, fits);
      fits = fits && charged.add(times(both, {lots, Wider(p)}, fits));
      below = times(below, {lots, Wider(kHundred)}, fits);
      break;
    }
  }
  return rounded(charged, below, unit, fits);
}

// ---- The usual case ----

std::optional<Money> plain_margin(const MarginSpec& margin, const MarginSide& buys,
                                  const MarginSide& sells, std::uint32_t leverage, Ratio rate,
                                  Currency account_currency) {
  const bool buys_larger = buys.volume >= sells.volume;
  const MarginSide& larger = buys_larger ? buys : sells;
  const MarginSide& smaller = buys_larger ? sells : buys;
  const bool is_net = margin.hedged == HedgedMargin::Net;
  const Volume uncovered = larger.volume - smaller.volume;
  if (is_net && uncovered.is_zero()) return Money{};
  Money charged = larger.basis;
  if (margin.hedged == HedgedMargin::LargerLeg) charged = std::max(buys.basis, sells.basis);
  if (margin.hedged == HedgedMargin::Sum) charged = buys.basis + sells.basis;
  Product amount(charged.raw);
  amount.divide_by_power_of_ten(kFixedDigits);
  amount.scale(positive(rate.raw), kOne);
  amount.scale(1, leverage);
  if (is_net) amount.scale(positive(uncovered.raw), positive(larger.volume.raw));
  return amount.round(minor_digits(account_currency));
}

}  // namespace

std::optional<Money> used_margin(const Instrument& instrument, const MarginSide& buys,
                                 const MarginSide& sells, std::uint32_t account_leverage,
                                 Ratio rate, Currency account_currency) {
  const MarginSpec& margin = instrument.margin;
  if (!has_tiers(margin) && margin.hedged != HedgedMargin::Percent) {
    return plain_margin(margin, buys, sells, leverage_of(margin, account_leverage), rate,
                        account_currency);
  }
  bool fits = true;
  const Both held{buys, sells, rated(buys.basis, rate, fits), rated(sells.basis, rate, fits)};
  if (!fits) return std::nullopt;
  return exact_margin(instrument, held, account_leverage, account_currency);
}

std::optional<Money> margin_with_fill(const Instrument& instrument, const MarginSide& buys,
                                      const MarginSide& sells, Side side, const MarginSide& fill,
                                      std::uint32_t account_leverage, Currency account_currency) {
  const Ratio initial = instrument.margin.initial_rate;
  const Ratio maintenance = instrument.margin.maintenance_rate;
  MarginSide bought = buys;
  MarginSide sold = sells;
  (side == Side::Buy ? bought : sold) += fill;
  if (initial == maintenance) {
    return used_margin(instrument, bought, sold, account_leverage, maintenance, account_currency);
  }
  bool fits = true;
  Both held{bought, sold, rated(buys.basis, maintenance, fits),
            rated(sells.basis, maintenance, fits)};
  Wider& grown = side == Side::Buy ? held.rated_buys : held.rated_sells;
  fits = fits && grown.add(rated(fill.basis, initial, fits));
  if (!fits) return std::nullopt;
  return exact_margin(instrument, held, account_leverage, account_currency);
}

MarginShare margin_share(const Instrument& instrument, const MarginSide& side, Money position_basis,
                         std::uint32_t account_leverage) {
  bool fits = true;
  const Wider own = rated(position_basis, instrument.margin.maintenance_rate, fits);
  const Weighed weighed = weigh(instrument, side, own, account_leverage, fits);
  MarginShare share;
  share.numerator = times(weighed.rated, {weighed.weight}, fits);
  share.denominator = times(weighed.whole, {weighed.levers}, fits);
  TB_ASSERT(fits);  // 93 bits x 37 x 302, over 180 x 136
  return share;
}

bool is_less(const MarginShare& a, const MarginShare& b) {
  bool fits = true;
  const Wider left = times(a.numerator, {b.denominator}, fits);
  const Wider right = times(b.numerator, {a.denominator}, fits);
  TB_ASSERT(fits);
  return less(left, right);
}

}  // namespace tribook
