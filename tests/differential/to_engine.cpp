#include "differential/to_engine.h"

#include <limits>
#include <stdexcept>

#include "reference/calendar.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::differential {
namespace {

using reference::Integer;

Integer integer_of(int128 raw) {
  const auto unsigned_raw = static_cast<uint128>(raw < 0 ? -raw : raw);
  Integer result = static_cast<std::uint64_t>(unsigned_raw >> 64);
  result <<= 64;
  result += static_cast<std::uint64_t>(unsigned_raw);
  return raw < 0 ? Integer(-result) : result;
}

MarginCallLevels levels_of(const std::vector<Rational>& levels) {
  MarginCallLevels result;
  result.count = 0;
  for (const Rational& level : levels) result.level[result.count++] = Ratio{word_of(level)};
  return result;
}

CommissionSpec commission_of(const reference::CommissionSettings& said) {
  CommissionSpec result;
  result.amount = Ratio{word_of(said.amount)};
  result.minimum = Ratio{word_of(said.minimum)};
  result.currency = Currency::of(said.currency);
  result.basis = static_cast<CommissionBasis>(said.basis);
  return result;
}

SwapSpec swap_of(const reference::SwapSettings& said) {
  SwapSpec result;
  result.buy = Ratio{word_of(said.long_rate)};
  result.sell = Ratio{word_of(said.short_rate)};
  result.days_in_year = static_cast<std::uint16_t>(said.days_in_year);
  result.mode = static_cast<SwapMode>(said.mode);
  result.triple_day = static_cast<std::uint8_t>(said.triple_day.value_or(7));
  result.price = said.at_open_price ? SwapPrice::Open : SwapPrice::Current;
  return result;
}

// Which of those that a group may set are said.
std::uint8_t said_in(const reference::AccountOptions& options) {
  int said = 0;
  if (options.stop_out_level) said |= bit_of(Option::StopOutLevel);
  if (options.margin_call_levels) said |= bit_of(Option::MarginCallLevels);
  if (options.negative_balance_protection) said |= bit_of(Option::NegativeBalanceProtection);
  if (options.closing) said |= bit_of(Option::Closing);
  if (options.swap_free) said |= bit_of(Option::SwapFree);
  if (options.stop_out_order) said |= bit_of(Option::StopOutOrder);
  return static_cast<std::uint8_t>(said);
}

void set_tiers(const std::vector<reference::Tier>& tiers, MarginSpec& margin) {
  for (const reference::Tier& tier : tiers) {
    if (tier.up_to_notional) margin.tier_basis = TierBasis::Notional;
    const Rational bound = tier.up_to_volume.value_or(tier.up_to_notional.value_or(0));
    const auto leverage = static_cast<std::uint32_t>(word_of(tier.leverage) / kFixedOne);
    margin.tiers[margin.tier_count++] = MarginTier::of(raw_of(bound), leverage);
  }
}

const Integer& one() {
  static const Integer value = kFixedOne;
  return value;
}

}  // namespace

int128 raw_of(const Rational& value) {
  const Rational scaled = value * Rational(one());
  if (reference::mp::denominator(scaled) != 1) throw std::range_error("finer than 10^-8");
  Integer left = reference::mp::numerator(scaled);
  const bool negative = left < 0;
  if (negative) left = -left;
  if (reference::mp::msb(Integer(left + 1)) > 126) throw std::range_error("too large");
  const auto low = static_cast<std::uint64_t>(Integer(left & Integer(~std::uint64_t{0})));
  const auto high = static_cast<std::uint64_t>(Integer(left >> 64));
  const int128 raw = static_cast<int128>(static_cast<uint128>(high) << 64 | low);
  return negative ? -raw : raw;
}

std::int64_t word_of(const Rational& value) {
  const int128 raw = raw_of(value);
  if (raw > std::numeric_limits<std::int64_t>::max() ||
      raw < std::numeric_limits<std::int64_t>::min()) {
    throw std::range_error("too large");
  }
  return static_cast<std::int64_t>(raw);
}

Rational exact(int128 raw) { return Rational(integer_of(raw), one()); }
Rational exact_cost(int128 raw) { return Rational(integer_of(raw), Integer(one() * one())); }

LimitSet limits_of(const reference::LimitSet& limits) {
  LimitSet result;
  for (const auto& [limit, setting] : limits) {
    result.put(static_cast<Limit>(limit), word_of(setting.threshold),
               static_cast<LimitMode>(setting.mode));
  }
  return result;
}

