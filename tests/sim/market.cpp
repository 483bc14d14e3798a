#include "sim/market.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tribook::sim {
namespace {

Instrument forex(std::string_view base, std::string_view quote) {
  const bool is_yen = quote == "JPY";
  Instrument instrument;
  instrument.name = SymbolName::of(std::string(base) + std::string(quote));
  instrument.base = Currency::of(base);
  instrument.quote = Currency::of(quote);
  instrument.margin_currency = instrument.base;
  instrument.commission.currency = instrument.quote;
  instrument.digits = is_yen ? 3 : 5;
  instrument.tick_size = Price{is_yen ? kFixedOne / 1'000 : kFixedOne / 100'000};
  instrument.pip_size = Price{instrument.tick_size.raw * 10};
  instrument.contract_size = Quantity::from_whole(100'000);
  instrument.min_volume = Volume{kFixedOne / 100};
  instrument.max_volume = Volume::from_whole(1'000);
  instrument.volume_step = Volume{kFixedOne / 100};
  return instrument;
}

}  // namespace

void give_tiers(Random& random, MarginSpec& margin) {
  margin.tier_basis = random.percent(50) ? TierBasis::Lots : TierBasis::Notional;
  margin.tier_count = static_cast<std::uint8_t>(random.below(5));
  margin.tiers = {};
  const bool is_by_lots = margin.tier_basis == TierBasis::Lots;
  const std::int64_t lot = is_by_lots ? kFixedOne : 100'000 * kFixedOne;
  std::int64_t up_to = 0;
  for (std::size_t i = 0; i < margin.tier_count; ++i) {
    up_to += random.between(1, 30) * lot / 4;
    const bool is_endless = i + 1u == margin.tier_count && random.percent(50);
    margin.tiers[i] =
        MarginTier::of(is_endless ? 0 : up_to, static_cast<std::uint32_t>(random.between(1, 400)));
  }
}

namespace {

void dress(Random& random, Instrument& instrument) {
  instrument.commission.amount = Ratio{random.between(0, 7) * kFixedOne / 2};
  instrument.commission.basis = static_cast<CommissionBasis>(random.below(2));
  instrument.margin.hedged = static_cast<HedgedMargin>(random.below(4));
  instrument.margin.hedged_percent = Ratio::from_whole(50);
  instrument.stops_level_pips = Ratio::from_whole(random.between(0, 3));
  instrument.schedule.kind =
      random.percent(50) ? ScheduleSpec::Kind::Always : ScheduleSpec::Kind::FxWeek;
  if (random.percent(30)) {
    instrument.margin.mode = MarginMode::CfdLeverage;
    instrument.margin_currency = instrument.quote;
    instrument.funding = {Ratio{kFixedOne / 10'000}, 8, {}};
  }
  // Follows from the above, so that it takes no draw of its own.
  SwapSpec& swap = instrument.swap;
  swap.mode = static_cast<SwapMode>(instrument.stops_level_pips.raw / kFixedOne);
  swap.buy = Ratio{-instrument.commission.amount.raw - 1'234'567};
  swap.sell = Ratio{instrument.commission.amount.raw / 3};
  instrument.self_trade =
      static_cast<SelfTradePrevention>(instrument.commission.amount.raw / (kFixedOne / 2) % 3);
  if (instrument.margin.hedged == HedgedMargin::Sum) swap.triple_day = 7;
  if (instrument.margin.hedged == HedgedMargin::Net) swap.price = SwapPrice::Open;
  if (random.percent(40)) give_tiers(random, instrument.margin);
  VenueSpec& venue = instrument.venue;
  venue.book = static_cast<Book>(1 + random.below(3));
  venue.step = Volume{kFixedOne / 100 * random.between(1, 10)};
  venue.min_volume = Volume{kFixedOne / 100 * random.between(0, 20)};
  venue.hedge_percent = Ratio::from_whole(random.between(0, 100));
  venue.timeout_ms = static_cast<std::uint32_t>(random.between(100, 5'000));
  venue.late_fill = static_cast<LateFill>(random.below(2));
}

}  // namespace

std::vector<Instrument> base_symbols(Random& random) {
  std::vector<Instrument> symbols{forex("EUR", "USD"), forex("USD", "JPY"), forex("BTC", "USD")};
  symbols[2].contract_size = Quantity::from_whole(1);
  symbols[2].tick_size = Price{kFixedOne / 100};
  symbols[2].pip_size = Price{kFixedOne / 10};
  symbols[2].digits = 2;
  symbols[2].category = Category::Crypto;
  for (Instrument& symbol : symbols) dress(random, symbol);
  symbols[0].schedule.kind = ScheduleSpec::Kind::Always;
  return symbols;
}

Instrument extra_symbol(Random& random, std::uint64_t number) {
  constexpr std::string_view codes[] = {"GBP", "CHF", "EUR", "USD", "JPY"};
  Instrument symbol = forex(random.one_of(codes), random.percent(50) ? "USD" : "JPY");
  symbol.name = SymbolName::of("X" + std::to_string(number));
  dress(random, symbol);
  return symbol;
}

void Market::spoil(Random& random, QuoteCommand& quote) {
  switch (random.below(6)) {
    case 0:
      std::swap(quote.bid, quote.ask);
      break;
    case 1:
      quote.bid = {};
      break;
    case 2:
      quote.ask = {};
      break;
    case 3:
      quote.ask = Price{kMaxFixedRaw + random.between(0, 1)};
      break;
    case 4:
      quote.symbol = SymbolId{static_cast<std::uint16_t>(random.bits())};
      break;
    default:
      quote.venue_time.ns -= random.between(0, 7'200'000'000'000);
      break;
  }
}

namespace {

// A broken specification may have any tick size, so there is no price too absurd.
Price price_of(std::int64_t ticks, std::int64_t tick_raw) {
  const int128 raw = int128{ticks} * tick_raw;
  return Price{static_cast<std::int64_t>(std::clamp<int128>(raw, INT64_MIN, INT64_MAX))};
}

}  // namespace

QuoteCommand Market::quote(Random& random, SymbolId symbol, const Instrument& instrument) {
  if (walks_.size() <= symbol.value) walks_.resize(symbol.value + std::size_t{1});
  Walk& walk = walks_[symbol.value];
  if (walk.mid == 0) walk = {random.between(50'000, 150'000), random.between(1, 20)};
  walk.mid += random.between(-20, 20);
  if (random.one_in(100)) walk.mid += walk.mid / 100 * random.between(-4, 4);
  if (random.one_in(50)) walk.spread = random.between(0, 30);
  walk.mid = std::clamp<std::int64_t>(walk.mid, 1'000, 10'000'000);
  const std::int64_t spike = random.one_in(150) ? walk.mid / 100 * random.between(-10, 10) : 0;
  QuoteCommand quote;
  quote.symbol = symbol;
  const std::int64_t tick = instrument.tick_size.raw;
  quote.bid = price_of(walk.mid + spike, tick);
  quote.ask = price_of(walk.mid + spike + walk.spread, tick);
  quote.venue = VenueId{static_cast<std::uint16_t>(random.below(3))};
  quote.never_stale = random.percent(20) ? 1 : 0;
  return quote;
}

}  // namespace tribook::sim
