#include "engine/fill_limits.h"

#include <algorithm>
#include <optional>

#include "engine/at_stake.h"
#include "engine/limit_verdicts.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "tribook/base/wide.h"

// A figure that was beyond its threshold already refuses only what makes it worse.

namespace tribook::engine {
namespace {

// a x b > c x d, whatever their size. None of them is negative.
bool is_product_more(int128 a, int128 b, int128 c, int128 d) {
  base::Wide left(magnitude(a));
  base::Wide right(magnitude(c));
  const bool fits =
      left.multiply(base::Wide(magnitude(b))) && right.multiply(base::Wide(magnitude(d)));
  TB_ASSERT(fits);  // each has 256 bits at most
  return less(right, left);
}

constexpr int128 kHundredPercent = 100 * static_cast<int128>(kFixedOne);

// part / whole x 100 > percent, or >=. A part of nothing or less is too much, unless it is none.
bool is_share_more(Money part, Money whole, std::int64_t percent) {
  if (part.raw <= 0) return false;
  if (whole.raw <= 0) return true;
  return is_product_more(part.raw, kHundredPercent, percent, whole.raw);
}
bool is_share_reached(Money part, Money whole, std::int64_t percent) {
  if (whole.raw <= 0) return part.raw > 0;
  if (part.is_negative()) return false;
  return !is_product_more(percent, whole.raw, part.raw, kHundredPercent);
}

/// What the limits look at of one fill. What is dear to measure is measured when it is asked for.
class FillFigures {
 public:
  FillFigures(const State& state, const WorkingOrder& order, Volume volume, Price price)
      : state_(state),
        account_(state.account(order.account)),
        order_(order),
        volume_(volume),
        price_(price) {}

  // None, the limit's code, or why it cannot be told.
  RejectCode judge(Limit limit, std::int64_t threshold) {
    switch (limit) {
      case Limit::MaxPositionVolume:
        return passed(limit, side_volume() + volume_.raw > threshold);
      case Limit::MaxOpenPositions:
        return passed(limit, opens_one_beyond(threshold));
      case Limit::MaxExposure:
        return is_beyond(limit, threshold, &AtStake::total);
      case Limit::MaxSymbolExposure:
        return is_beyond(limit, threshold, &AtStake::symbol);
      case Limit::MaxCurrencyExposure:
        return is_either_beyond(limit, threshold);
      case Limit::MaxConcentration:
        return is_too_concentrated(threshold);
      case Limit::MaxDayVolume:
        return passed(limit, is_day_beyond(threshold));
      default:
        return judge_money(limit, threshold);
    }
  }

 private:
  RejectCode judge_money(Limit limit, std::int64_t threshold) {
    if (!equity()) return RejectCode::ValueOverflow;
    const Money now = *equity();
    const DayResult day = day_result(state_, account_, now);
    switch (limit) {
      case Limit::MaxRiskPerTrade:
      case Limit::MaxLossPerTrade:
        return is_too_risky(limit, threshold, now);
      case Limit::MaxDailyLoss:
        return passed(limit, -day.pnl.raw >= threshold && !is_forgiven(state_, account_, limit));
      case Limit::MaxDailyLossPercent:
        return passed(limit, is_share_reached(-day.pnl, day.base, threshold) &&
                                 !is_forgiven(state_, account_, limit));
      case Limit::MaxDrawdown: {
        const Money peak = peak_of(state_, account_, now);
        return passed(limit, is_share_reached(peak - now, peak, threshold));
      }
      case Limit::MaxLeverage:
        return is_too_leveraged(threshold, now);
      default:
        return RejectCode::None;
    }
  }

  static RejectCode passed(Limit limit, bool is_passed) {
    return is_passed ? terms_of(limit).code : RejectCode::None;
  }

  [[nodiscard]] std::int64_t side_volume() const {
    const std::uint32_t h = find_holding(state_, account_, order_.symbol);
    if (h == 0) return 0;
    const Holding& holding = state_.holdings[h];
    return order_.side == Side::Buy ? holding.buys.volume.raw : holding.sells.volume.raw;
  }

  [[nodiscard]] bool opens_one_beyond(std::int64_t threshold) const {
    if (position_to_grow(state_, account_, order_.symbol, order_.side, order_.opened) != 0)
      return false;
    return (std::int64_t{account_.positions} + 1) * kFixedOne > threshold;
  }

  [[nodiscard]] bool is_day_beyond(std::int64_t threshold) const {
    const auto all = checked_add(state_.timers.days[account_.id.value].volume.raw, volume_.raw);
    return !all || *all > threshold;
  }