Instrument instrument_of(const reference::Symbol& symbol) {
  Instrument result;
  result.name = SymbolName::of(symbol.name);
  result.base = Currency::of(symbol.base);
  result.quote = Currency::of(symbol.quote);
  const bool in_base = symbol.margin.mode == reference::MarginMode::Forex;
  result.margin_currency = in_base ? result.base : result.quote;
  if (!symbol.margin_currency.empty())
    result.margin_currency = Currency::of(symbol.margin_currency);
  result.category = symbol.is_rate ? Category::Forex : Category::Index;
  result.state = static_cast<SymbolState>(symbol.state);
  result.digits = static_cast<std::uint8_t>(symbol.digits);
  result.tick_size = Price{word_of(symbol.tick)};
  result.pip_size = Price{word_of(symbol.pip)};
  result.contract_size = Quantity{word_of(symbol.contract)};
  result.min_volume = Volume{word_of(symbol.min_volume)};
  result.max_volume = Volume{word_of(symbol.max_volume)};
  result.volume_step = Volume{word_of(symbol.volume_step)};
  result.stops_level_pips = Ratio{word_of(symbol.stops_level_pips)};
  result.spread_markup_pips = Ratio{word_of(symbol.markup_pips)};
  result.stale_after_ms = symbol.stale_after_ms;
  result.venue.step = Volume{word_of(symbol.venue_step)};
  result.venue.min_volume = Volume{word_of(symbol.venue_min_volume)};
  result.venue.late_fill = static_cast<LateFill>(symbol.late_fill);
  result.self_trade = static_cast<SelfTradePrevention>(symbol.self_trade);
  if (!symbol.venue_currency.empty()) result.venue.currency = Currency::of(symbol.venue_currency);
  result.commission = commission_of(symbol.commission);
  result.swap = swap_of(symbol.swap);
  result.funding.rate = Ratio{word_of(symbol.funding.rate)};
  result.funding.interval_hours = static_cast<std::uint32_t>(symbol.funding.interval_hours);
  const reference::MarginSettings& margin = symbol.margin;
  result.margin.percent = Ratio{word_of(margin.percent)};
  result.margin.initial_per_lot = Ratio{word_of(margin.initial_per_lot)};
  result.margin.initial_rate = Ratio{word_of(margin.initial_rate)};
  result.margin.maintenance_rate =
      Ratio{word_of(margin.maintenance_rate.value_or(margin.initial_rate))};
  result.margin.hedged_percent = Ratio{word_of(margin.hedged_percent)};
  result.margin.leverage_cap = static_cast<std::uint32_t>(word_of(margin.leverage_cap) / kFixedOne);
  result.margin.mode = static_cast<MarginMode>(margin.mode);
  result.margin.hedged = static_cast<HedgedMargin>(margin.hedged);
  set_tiers(margin.tiers, result.margin);
  return result;
}

AccountSpec spec_of(const reference::AccountSettings& settings) {
  const reference::AccountOptions& options = settings.options;
  AccountSpec spec;
  spec.currency = Currency::of(settings.currency);
  spec.leverage = static_cast<std::uint32_t>(word_of(settings.leverage) / kFixedOne);
  spec.kind = settings.live ? AccountKind::Live : AccountKind::Demo;
  spec.mode = static_cast<PositionMode>(settings.mode);
  if (options.stop_out_level) spec.stop_out_level = Ratio{word_of(*options.stop_out_level)};
  if (options.margin_call_levels) {
    spec.margin_call_levels = levels_of(*options.margin_call_levels);
  }
  if (options.stop_out_order) {
    spec.stop_out_order = static_cast<StopOutOrder>(*options.stop_out_order);
  }
  spec.swap_free.is_on = options.swap_free.value_or(false) ? 1 : 0;
  spec.swap_free.free_rollovers = static_cast<std::uint16_t>(options.swap_free_days.value_or(0));
  spec.swap_free.fee = Ratio{word_of(options.swap_free_fee.value_or(0))};
  spec.closing = static_cast<Closing>(options.closing.value_or(reference::Closing::Any));
  spec.negative_balance_protection = options.negative_balance_protection.value_or(true) ? 1 : 0;
  spec.from_group = static_cast<std::uint8_t>(kAllOptions & ~said_in(options));
  spec.group = FixedText<32>::of(settings.group);
  return spec;
}

Book book_of(reference::Book book) {
  if (book == reference::Book::B) return Book::B;
  return book == reference::Book::A ? Book::A : Book::C;
}

