#include "tribook/domain/order_prices.h"

#include "tribook/domain/arithmetic.h"

namespace tribook {
namespace {

// A level behind (SL) or before (TP) the price at which the position would open or close.
bool is_level_valid(const Instrument& instrument, Price level, Price base, bool is_below) {
  if (level.is_zero()) return true;
  if (!is_on_tick(level, instrument.tick_size) || level.raw > kMaxFixedRaw) return false;
  const Price away = is_below ? base - level : level - base;
  return away.raw > 0 && away >= pips_to_price(instrument.stops_level_pips, instrument.pip_size);
}

// A resting order keeps its distance from the price at which it would fill; a limit that fills at
// once need not.
bool is_far_enough(const Instrument& instrument, const OrderPrices& order, const Quote& quote) {
  if (!quote.is_known() || is_at_once(order.type, order.time_in_force)) return true;
  const bool is_limit = order.type == OrderType::Limit;
  if (is_limit && is_limit_met(order.side, order.limit, quote)) return true;
  const Price here = opening_price(order.side, quote);
  const Price there = is_limit ? order.limit : order.trigger;
  const Price away = there > here ? there - here : here - there;
  return away >= pips_to_price(instrument.stops_level_pips, instrument.pip_size);
}

}  // namespace

bool is_whole_ticks(const Instrument& instrument, PipDistance distance) {
  const int128 scaled = static_cast<int128>(distance.hundredths) * instrument.pip_size.raw;
  return scaled % (static_cast<int128>(100) * instrument.tick_size.raw) == 0 &&
         scaled / 100 <= kMaxFixedRaw;
}

bool is_well_formed(const OrderPrices& order) {
  if (has_limit(order.type) == order.limit.is_zero()) return false;
  if (has_trigger(order.type) == order.trigger.is_zero()) return false;
  if (order.trailing_distance.is_zero() && !order.trailing_step.is_zero()) return false;
  const bool is_ended_at_once =
      order.time_in_force == TimeInForce::Ioc || order.time_in_force == TimeInForce::Fok;
  return order.type == OrderType::Market || order.type == OrderType::Limit || !is_ended_at_once;
}

bool are_order_prices_valid(const Instrument& instrument, const OrderPrices& order,
                            const Quote& quote) {
  if (!is_trailing_valid(instrument, order.trailing_distance, order.trailing_step)) return false;
  if (order.type == OrderType::Market) {
    return are_stops_valid(instrument, order.side, quote, order.stop_loss, order.take_profit);
  }
  for (const Price price : {order.limit, order.trigger}) {
    if (!price.is_zero() && (!is_on_tick(price, instrument.tick_size) || price.raw > kMaxFixedRaw))
      return false;
  }
  if (!is_far_enough(instrument, order, quote)) return false;
  const Price base = has_limit(order.type) ? order.limit : order.trigger;
  const bool is_buy = order.side == Side::Buy;
  return is_level_valid(instrument, order.stop_loss, base, is_buy) &&
         is_level_valid(instrument, order.take_profit, base, !is_buy);
}

bool is_trailing_valid(const Instrument& instrument, PipDistance distance, PipDistance step) {
  if (distance.is_zero()) return step.is_zero();
  return is_whole_ticks(instrument, distance) && is_whole_ticks(instrument, step) &&
         distance.pips() >= instrument.stops_level_pips;
}

Price worst_price_from(Side side, Price from, Ratio pips, const Instrument& instrument) {
  if (pips.raw < 0) return {};
  const int128 allowed_at_most = static_cast<int128>(kMaxFixedRaw) * kFixedOne;
  if (static_cast<int128>(pips.raw) * instrument.pip_size.raw > allowed_at_most) return {};
  const Price allowed = pips_to_price(pips, instrument.pip_size);
  const Price worst = side == Side::Buy ? from + allowed : from - allowed;
  return worst.raw > 0 ? worst : Price{};
}

}  // namespace tribook
