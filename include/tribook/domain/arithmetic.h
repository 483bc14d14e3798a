#pragma once

#include <cstdint>
#include <optional>

#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/margin.h"
#include "tribook/domain/rate_book.h"

// The broker's sums: profit and loss, commission, levels (margin has a header of its own). All
// exact, rounded once, half away from zero. An empty result means that the amount cannot be
// converted (no chain, no quote) or does not fit.

namespace tribook {

/// The price at which a position of that side is marked and closed.
constexpr Price closing_price(Side side, const Quote& quote) {
  return side == Side::Buy ? quote.bid : quote.ask;
}
/// The price at which an order of that side opens against the house.
constexpr Price opening_price(Side side, const Quote& quote) {
  return side == Side::Buy ? quote.ask : quote.bid;
}

/// What closing `volume`, opened at `cost`, at `price` brings, in `account_currency`, rounded to
/// its minor digits. Converts a gain and a loss each at its own side.
std::optional<Money> profit_and_loss(const Instrument& instrument, Side side, Cost cost,
                                     Volume volume, Price price, Currency account_currency,
                                     const RateBook& rates);

/// The same of a volume that was bought at one cost and sold at another.
std::optional<Money> profit_and_loss(const Instrument& instrument, Cost bought, Cost sold,
                                     Currency account_currency, const RateBook& rates);

/// value x part / whole, rounded half away from zero; what belongs to a part of a position's
/// volume. REQUIRES: 0 <= part <= whole, 0 < whole.
int128 share_of(int128 value, Volume part, Volume whole);

/// Cost / volume to 10^-8; 0 without volume, or when no price can hold it.
constexpr Price average_price(Cost cost, Volume volume) {
  if (volume.raw <= 0) return {};
  const int128 price = divide_half_away(cost.raw, volume.raw);
  return price > INT64_MAX || price < INT64_MIN ? Price{} : Price{static_cast<std::int64_t>(price)};
}

/// What an order had before a fill, as far as its commission goes: of the minimum, what that did
/// not use up counts for the fill.
struct FilledBefore {
  Volume volume;        ///< at the same price
  Money charge;         ///< of all else, before the minimum, to 10^-8 of the commission's currency
  bool is_any = false;  ///< there was anything else
};

/// The commission of one order's fill as a positive charge in account currency, minor digits.
std::optional<Money> commission(const Instrument& instrument, const CommissionSpec& spec,
                                Volume volume, Price price, Currency account_currency,
                                const RateBook& rates, const FilledBefore& before = {});
/// On the symbol's own terms.
inline std::optional<Money> commission(const Instrument& instrument, Volume volume, Price price,
                                       Currency account_currency, const RateBook& rates,
                                       const FilledBefore& before = {}) {
  return commission(instrument, instrument.commission, volume, price, account_currency, rates,
                    before);
}

/// The same before the minimum, to 10^-8 of the commission's currency: FilledBefore::charge.
std::optional<Money> charge_before_minimum(const Instrument& instrument, const CommissionSpec& spec,
                                           Volume volume, Price price, const RateBook& rates);

/// equity / used x 100 to two decimals (raw at 10^-8); empty when no margin is used, and beyond
/// 10^10 % either way.
std::optional<Ratio> margin_level(Money equity, Money used);

/// equity / used x 100 < level_percent, by cross-multiplication. REQUIRES: used > 0.
bool is_below_level(Money equity, Money used, Ratio level_percent);

/// pips x pip size, exactly where it is a whole number of 10^-8, else rounded half away from zero.
Price pips_to_price(Ratio pips, Price pip_size);

struct BidAsk {
  Price bid;
  Price ask;
};
/// A venue's prices with the symbol's spread markup, half a side: the bid down, the ask up, to the
/// tick. Empty unless 0 < bid <= ask before, and 0 < bid and both within range after.
std::optional<BidAsk> with_markup(const Instrument& instrument, Price bid, Price ask);
/// The same with another markup, and never empty: where a markup leaves no price, one tick, or the
/// highest price. REQUIRES: 0 < bid <= ask, within range.
BidAsk marked_up(const Instrument& instrument, Ratio markup_pips, Price bid, Price ask);

/// True when the price is a positive multiple of the tick.
constexpr bool is_on_tick(Price price, Price tick_size) {
  return price.raw > 0 && price.raw % tick_size.raw == 0;
}

/// Where an account's SL and TP may be, given the market. Zero prices are absent and always good.
bool are_stops_valid(const Instrument& instrument, Side side, const Quote& quote, Price stop_loss,
                     Price take_profit);

/// Volume against the symbol's range and step: None, VolumeOutOfRange or VolumeStep.
RejectCode check_volume(const Instrument& instrument, Volume volume);

}  // namespace tribook
