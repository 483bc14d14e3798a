#include "scenario/market.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "tribook/base/assert.h"
#include "tribook/domain/decimal.h"
#include "venue/replay/tick_file_reader.h"

namespace tribook::scenario {
namespace {

template <typename Number>
Number of(std::string_view text) {
  const DecimalResult parsed = parse_decimal(text);
  TB_ASSERT(parsed.error == DecimalError::None);
  return Number::from_raw(static_cast<std::int64_t>(parsed.raw));
}

struct Sizes {
  std::string_view tick, pip, contract, volume_least, volume_most, volume_step;
};

Instrument make(std::string_view name, Category category, std::string_view base,
                std::string_view quote, std::uint8_t digits, const Sizes& sizes) {
  Instrument i;
  i.name = SymbolName::of(name);
  i.category = category;
  i.base = Currency::of(base);
  i.quote = i.margin_currency = Currency::of(quote);
  i.digits = digits;
  i.tick_size = of<Price>(sizes.tick);
  i.pip_size = of<Price>(sizes.pip);
  i.contract_size = of<Quantity>(sizes.contract);
  i.min_volume = of<Volume>(sizes.volume_least);
  i.max_volume = of<Volume>(sizes.volume_most);
  i.volume_step = of<Volume>(sizes.volume_step);
  i.commission.currency = i.quote;
  return i;
}

void charge(Instrument& i, CommissionBasis basis, std::string_view amount,
            std::string_view currency, std::string_view minimum) {
  i.commission.basis = basis;
  i.commission.amount = of<Ratio>(amount);
  i.commission.currency = Currency::of(currency);
  i.commission.minimum = of<Ratio>(minimum);
}

void hedge(Instrument& i, HedgedMargin policy, std::string_view percent) {
  i.margin.hedged = policy;
  i.margin.hedged_percent = of<Ratio>(percent);
}

void set_forex_margin(Instrument& i) {
  i.margin.mode = MarginMode::Forex;
  i.margin_currency = i.base;
}

constexpr Sizes kForexSizes{"0.00001", "0.0001", "100000", "0.01", "50", "0.01"};
constexpr Sizes kYenSizes{"0.001", "0.01", "100000", "0.01", "50", "0.01"};

std::vector<Instrument> usual_instruments() {
  Instrument eurusd = make("EURUSD", Category::Forex, "EUR", "USD", 5, kForexSizes);
  set_forex_margin(eurusd);
  charge(eurusd, CommissionBasis::PerMillion, "25", "USD", "0");
  hedge(eurusd, HedgedMargin::LargerLeg, "0");

  Instrument usdjpy = make("USDJPY", Category::Forex, "USD", "JPY", 3, kYenSizes);
  set_forex_margin(usdjpy);
  charge(usdjpy, CommissionBasis::PerLot, "3.5", "USD", "1");
  hedge(usdjpy, HedgedMargin::Sum, "0");

  Instrument ger40 =
      make("GER40", Category::Index, "DE40", "EUR", 1, {"0.1", "1", "1", "0.5", "500", "0.1"});
  ger40.margin.mode = MarginMode::Cfd;
  ger40.margin.percent = of<Ratio>("5");
  hedge(ger40, HedgedMargin::Net, "0");

  Instrument xauusd = make("XAUUSD", Category::Metal, "XAU", "USD", 2,
                           {"0.01", "0.01", "100", "0.01", "20", "0.01"});
  xauusd.margin.mode = MarginMode::CfdLeverage;
  charge(xauusd, CommissionBasis::Percent, "0.0025", "EUR", "0.1");
  hedge(xauusd, HedgedMargin::Percent, "50");

  Instrument btcusd = make("BTCUSD", Category::Crypto, "BTC", "USD", 2,
                           {"0.01", "1", "1", "0.001", "1000", "0.001"});
  btcusd.margin.mode = MarginMode::CfdLeverage;
  charge(btcusd, CommissionBasis::Percent, "0.1", "BTC", "0.00001");
  hedge(btcusd, HedgedMargin::Percent, "12.5");

  Instrument eurjpy = make("EURJPY", Category::Forex, "EUR", "JPY", 3, kYenSizes);
  set_forex_margin(eurjpy);
  charge(eurjpy, CommissionBasis::PerMillion, "40", "EUR", "0.5");
  hedge(eurjpy, HedgedMargin::Net, "0");

  Instrument oil =
      make("WTI.K4", Category::Cfd, "WTI", "USD", 2, {"0.01", "0.01", "1000", "0.1", "100", "0.1"});
  oil.margin.mode = MarginMode::Futures;
  oil.margin.initial_per_lot = of<Ratio>("2475.5");
  charge(oil, CommissionBasis::PerLot, "0", "JPY", "75");
  hedge(oil, HedgedMargin::LargerLeg, "0");
  return {eurusd, usdjpy, ger40, xauusd, btcusd, eurjpy, oil};
}

void vary(Random& random, Instrument& i) {
  constexpr HedgedMargin policies[] = {HedgedMargin::LargerLeg, HedgedMargin::Sum,
                                       HedgedMargin::Net, HedgedMargin::Percent};
  constexpr std::string_view percents[] = {"0", "12.5", "33.33333333", "50", "100"};
  constexpr std::string_view currencies[] = {"USD", "EUR", "JPY", "BTC", "XAU"};
  constexpr std::string_view minimums[] = {"0", "0", "0.05", "1.337"};
  hedge(i, random.pick(policies), random.pick(percents));
  switch (random.below(4)) {
    case 0:
      charge(i, CommissionBasis::PerLot, "0", random.pick(currencies), "0");
      return;
    case 1:
      charge(i, CommissionBasis::PerLot, "3.33", random.pick(currencies), "0");
      break;
    case 2:
      charge(i, CommissionBasis::PerMillion, "37.5", random.pick(currencies), "0");
      break;
    default:
      charge(i, CommissionBasis::Percent, "0.0025", random.pick(currencies), "0");
  }
  i.commission.minimum = of<Ratio>(random.pick(minimums));
  // Coins and ounces are worth a lot: a lot's charge in them shall not eat every account.
  const bool is_dear =
      i.commission.currency == Currency::of("BTC") || i.commission.currency == Currency::of("XAU");
  if (is_dear) i.commission.minimum = {};
  if (is_dear && i.commission.basis == CommissionBasis::PerLot) {
    i.commission.amount = of<Ratio>("0.00123457");
  }
}

std::vector<SymbolQuote> read_ticks() {
  using Reader = venue::replay::TickFileReader;
  Reader reader(std::string(TRIBOOK_TEST_DATA) + "/eurusd_oanda_ticks_20140501_20140509.csv.gz");
  std::vector<SymbolQuote> ticks;
  Reader::Result result = reader.next();
  for (; result == Reader::Result::Tick; result = reader.next()) {
    const auto& tick = reader.tick();
    ticks.push_back({SymbolId{1}, tick.bid, tick.ask, tick.time});
  }
  if (result != Reader::Result::End) {
    throw std::runtime_error("line " + std::to_string(reader.line()) + " of " + reader.path());
  }
  return ticks;
}

}  // namespace

std::vector<Instrument> make_instruments(Random& random, bool varied) {
  std::vector<Instrument> instruments = usual_instruments();
  if (varied) {
    for (Instrument& instrument : instruments) vary(random, instrument);
  }
  return instruments;
}

std::span<const SymbolQuote> recorded_ticks() {
  static const std::vector<SymbolQuote> ticks = read_ticks();
  return ticks;
}

Market::Market(std::span<const SymbolQuote> ticks, std::span<const Instrument> instruments,
               Moves moves, Random random)
    : ticks_(ticks),
      instruments_(instruments),
      moves_(moves),
      random_(random),
      walks_{{},
             {102'345, 102'345, 12, 3, 20},
             {95'555, 95'555, 40, 8, 20},
             {129'012, 129'012, 25, 20, 50},
             {45'012, 45'012, 60, 20, 200},
             {141'907, 141'907, 15, 5, 25},
             {10'005, 10'005, 5, 1, 4}},
      last_(instruments.size() + 1) {
  TB_ASSERT(walks_.size() == instruments.size());
}

std::optional<SymbolQuote> Market::next() {
  constexpr std::uint64_t kWalksInThousand = 250;
  std::optional<SymbolQuote> quote;
  if (random_.chance(kWalksInThousand)) quote = walk();
  if (!quote) {
    if (given_ == ticks_.size()) return std::nullopt;
    quote = ticks_[given_++];
    now_ = quote->time;
    if (moves_.moves_recorded) quote = move_recorded(*quote);
  }
  last_[quote->symbol.value] = {quote->bid, quote->ask, quote->time, true};
  return quote;
}

SymbolQuote Market::move_recorded(SymbolQuote tick) {
  constexpr std::int64_t kFurthest = 40'000;  // ticks from what was recorded
  const Price step = instruments_[0].tick_size;
  if (happens(moves_.jumps_in_10000)) {
    const std::int64_t moved = shift_.raw / step.raw + random_.between(-4'000, 4'000);
    shift_ = Price{std::clamp(moved, -kFurthest, kFurthest) * step.raw};
  }
  tick.bid += shift_;
  tick.ask += shift_;
  if (happens(moves_.wide_in_10000)) tick.ask += Price{random_.magnitude(9) * step.raw};
  if (happens(moves_.wide_in_10000)) tick.bid -= Price{random_.magnitude(9) * step.raw};
  return tick;
}

// A symbol is quoted for the first time some while after the start, one later than the other.
std::optional<SymbolQuote> Market::walk() {
  const std::size_t symbol = 1 + random_.below(walks_.size() - 1);
  const std::size_t first_tick = 1 + symbol * ticks_.size() / 400;
  if (given_ < first_tick || given_ == ticks_.size()) return std::nullopt;
  Walk& walk = walks_[symbol];
  walk.middle += random_.between(-walk.step_max, walk.step_max);
  if (happens(moves_.jumps_in_10000))
    walk.middle += random_.between(-walk.middle, walk.middle) * 3 / 100;
  walk.middle = std::clamp(walk.middle, walk.start / 2, walk.start * 2);
  std::int64_t spread = random_.between(walk.spread_least, walk.spread_most);
  if (happens(moves_.wide_in_10000)) spread *= random_.between(2, 20);
  if (happens(moves_.wide_in_10000)) spread = 0;
  const std::int64_t tick = instruments_[symbol].tick_size.raw;
  const std::int64_t bid = walk.middle - spread / 2;
  return SymbolQuote{SymbolId{static_cast<std::uint16_t>(symbol + 1)}, Price{bid * tick},
                     Price{(bid + spread) * tick}, now_};
}

}  // namespace tribook::scenario
