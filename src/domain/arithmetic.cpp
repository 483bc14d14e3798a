#include "tribook/domain/arithmetic.h"

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

std::optional<Money> commission(const Instrument& instrument, Volume volume, Price price,
                                Currency account_currency, const RateBook& rates) {
  const CommissionSpec& spec = instrument.commission;
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

std::optional<BidAsk> with_markup(const Instrument& instrument, Price bid, Price ask) {
  if (bid.raw <= 0 || ask < bid || ask.raw > kMaxFixedRaw) return std::nullopt;
  if (instrument.spread_markup_pips.is_zero()) return BidAsk{bid, ask};
  const int128 half = static_cast<int128>(instrument.spread_markup_pips.raw) *
                      instrument.pip_size.raw / (2 * static_cast<int128>(kFixedOne));
  const int128 tick = instrument.tick_size.raw;
  const int128 down = (bid.raw - half) / tick * tick;
  const int128 up = (ask.raw + half + tick - 1) / tick * tick;
  if (bid.raw - half <= 0 || down <= 0 || up > kMaxFixedRaw) return std::nullopt;
  return BidAsk{Price{static_cast<std::int64_t>(down)}, Price{static_cast<std::int64_t>(up)}};
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
