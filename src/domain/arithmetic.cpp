#include "tribook/domain/arithmetic.h"

#include <algorithm>
#include <array>

#include "tribook/base/assert.h"
#include "tribook/base/wide.h"

namespace tribook {
namespace {

constexpr int kCostDigits = 16;  // price x volume

std::uint64_t positive(std::int64_t raw) { return static_cast<std::uint64_t>(raw); }

// lots x contract, or lots x contract x price when the price is asked for.
Product notional(const Instrument& instrument, Volume volume, Price price, bool in_quote) {
  Product amount(static_cast<int128>(volume.raw) * (in_quote ? price.raw : 1));
  amount.divide_by_power_of_ten(in_quote ? kCostDigits : kFixedDigits);
  amount.scale_by_fixed(instrument.contract_size.raw);
  return amount;
}

}  // namespace

std::optional<Money> profit_and_loss(const Instrument& instrument, Side side, Cost cost,
                                     Volume volume, Price price, Currency account_currency,
                                     const RateBook& rates) {
  const Cost now = cost_of(price, volume);
  return side == Side::Buy ? profit_and_loss(instrument, cost, now, account_currency, rates)
                           : profit_and_loss(instrument, now, cost, account_currency, rates);
}

std::optional<Money> profit_and_loss(const Instrument& instrument, Cost bought, Cost sold,
                                     Currency account_currency, const RateBook& rates) {
  const Cost gain = sold - bought;
  Product amount(gain.raw);
  amount.divide_by_power_of_ten(kCostDigits);
  amount.scale_by_fixed(instrument.contract_size.raw);
  const Crossing crossing = gain.raw < 0 ? Crossing::Loss : Crossing::Gain;
  if (!rates.convert(amount, instrument.quote, account_currency, crossing)) return std::nullopt;
  return amount.round(minor_digits(account_currency));
}

int128 share_of(int128 value, Volume part, Volume whole) {
  if (part == whole) return value;
  if (part.is_zero()) return 0;
  base::Wide scaled(magnitude(value));
  const bool fits = scaled.multiply(positive(part.raw)) && scaled.multiply(2) &&
                    scaled.add(base::Wide(static_cast<uint128>(whole.raw)));
  TB_ASSERT(fits);
  scaled.divide(positive(whole.raw));
  scaled.divide(2);
  const auto share = static_cast<int128>(*scaled.narrow());
  return value < 0 ? -share : share;
}

namespace {

// Before the minimum, in the commission's currency.
std::optional<Product> charge_of(const Instrument& instrument, const CommissionSpec& spec,
                                 Volume volume, Price price, const RateBook& rates) {
  Product charge(0);
  if (spec.amount.raw == 0) return charge;  // only a minimum
  if (spec.basis == CommissionBasis::PerLot) {
    charge = Product(static_cast<int128>(spec.amount.raw) * volume.raw);
    charge.divide_by_power_of_ten(kCostDigits);
    return charge;
  }
  const bool in_quote = spec.currency != instrument.base;
  charge = notional(instrument, volume, price, in_quote);
  if (in_quote && !rates.convert(charge, instrument.quote, spec.currency, Crossing::Mid)) {
    return std::nullopt;
  }
  charge.scale_by_fixed(spec.amount.raw);
  charge.divide_by_power_of_ten(spec.basis == CommissionBasis::PerMillion ? 6 : 2);
  return charge;
}

Product amount_of(Money money) {
  Product amount(money.raw);
  amount.divide_by_power_of_ten(kFixedDigits);
  return amount;
}

}  // namespace

std::optional<Money> commission(const Instrument& instrument, const CommissionSpec& spec,
                                Volume volume, Price price, Currency account_currency,
                                const RateBook& rates, const FilledBefore& before) {
  if (spec.amount.is_zero() && spec.minimum.is_zero()) return Money{};
  const Money minimum{spec.minimum.raw};
  auto charge = charge_of(instrument, spec, volume, price, rates);
  if (!charge) return std::nullopt;
  if (before.volume.is_zero() && !before.is_any) {
    if (!charge->at_least(minimum)) charge = amount_of(minimum);
  } else {
    const auto used = before.volume.is_zero()
                          ? std::optional<Product>(Product(0))
                          : charge_of(instrument, spec, before.volume, price, rates);
    if (!used) return std::nullopt;
    const bool is_used_up = before.charge >= minimum || used->at_least(minimum - before.charge);
    if (!is_used_up) {
      // The minimum was charged then: now what the whole order exceeds it by, to 10^-8.
      const auto all = charge_of(instrument, spec, before.volume + volume, price, rates);
      const auto sum = all ? all->round(kFixedDigits) : std::nullopt;
      if (!sum) return std::nullopt;
      charge = amount_of(std::max(*sum + before.charge - minimum, Money{}));
    }
  }
  if (!rates.convert(*charge, spec.currency, account_currency, Crossing::Loss)) return std::nullopt;
  return charge->round(minor_digits(account_currency));
}

std::optional<Money> charge_before_minimum(const Instrument& instrument, const CommissionSpec& spec,
                                           Volume volume, Price price, const RateBook& rates) {
  const auto charge = charge_of(instrument, spec, volume, price, rates);
  return charge ? charge->round(kFixedDigits) : std::nullopt;
}

std::optional<Ratio> margin_level(Money equity, Money used) {
  if (used.raw <= 0) return std::nullopt;
  const auto scaled = checked_multiply<int128>(equity.raw, 10'000);
  if (!scaled) return std::nullopt;
  const int128 hundredths = divide_half_away(*scaled, used.raw);
  constexpr int128 limit = kMaxFixedRaw / 1'000'000;
  if (hundredths > limit || hundredths < -limit) return std::nullopt;
  return Ratio{static_cast<std::int64_t>(hundredths * 1'000'000)};
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
  // In 64 bits, which are enough for all but the strangest; each quote comes by for each group.
  std::int64_t both = 0;
  if (!__builtin_mul_overflow(markup_pips.raw, instrument.pip_size.raw, &both)) {
    const std::int64_t half = both / (2 * kFixedOne);
    const std::int64_t tick = instrument.tick_size.raw;
    const std::int64_t low = bid.raw - half;
    const std::int64_t high = ask.raw + half + tick - 1;
    return {low <= 0 ? 0 : low - low % tick, high - high % tick};
  }
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
