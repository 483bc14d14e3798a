#include "tribook/domain/arithmetic.h"

#include <algorithm>
#include <array>

#include "tribook/base/assert.h"
#include "tribook/base/wide.h"

namespace tribook {
namespace {

constexpr int kCostDigits = 16;                   // price x volume
constexpr int kNotionalDigits = kCostDigits + 8;  // x contract size

std::uint64_t positive(std::int64_t raw) { return static_cast<std::uint64_t>(raw); }

// lots x contract, or lots x contract x price when the price is asked for.
std::optional<Product> notional(const Instrument& instrument, Volume volume, Price price,
                                bool in_quote) {
  const auto units = checked_multiply<int128>(volume.raw, instrument.contract_size.raw);
  if (!units) return std::nullopt;
  Product amount(*units);
  if (in_quote) amount.scale(positive(price.raw), 1);
  amount.divide_by_power_of_ten(in_quote ? kNotionalDigits : kCostDigits);
  return amount;
}

}  // namespace

std::optional<Money> profit_and_loss(const Instrument& instrument, Side side, Cost cost,
                                     Volume volume, Price price, Currency account_currency,
                                     const RateBook& rates) {
  const Cost now = cost_of(price, volume);
  const Cost gain = side == Side::Buy ? now - cost : cost - now;
  Product amount(gain.raw);
  amount.scale(positive(instrument.contract_size.raw), 1);
  amount.divide_by_power_of_ten(kNotionalDigits);
  const Crossing crossing = gain.raw < 0 ? Crossing::Loss : Crossing::Gain;
  if (!rates.convert(amount, instrument.quote, account_currency, crossing)) return std::nullopt;
  return amount.round(minor_digits(account_currency));
}

std::optional<Money> margin_basis(const Instrument& instrument, Volume volume, Price price,
                                  Currency account_currency, const RateBook& rates) {
  if (instrument.margin.mode == MarginMode::Futures) {
    Product amount(static_cast<int128>(volume.raw) * instrument.margin.initial_per_lot.raw);
    amount.divide_by_power_of_ten(kCostDigits);
    if (!rates.convert(amount, instrument.margin_currency, account_currency, Crossing::Mid)) {
      return std::nullopt;
    }
    return amount.round(kFixedDigits);
  }
  auto amount = notional(instrument, volume, price, instrument.margin.mode != MarginMode::Forex);
  if (!amount) return std::nullopt;
  if (instrument.margin.mode == MarginMode::Cfd) {
    amount->scale(positive(instrument.margin.percent.raw), 100);
    amount->divide_by_power_of_ten(kFixedDigits);
  }
  if (!rates.convert(*amount, instrument.margin_currency, account_currency, Crossing::Mid)) {
    return std::nullopt;
  }
  return amount->round(kFixedDigits);
}

namespace {

std::uint64_t leverage_of(const MarginSpec& margin, std::uint32_t account_leverage) {
  if (margin.mode == MarginMode::Cfd || margin.mode == MarginMode::Futures) return 1;
  const bool is_capped = margin.leverage_cap != 0 && margin.leverage_cap < account_leverage;
  return is_capped ? margin.leverage_cap : account_leverage;
}

// PERCENT p: NET x (1 - p) + p x both, where NET = larger x uncovered / whole. Its sum is exact
// only before the division, so it does not go through a Product.
std::optional<Money> percent_margin(const MarginSpec& margin, const MarginSide& larger,
                                    const MarginSide& smaller, std::uint64_t leverage, Ratio rate,
                                    Currency account_currency) {
  const std::uint64_t whole = positive(larger.volume.raw);
  constexpr std::uint64_t full = 100 * static_cast<std::uint64_t>(kFixedOne);
  const std::uint64_t p = positive(margin.hedged_percent.raw);
  base::Wide value(magnitude(larger.basis.raw));
  base::Wide matched(magnitude(larger.basis.raw) + magnitude(smaller.basis.raw));
  std::uint64_t minor_unit = 1;
  for (int digits = minor_digits(account_currency); digits < kFixedDigits; ++digits)
    minor_unit *= 10;
  const bool fits = value.multiply(whole - positive(smaller.volume.raw)) &&
                    value.multiply(full - p) && matched.multiply(p) && matched.multiply(whole) &&
                    value.add(matched) && value.multiply(positive(rate.raw)) && value.multiply(2);
  if (!fits) return std::nullopt;
  for (const std::uint64_t factor : {whole, leverage, full, positive(kFixedOne), minor_unit}) {
    value.divide(factor);
  }
  if (!value.add(base::Wide(1))) return std::nullopt;
  value.divide(2);
  auto units = value.narrow();
  if (!units || !multiply_in_place(*units, minor_unit)) return std::nullopt;
  if (*units > static_cast<uint128>(kMaxMoney.raw)) return std::nullopt;
  return Money{static_cast<int128>(*units)};
}

// Of the policies but PERCENT: the basis that is charged; NET's share of it follows.
Money charged_basis(HedgedMargin hedged, const MarginSide& larger, const MarginSide& smaller) {
  switch (hedged) {
    case HedgedMargin::LargerLeg:
      return std::max(larger.basis, smaller.basis);
    case HedgedMargin::Sum:
      return larger.basis + smaller.basis;
    case HedgedMargin::Net:
    case HedgedMargin::Percent:
      break;
  }
  return larger.basis;
}

}  // namespace

std::optional<Money> used_margin(const Instrument& instrument, const MarginSide& buys,
                                 const MarginSide& sells, std::uint32_t account_leverage,
                                 Ratio rate, Currency account_currency) {
  const MarginSpec& margin = instrument.margin;
  const bool buys_larger = buys.volume >= sells.volume;
  const MarginSide& larger = buys_larger ? buys : sells;
  const MarginSide& smaller = buys_larger ? sells : buys;
  const std::uint64_t leverage = leverage_of(margin, account_leverage);
  const bool is_by_volume =
      margin.hedged == HedgedMargin::Net || margin.hedged == HedgedMargin::Percent;
  if (is_by_volume && larger.volume.is_zero()) return Money{};
  if (margin.hedged == HedgedMargin::Percent) {
    return percent_margin(margin, larger, smaller, leverage, rate, account_currency);
  }
  Product amount(charged_basis(margin.hedged, larger, smaller).raw);
  amount.divide_by_power_of_ten(kFixedDigits);
  amount.scale(positive(rate.raw), positive(kFixedOne));
  amount.scale(1, leverage);
  if (margin.hedged == HedgedMargin::Net) {
    const Volume uncovered = larger.volume - smaller.volume;
    if (uncovered.is_zero()) return Money{};
    amount.scale(positive(uncovered.raw), positive(larger.volume.raw));
  }
  return amount.round(minor_digits(account_currency));
}

std::optional<Money> commission(const Instrument& instrument, const CommissionSpec& spec,
                                Volume volume, Price price, Currency account_currency,
                                const RateBook& rates) {
  if (spec.amount.is_zero() && spec.minimum.is_zero()) return Money{};
  const auto amount_raw = static_cast<int128>(spec.amount.raw);
  Product charge(0);
  if (spec.amount.raw == 0) {
    // only a minimum
  } else if (spec.basis == CommissionBasis::PerLot) {
    charge = Product(amount_raw * volume.raw);
    charge.divide_by_power_of_ten(kCostDigits);
  } else {
    const bool in_quote = spec.currency != instrument.base;
    auto turnover = notional(instrument, volume, price, in_quote);
    if (!turnover) return std::nullopt;
    charge = *turnover;
    if (in_quote && !rates.convert(charge, instrument.quote, spec.currency, Crossing::Mid)) {
      return std::nullopt;
    }
    const std::uint64_t per = spec.basis == CommissionBasis::PerMillion ? 1'000'000 : 100;
    charge.scale(positive(spec.amount.raw), per);
    charge.divide_by_power_of_ten(kFixedDigits);
  }
  if (!charge.at_least(Money{spec.minimum.raw})) {
    charge = Product(spec.minimum.raw);
    charge.divide_by_power_of_ten(kFixedDigits);
  }
  if (!rates.convert(charge, spec.currency, account_currency, Crossing::Loss)) return std::nullopt;
  return charge.round(minor_digits(account_currency));
}

std::optional<Ratio> margin_level(Money equity, Money used) {
  if (used.raw <= 0) return std::nullopt;
  const auto scaled = checked_multiply<int128>(equity.raw, 10'000);
  if (!scaled) return std::nullopt;
  const int128 hundredths = divide_half_away(*scaled, used.raw);
  constexpr int128 limit = kMaxFixedRaw / 1'000'000;
  const int128 kept = hundredths > limit ? limit : hundredths < -limit ? -limit : hundredths;
  return Ratio{static_cast<std::int64_t>(kept * 1'000'000)};
}

bool is_below_level(Money equity, Money used, Ratio level_percent) {
  TB_ASSERT(used.raw > 0);
  if (equity.raw < 0) return level_percent.raw >= 0;
  base::Wide left(magnitude(equity.raw));
  base::Wide right(magnitude(used.raw));
  const bool fits = left.multiply(100) && left.multiply(static_cast<std::uint64_t>(kFixedOne)) &&
                    right.multiply(positive(level_percent.raw));
  TB_ASSERT(fits);
  return less(left, right);
}

Price pips_to_price(Ratio pips, Price pip_size) {
  const int128 product = static_cast<int128>(pips.raw) * pip_size.raw;
  return Price{static_cast<std::int64_t>(divide_half_away(product, kFixedOne))};
}

namespace {

/// Prices with half the markup on each side, to the tick; they may be out of range.
struct Widened {
  int128 bid;
  int128 ask;
};

Widened widen(const Instrument& instrument, Ratio markup_pips, Price bid, Price ask) {
  if (markup_pips.is_zero()) return {bid.raw, ask.raw};
  const int128 half = static_cast<int128>(markup_pips.raw) * instrument.pip_size.raw /
                      (2 * static_cast<int128>(kFixedOne));
  const int128 tick = instrument.tick_size.raw;
  const int128 low = bid.raw - half;
  return {low <= 0 ? 0 : low / tick * tick, (ask.raw + half + tick - 1) / tick * tick};
}

}  // namespace

std::optional<BidAsk> with_markup(const Instrument& instrument, Price bid, Price ask) {
  if (bid.raw <= 0 || ask < bid || ask.raw > kMaxFixedRaw) return std::nullopt;
  const auto [down, up] = widen(instrument, instrument.spread_markup_pips, bid, ask);
  if (down <= 0 || up > kMaxFixedRaw) return std::nullopt;
  return BidAsk{Price{static_cast<std::int64_t>(down)}, Price{static_cast<std::int64_t>(up)}};
}

BidAsk marked_up(const Instrument& instrument, Ratio markup_pips, Price bid, Price ask) {
  const auto [down, up] = widen(instrument, markup_pips, bid, ask);
  const std::int64_t tick = instrument.tick_size.raw;
  const auto low = static_cast<std::int64_t>(down);
  const Price highest{std::max(kMaxFixedRaw / tick * tick, ask.raw)};
  return {Price{low > 0 ? low : std::min(tick, bid.raw)},
          up > kMaxFixedRaw ? highest : Price{static_cast<std::int64_t>(up)}};
}

bool are_stops_valid(const Instrument& instrument, Side side, const Quote& quote, Price stop_loss,
                     Price take_profit) {
  const Price distance = pips_to_price(instrument.stops_level_pips, instrument.pip_size);
  const Price mark = closing_price(side, quote);
  const auto good = [&](Price level, bool below) {
    if (level.is_zero()) return true;
    if (!is_on_tick(level, instrument.tick_size)) return false;
    const Price away = below ? mark - level : level - mark;
    return away.raw > 0 && away >= distance;
  };
  return good(stop_loss, side == Side::Buy) && good(take_profit, side == Side::Sell);
}

RejectCode check_volume(const Instrument& instrument, Volume volume) {
  if (volume.raw <= 0 || volume < instrument.min_volume || volume > instrument.max_volume) {
    return RejectCode::VolumeOutOfRange;
  }
  if (volume.raw % instrument.volume_step.raw != 0) return RejectCode::VolumeStep;
  return RejectCode::None;
}

}  // namespace tribook
