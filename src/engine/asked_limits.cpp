#include "engine/asked_limits.h"

#include <optional>
#include <utility>

#include "engine/at_stake.h"
#include "engine/limit_verdicts.h"
#include "engine/opening_order.h"
#include "tribook/domain/order_prices.h"

namespace tribook::engine {
namespace {

int128 distance(Price a, Price b) { return a > b ? (a - b).raw : (b - a).raw; }

/// What the limits look at of one order.
class Asked {
 public:
  Asked(const State& state, const Account& account, const NewOrder& order, Volume opening,
        Asking asking)
      : state_(state), account_(account), order_(order), opening_(opening), asking_(asking) {
    const Quote quote = state.quote_for(account, order.symbol);
    if (quote.is_known()) market_ = opening_price(order.side, quote);
    entry_ = !order.limit.is_zero()     ? order.limit
             : !order.trigger.is_zero() ? order.trigger
                                        : market_;
  }

  [[nodiscard]] bool passes(Limit limit, std::int64_t threshold) const {
    switch (limit) {
      case Limit::MinOrderVolume:
        return opening_.raw < threshold;
      case Limit::MaxOrderVolume:
        return opening_.raw > threshold;
      case Limit::MaxOrderValue:
        return is_worth_more_than(threshold);
      case Limit::MaxPriceDistance:
        return is_farther_than(order_.limit, threshold) ||
               is_farther_than(order_.trigger, threshold);
      case Limit::MinStopDistance:
        return is_stop_nearer_than(threshold);
      case Limit::StopLossRequired:
        return order_.stop_loss.is_zero() && order_.trailing_distance.is_zero();
      case Limit::MinRewardRisk:
        return is_reward_less_than(threshold);
      case Limit::MaxPendingOrders:
        return has_more_pending_than(threshold);
      case Limit::DuplicateWindow:
        return is_like_one_within(threshold);
      default:
        return false;
    }
  }

 private:
  // What cannot be measured passes.
  [[nodiscard]] bool is_worth_more_than(std::int64_t threshold) const {
    if (entry_.is_zero()) return false;
    const Figure value = notional_of(state_, account_, instrument(), opening_, entry_);
    return value.is_known() && value.amount.raw > threshold;
  }
  // Percent of the market's price.
  [[nodiscard]] bool is_farther_than(Price price, std::int64_t threshold) const {
    if (price.is_zero() || market_.is_zero()) return false;
    return distance(price, market_) * 100 * kFixedOne >
           static_cast<int128>(threshold) * market_.raw;
  }
  // Pips.
  [[nodiscard]] bool is_stop_nearer_than(std::int64_t threshold) const {
    if (!order_.stop_loss.is_zero()) {
      if (entry_.is_zero()) return false;
      return distance(entry_, order_.stop_loss) * kFixedOne <
             static_cast<int128>(threshold) * instrument().pip_size.raw;
    }
    const PipDistance trailing = order_.trailing_distance;
    return !trailing.is_zero() && trailing.pips().raw < threshold;
  }
  // Both distances in hundredths of a price, so that one that trails is whole.
  [[nodiscard]] bool is_reward_less_than(std::int64_t threshold) const {
    if (order_.take_profit.is_zero() || entry_.is_zero()) return false;
    const PipDistance trailing = order_.trailing_distance;
    if (order_.stop_loss.is_zero() && trailing.is_zero()) return false;
    const int128 risk = order_.stop_loss.is_zero()
                            ? static_cast<int128>(trailing.hundredths) * instrument().pip_size.raw
                            : distance(entry_, order_.stop_loss) * 100;
    return distance(order_.take_profit, entry_) * 100 * kFixedOne < risk * threshold;
  }
  [[nodiscard]] bool has_more_pending_than(std::int64_t threshold) const {
    if (asking_ == Asking::Change || is_at_once(order_.type, order_.time_in_force)) return false;
    std::int64_t count = asking_ == Asking::OneOfPair ? 2 : 1;
    const auto& pool = state_.orders.pool;
    for (std::uint32_t i = account_.first_order; i != 0; i = pool[i].next_of_account) {
      if (pool[i].symbol == order_.symbol && !pool[i].closes) ++count;
    }
    return count * kFixedOne > threshold;
  }
  // Seconds.
  [[nodiscard]] bool is_like_one_within(std::int64_t threshold) const {
    if (asking_ != Asking::New) return false;
    constexpr std::int64_t ns_of_unit = 1'000'000'000 / kFixedOne;
    const auto last = state_.recent_orders.last_like(account_.id, order_);
    return last && (state_.now - *last).count() < threshold * ns_of_unit;
  }

  [[nodiscard]] const Instrument& instrument() const {
    return state_.symbol(order_.symbol).instrument;
  }

  const State& state_;
  const Account& account_;
  const NewOrder& order_;
  Volume opening_;
  Asking asking_;
  Price market_;  // 0: not known
  Price entry_;   // likewise
};

}  // namespace

RejectCode check_asked_limits(const State& state, AccountId id, const NewOrder& order,
                              Asking asking, std::uint32_t& warned) {
  if (!state.rules.is_any_set(limits_of(LimitStage::Asked))) return RejectCode::None;
  const Account& account = state.account(id);
  const Volume opening = split(state, account, order).opening;
  if (opening.is_zero()) return RejectCode::None;
  const Asked asked(state, account, order, opening, asking);
  return check_limits(state.rules, subject_of(account, order.symbol), LimitStage::Asked, warned,
                      [&](Limit limit, std::int64_t threshold) {
                        return asked.passes(limit, threshold) ? terms_of(limit).code
                                                              : RejectCode::None;
                      });
}

RejectCode check_stop_loss_removal(const State& state, const Position& position,
                                   std::uint32_t& warned) {
  const RuleSubject subject = subject_of(state.account(position.account), position.symbol);
  const LimitInForce limit = state.rules.in_force(Limit::StopLossRequired, subject);
  if (limit.mode == LimitMode::Warn) warned |= bit_of(Limit::StopLossRequired);
  return limit.mode == LimitMode::Reject ? RejectCode::StopLossRequired : RejectCode::None;
}

void note_accepted(State& state, AccountId account, const NewOrder& order) {
  if (state.rules.is_any_set(bit_of(Limit::DuplicateWindow)))
    state.recent_orders.remember(account, order, state.now);
}

Warned take_warned(WorkingOrder& order) {
  return {order.account, order.id, std::exchange(order.warned, 0)};
}

void tell_warned(State& state, const Warned& warned) {
  if (warned.limits == 0) return;
  OrderWarned told;
  told.order = warned.order;
  told.limits = warned.limits;
  state.emit(warned.account, told);
}

std::uint32_t paced_limits(std::uint8_t pace_warnings) {
  std::uint32_t limits = 0;
  if ((pace_warnings & 1U) != 0) limits |= bit_of(Limit::OrdersPerSecond);
  if ((pace_warnings & 2U) != 0) limits |= bit_of(Limit::OrdersPerMinute);
  if ((pace_warnings & 4U) != 0) limits |= bit_of(Limit::OrdersPerDay);
  return limits;
}

}  // namespace tribook::engine
