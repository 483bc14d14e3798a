#pragma once

#include <cstdint>
#include <optional>

#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/rate_book.h"

// What a position pays or gets for being held: swap by the night, a fee in its place, funding. As
// in arithmetic.h, exact and rounded once; an empty result cannot be converted or does not fit.

namespace tribook {

/// Of a position, what its charges depend on.
struct Held {
  Side side = Side::Buy;
  Volume volume;
  Cost open_cost;
};

/// How many nights a rollover on this date (days since 1970-01-01, in New York) counts: one each
/// calendar day without a triple day; with one, three on it and none at the weekend.
int nights_of(const SwapSpec& swap, std::int64_t day);

/// Negative for a charge, in account currency. `mark` is what the position would be closed at.
std::optional<Money> swap_amount(const Instrument& instrument, const SwapSpec& swap,
                                 const Held& held, Price mark, int nights,
                                 Currency account_currency, const RateBook& rates);

constexpr bool is_sane(const SwapFreeSpec& terms) {
  return terms.fee.raw >= 0 && terms.fee.raw <= kMaxFixedRaw &&
         terms.free_rollovers <= SwapFreeSpec::kFreeRolloversMax && terms.is_on <= 1;
}

/// What stands in the place of swap once the free rollovers are over: a charge, so negative or 0.
std::optional<Money> swap_free_fee(const SwapFreeSpec& terms, Volume volume, int nights,
                                   Currency account_currency);

/// The position's value is taken at the middle of the quote. Negative for a payment.
std::optional<Money> funding_amount(const Instrument& instrument, const Held& held,
                                    const Quote& quote, Currency account_currency,
                                    const RateBook& rates);

/// What a venue owes for `gain` (price x volume of the symbol), in the currency in which it
/// settles: converted at the middle, rounded to its minor digits.
std::optional<Money> venue_settlement(const Instrument& instrument, Cost gain, Currency currency,
                                      const RateBook& rates);

/// Without a rate there is nothing to pay.
constexpr bool has_funding(const FundingSpec& funding) {
  return funding.interval_hours != 0 && !funding.rate.is_zero();
}
/// True when the interval ends at `time`: it counts from 1970-01-01T00:00Z.
bool is_funding_due(const FundingSpec& funding, TimeNs time);
/// The first end of the interval at or after `time`. REQUIRES: has_funding().
TimeNs funding_time_from(const FundingSpec& funding, TimeNs time);

}  // namespace tribook