  const AtStake& before() {
    if (!before_) before_ = at_stake(state_, account_, {order_.symbol, order_.side, {}});
    return *before_;
  }
  const AtStake& after() {
    if (!after_) after_ = at_stake(state_, account_, {order_.symbol, order_.side, volume_});
    return *after_;
  }
  const std::optional<Money>& equity() {
    if (is_equity_known_) return equity_;
    is_equity_known_ = true;
    if (const auto now = standing(state_, account_)) equity_ = now->equity;
    return equity_;
  }

  // What was not known before cannot have been more.
  RejectCode is_beyond(Limit limit, std::int64_t threshold, Figure AtStake::*which) {
    const Figure& figure = after().*which;
    if (!figure.is_known()) return figure.code;
    if (figure.amount.raw <= threshold) return RejectCode::None;
    return passed(limit, figure.amount > (before().*which).amount);
  }

  RejectCode is_either_beyond(Limit limit, std::int64_t threshold) {
    const RejectCode base = is_beyond(limit, threshold, &AtStake::base_currency);
    const RejectCode quote = is_beyond(limit, threshold, &AtStake::quote_currency);
    return base == RejectCode::None || quote == terms_of(limit).code ? quote : base;
  }

  RejectCode is_too_concentrated(std::int64_t threshold) {
    const AtStake& now = after();
    if (now.symbols < 2) return RejectCode::None;
    if (!now.total.is_known()) return now.total.code;
    if (!is_share_more(now.symbol.amount, now.total.amount, threshold)) return RejectCode::None;
    const AtStake& was = before();
    const bool is_worse =
        was.total.amount.is_zero() || is_product_more(now.symbol.amount.raw, was.total.amount.raw,
                                                      was.symbol.amount.raw, now.total.amount.raw);
    return passed(Limit::MaxConcentration, is_worse);
  }

  RejectCode is_too_leveraged(std::int64_t threshold, Money now) {
    if (now.raw <= 0) return RejectCode::LeverageReached;
    const Figure& total = after().total;
    if (!total.is_known()) return total.code;
    if (!is_product_more(total.amount.raw, kFixedOne, threshold, now.raw)) return RejectCode::None;
    return passed(Limit::MaxLeverage, total.amount > before().total.amount);
  }

  // At its stop, of this fill and of what the order opened before; a gain is no loss. Without a
  // stop and one that trails there is none to say: nothing.
  [[nodiscard]] std::optional<Money> loss_at_stop() const {
    const Instrument& instrument = state_.symbol(order_.symbol).instrument;
    const Volume volume = order_.opened_volume + volume_;
    const Cost opened = order_.opened_cost + cost_of(price_, volume_);
    Cost stopped = cost_of(order_.stop_loss, volume);
    if (order_.stop_loss.is_zero()) {
      const Price away = pips_to_price(order_.trailing_distance.pips(), instrument.pip_size);
      const Cost lost = cost_of(away, volume);
      stopped = order_.side == Side::Buy ? opened - lost : opened + lost;
    }
    const bool is_buy = order_.side == Side::Buy;
    const auto pnl = profit_and_loss(instrument, is_buy ? opened : stopped,
                                     is_buy ? stopped : opened, account_.currency, state_.rates);
    if (!pnl) return std::nullopt;
    return std::max(-*pnl, Money{});
  }

  RejectCode is_too_risky(Limit limit, std::int64_t threshold, Money now) const {
    if (order_.stop_loss.is_zero() && order_.trailing_distance.is_zero()) return RejectCode::None;
    const auto loss = loss_at_stop();
    if (!loss) return RejectCode::ValueOverflow;
    return passed(limit, limit == Limit::MaxRiskPerTrade ? is_share_more(*loss, now, threshold)
                                                         : loss->raw > threshold);
  }

  const State& state_;
  const Account& account_;
  const WorkingOrder& order_;
  Volume volume_;
  Price price_;
  std::optional<AtStake> before_;
  std::optional<AtStake> after_;
  std::optional<Money> equity_;
  bool is_equity_known_ = false;
};

}  // namespace

RejectCode check_fill_limits(const State& state, const WorkingOrder& order, Volume volume,
                             Price price, std::uint32_t& warned) {
  if (!state.rules.is_any_set(limits_of(LimitStage::Filled))) return RejectCode::None;
  FillFigures figures(state, order, volume, price);
  return check_limits(
      state.rules, subject_of(state.account(order.account), order.symbol), LimitStage::Filled,
      warned, [&](Limit limit, std::int64_t threshold) { return figures.judge(limit, threshold); });
}

}  // namespace tribook::engine