GroupSpec spec_of(const reference::Group& group) {
  const reference::AccountOptions& options = group.options;
  GroupSpec spec;
  spec.name = FixedText<32>::of(group.name);
  spec.sets = said_in(options);
  if (options.stop_out_level) spec.options.stop_out_level = Ratio{word_of(*options.stop_out_level)};
  if (options.margin_call_levels) {
    spec.options.margin_call_levels = levels_of(*options.margin_call_levels);
  }
  spec.options.negative_balance_protection =
      options.negative_balance_protection.value_or(true) ? 1 : 0;
  spec.options.closing = static_cast<Closing>(options.closing.value_or(reference::Closing::Any));
  spec.options.stop_out_order =
      static_cast<StopOutOrder>(options.stop_out_order.value_or(reference::StopOutOrder{}));
  spec.options.swap_free.is_on = options.swap_free.value_or(false) ? 1 : 0;
  spec.options.swap_free.free_rollovers =
      static_cast<std::uint16_t>(options.swap_free_days.value_or(0));
  spec.options.swap_free.fee = Ratio{word_of(options.swap_free_fee.value_or(0))};
  return spec;
}

GroupTerms terms_of(const reference::GroupSymbol& special) {
  GroupTerms terms;
  int sets = 0;
  if (special.markup_pips) {
    sets |= GroupTerms::kMarkup;
    terms.markup_pips = Ratio{word_of(*special.markup_pips)};
  }
  if (special.commission) {
    sets |= GroupTerms::kCommission;
    terms.commission = commission_of(*special.commission);
  }
  if (special.leverage_cap) {
    sets |= GroupTerms::kLeverageCap;
    terms.leverage_cap = static_cast<std::uint32_t>(word_of(*special.leverage_cap) / kFixedOne);
  }
  if (special.swap) {
    sets |= GroupTerms::kSwap;
    terms.swap = swap_of(*special.swap);
  }
  terms.sets = static_cast<std::uint8_t>(sets);
  return terms;
}

PipDistance pips_of(const Rational& pips) {
  return {static_cast<std::uint32_t>(word_of(pips) / (kFixedOne / 100))};
}

NewOrder order_of(const reference::PlaceOrder& order, SymbolId symbol, TimeNs now) {
  NewOrder result;
  result.symbol = symbol;
  result.side = static_cast<Side>(order.side);
  result.type = static_cast<tribook::OrderType>(order.type);
  result.volume = Volume{word_of(order.volume)};
  result.limit = Price{word_of(order.price)};
  result.trigger = Price{word_of(order.trigger)};
  result.stop_loss = Price{word_of(order.sl.value_or(0))};
  result.take_profit = Price{word_of(order.tp.value_or(0))};
  result.max_slippage_pips = Ratio{word_of(order.max_slippage_pips.value_or(-1))};
  result.book = book_of(order.book);
  if (order.trailing) {
    result.trailing_distance = pips_of(order.trailing->distance_pips);
    result.trailing_step = pips_of(order.trailing->step_pips);
  }
  if (order.type == reference::OrderType::Market) {
    const bool is_whole = order.time_in_force == reference::TimeInForce::Fok;
    result.time_in_force = is_whole ? TimeInForce::Fok : TimeInForce::Ioc;
    return result;
  }
  result.time_in_force = static_cast<TimeInForce>(order.time_in_force);
  if (order.time_in_force == reference::TimeInForce::Day) {
    result.expires = TimeNs::from_ms(reference::next_rollover(now.ms()).time);
  }
  if (order.time_in_force == reference::TimeInForce::Gtd) {
    result.expires = TimeNs::from_ms(order.expires_at);
  }
  return result;
}

Price worst_price(const reference::PlaceOrder& order, const Instrument& instrument,
                  const Quote& quote) {
  if (!order.max_slippage_pips) return {};
  const Side side = static_cast<Side>(order.side);
  const Price from =
      order.expected_price ? Price{word_of(*order.expected_price)} : opening_price(side, quote);
  const Price slippage =
      pips_to_price(Ratio{word_of(*order.max_slippage_pips)}, instrument.pip_size);
  return side == Side::Buy ? from + slippage : from - slippage;
}

std::string reference_name(HouseAccount house) {
  switch (house) {
    case HouseAccount::Payments:
      return "DEPOSITS";
    case HouseAccount::Bonus:
      return "BONUSES";
    case HouseAccount::Adjustment:
      return "ADJUSTMENTS";
    default:
      return std::string(name_of(house));
  }
}

}  // namespace tribook::differential
