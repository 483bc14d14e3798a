#include "sim/naive_alerts.h"

namespace tribook::sim {
namespace {

bool is_below(Money equity, Money used, Ratio level) {
  return equity.raw * 100 * kFixedOne < used.raw * level.raw;
}

}  // namespace

void NaiveAlerts::demand(bool holds, const Event& event, const char* what) {
  if (holds || !problem_.empty()) return;
  problem_ = std::string(what) + " at record " + std::to_string(event.header.root.value) +
             ", account " + std::to_string(event.header.account.value);
}

void NaiveAlerts::apply(const Event& event, const NaiveMargin& prices) {
  prices_ = &prices;
  if (event.header.root != root_) {
    demand(unkept_.empty(), event, "a stop-out closed without keeping its tick, before");
    unkept_.clear();
    stop_outs_.clear();
    calls_.clear();
    root_ = event.header.root;
  }
  switch (event.header.kind) {
    case EventKind::QuoteApplied: {
      const auto quote = event.get<QuoteApplied>();
      ticks_[quote.symbol.value] = {quote.venue_time, quote.venue, event.header.root};
      return;
    }
    case EventKind::OrderUpdated: {
      const auto order = event.get<OrderUpdated>();
      const bool is_out =
          order.status == OrderStatus::Filling && order.reason == CloseReason::StopOut;
      if (is_out) sent_[order.order.value] = order;
      return;
    }
    case EventKind::PositionReduced: {
      const auto reduced = event.get<PositionReduced>();
      const bool is_here = !sent_.contains(reduced.order.value);
      if (reduced.reason == CloseReason::StopOut && is_here) unkept_[reduced.order.value] = reduced;
      return;
    }
    case EventKind::MarginCall:
      return on_call(event, event.get<MarginCallRaised>());
    case EventKind::StopOut:
      return on_stop_out(event, event.get<StopOutStarted>());
    case EventKind::PositionLiquidated:
      return on_liquidation(event, event.get<PositionLiquidated>());
    case EventKind::RiskAlert:
      return count(event, event.get<RiskAlert>().alert);
    case EventKind::KillSwitchChanged: {
      const auto changed = event.get<KillSwitchChanged>();
      if (changed.is_carried == 0) count(event, changed.alert);
      return;
    }
    default:
      return;
  }
}

void NaiveAlerts::count(const Event& event, AlertId alert) {
  demand(alert.value == last_.value + 1, event, "alerts are not numbered one by one");
  last_ = alert;
  ++checked_;
}

template <typename Alert>
bool NaiveAlerts::is_tick_of(const Alert& alert, const Event& event, Sequence record) const {
  const auto found = ticks_.find(alert.symbol.value);
  if (found == ticks_.end()) return false;
  const Tick& tick = found->second;
  const AccountId account = event.header.account;  // it sees its group's prices
  return prices_->price_of(account, alert.symbol, Side::Sell) == alert.bid &&
         prices_->price_of(account, alert.symbol, Side::Buy) == alert.ask &&
         tick.venue == alert.venue && tick.venue_time == alert.venue_time && tick.record == record;
}

void NaiveAlerts::on_call(const Event& event, const MarginCallRaised& call) {
  count(event, call.alert);
  demand(call.used_margin.raw > 0 && is_below(call.equity, call.used_margin, call.threshold), event,
         "a margin call above its level");
  demand(calls_[event.header.account.value].insert(call.threshold.raw).second, event,
         "a level called twice in one record");
  demand(!call.symbol || is_tick_of(call, event, event.header.root), event,
         "a margin call with another tick");
}

void NaiveAlerts::on_stop_out(const Event& event, const StopOutStarted& started) {
  count(event, started.alert);
  const bool is_due = started.used_margin.is_zero()
                          ? started.equity.is_negative()
                          : is_below(started.equity, started.used_margin, started.threshold);
  demand(is_due, event, "a stop-out above its level");
  demand(is_tick_of(started, event, event.header.root), event, "a stop-out with another tick");
  demand(stop_outs_.emplace(event.header.account.value, started.alert).second, event,
         "two stop-outs in one record");
}

void NaiveAlerts::on_liquidation(const Event& event, const PositionLiquidated& liquidated) {
  count(event, liquidated.alert);
  const auto started = stop_outs_.find(event.header.account.value);
  demand(started != stop_outs_.end() && started->second == liquidated.stop_out, event,
         "a liquidation without its stop-out");
  demand(liquidated.level <= liquidated.threshold, event, "a liquidation above the level");
  demand(is_tick_of(liquidated, event, liquidated.quote), event, "a liquidation with another tick");
  if (const auto sent = sent_.find(liquidated.order.value); sent != sent_.end()) {
    demand(sent->second.position == liquidated.position && sent->second.volume == liquidated.volume,
           event, "a liquidation that is not its order to the venue");
    return;
  }
  const auto reduced = unkept_.find(liquidated.order.value);
  if (reduced == unkept_.end()) {
    demand(false, event, "a liquidation of what nobody closed");
    return;
  }
  demand(reduced->second.position == liquidated.position &&
             reduced->second.closed_volume == liquidated.volume &&
             reduced->second.bid == liquidated.bid && reduced->second.ask == liquidated.ask,
         event, "a liquidation that is not its close");
  unkept_.erase(reduced);
}

}  // namespace tribook::sim
