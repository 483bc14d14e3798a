#include "tribook/domain/charges.h"

#include "tribook/base/assert.h"

namespace tribook {
namespace {

constexpr std::int64_t kSunday = 0;
constexpr std::int64_t kSaturday = 6;
constexpr std::uint8_t kNoTripleDay = 7;

std::uint64_t positive(std::int64_t raw) { return static_cast<std::uint64_t>(raw); }

// 0 Sunday .. 6 Saturday; 1970-01-01 was a Thursday.
constexpr std::int64_t weekday_of(std::int64_t day) { return ((day + 4) % 7 + 7) % 7; }

constexpr std::int64_t interval_ns(const FundingSpec& funding) {
  return std::int64_t{funding.interval_hours} * 3'600 * 1'000'000'000;
}

Ratio rate_of(const SwapSpec& swap, Side side) { return side == Side::Buy ? swap.buy : swap.sell; }

// Points of the last printed digit, in the quote currency.
Product in_points(const Instrument& instrument, Ratio rate, Volume volume) {
  Product amount(static_cast<int128>(rate.raw) * instrument.contract_size.raw);
  amount.scale(positive(volume.raw), 1);
  amount.divide_by_power_of_ten(3 * kFixedDigits + instrument.digits);
  return amount;
}

// Percent a year of what the position is worth, in the quote currency.
Product in_percent(const Instrument& instrument, const SwapSpec& swap, Ratio rate, const Held& held,
                   Price mark) {
  const Cost value = swap.price == SwapPrice::Open ? held.open_cost : cost_of(mark, held.volume);
  Product amount(rate.raw < 0 ? -value.raw : value.raw);
  amount.scale(positive(rate.raw < 0 ? -rate.raw : rate.raw), 1);
  amount.scale(positive(instrument.contract_size.raw), 1);
  amount.scale(1, 100);
  amount.scale(1, swap.days_in_year);
  amount.divide_by_power_of_ten(4 * kFixedDigits);
  return amount;
}

// A gain and a loss each at its own side, as P&L.
std::optional<Money> into_account(Product amount, Currency from, Currency account_currency,
                                  const RateBook& rates) {
  const Crossing crossing = amount.is_negative() ? Crossing::Loss : Crossing::Gain;
  if (!rates.convert(amount, from, account_currency, crossing)) return std::nullopt;
  return amount.round(minor_digits(account_currency));
}

}  // namespace

int nights_of(const SwapSpec& swap, std::int64_t day) {
  if (swap.triple_day >= kNoTripleDay) return 1;
  const std::int64_t weekday = weekday_of(day);
  if (weekday == kSaturday || weekday == kSunday) return 0;
  return weekday == swap.triple_day ? 3 : 1;
}

std::optional<Money> swap_amount(const Instrument& instrument, const SwapSpec& swap,
                                 const Held& held, Price mark, int nights,
                                 Currency account_currency, const RateBook& rates) {
  TB_ASSERT(nights >= 0);
  const Ratio rate = rate_of(swap, held.side);
  if (swap.mode == SwapMode::None || rate.is_zero() || nights == 0) return Money{};
  const auto times = static_cast<std::uint64_t>(nights);
  if (swap.mode == SwapMode::Money) {
    Product amount(static_cast<int128>(rate.raw) * held.volume.raw);
    amount.scale(times, 1);
    amount.divide_by_power_of_ten(2 * kFixedDigits);
    return amount.round(minor_digits(account_currency));
  }
  Product amount = swap.mode == SwapMode::Points ? in_points(instrument, rate, held.volume)
                                                 : in_percent(instrument, swap, rate, held, mark);
  amount.scale(times, 1);
  return into_account(amount, instrument.quote, account_currency, rates);
}

std::optional<Money> swap_free_fee(const SwapFreeSpec& terms, Volume volume, int nights,
                                   Currency account_currency) {
  if (terms.fee.is_zero() || nights == 0) return Money{};
  Product amount(-static_cast<int128>(terms.fee.raw) * volume.raw);
  amount.scale(static_cast<std::uint64_t>(nights), 1);
  amount.divide_by_power_of_ten(2 * kFixedDigits);
  return amount.round(minor_digits(account_currency));
}

std::optional<Money> funding_amount(const Instrument& instrument, const Held& held,
                                    const Quote& quote, Currency account_currency,
                                    const RateBook& rates) {
  const Ratio rate = instrument.funding.rate;
  if (rate.is_zero()) return Money{};
  const bool pays = (held.side == Side::Buy) == (rate.raw > 0);
  const int128 both = static_cast<int128>(quote.bid.raw) + quote.ask.raw;
  Product amount(pays ? -both : both);
  amount.scale(positive(rate.raw < 0 ? -rate.raw : rate.raw), 2);
  amount.scale(positive(instrument.contract_size.raw), 1);
  amount.scale(positive(held.volume.raw), 1);
  amount.divide_by_power_of_ten(4 * kFixedDigits);
  return into_account(amount, instrument.quote, account_currency, rates);
}

std::optional<Money> venue_settlement(const Instrument& instrument, Cost gain, Currency currency,
                                      const RateBook& rates) {
  Product amount(gain.raw);
  amount.scale(positive(instrument.contract_size.raw), 1);
  amount.divide_by_power_of_ten(3 * kFixedDigits);
  if (!rates.convert(amount, instrument.quote, currency, Crossing::Mid)) return std::nullopt;
  return amount.round(minor_digits(currency));
}

bool is_funding_due(const FundingSpec& funding, TimeNs time) {
  return has_funding(funding) && time.ns % interval_ns(funding) == 0;
}

TimeNs funding_time_from(const FundingSpec& funding, TimeNs time) {
  TB_ASSERT(has_funding(funding));
  const std::int64_t interval = interval_ns(funding);
  const std::int64_t whole = time.ns / interval * interval;
  return TimeNs{whole < time.ns ? whole + interval : whole};
}

}  // namespace tribook
