#pragma once

#include "engine/state.h"
#include "tribook/base/archive.h"

// The fields of what the engine keeps, each list for writing and reading alike.

namespace tribook::engine {

template <typename Archive, typename Schedule>
void describe_schedule(Archive& archive, Schedule& schedule) {
  archive.any(schedule.kind);
  archive(schedule.session_count, schedule.holiday_count, schedule.reserved, schedule.time_zone);
  for (auto& session : schedule.sessions) {
    archive(session.day, session.reserved, session.open_minute, session.close_minute);
  }
  archive(schedule.holidays, schedule.holiday_closes);
}

template <typename Archive, typename Of>
void describe_instrument(Archive& archive, Of& i) {
  archive(i.name, i.base, i.quote, i.margin_currency, i.tick_size, i.pip_size, i.contract_size);
  archive(i.min_volume, i.max_volume, i.volume_step, i.stops_level_pips, i.spread_markup_pips);
  archive(i.stale_after_ms);
  archive(i.commission.amount, i.commission.minimum, i.commission.currency, i.commission.basis,
          i.commission.reserved);
  archive(i.margin.percent, i.margin.initial_per_lot, i.margin.initial_rate,
          i.margin.maintenance_rate, i.margin.hedged_percent, i.margin.leverage_cap, i.margin.mode,
          i.margin.hedged, i.margin.tier_basis, i.margin.tier_count);
  for (auto& tier : i.margin.tiers) {
    archive(tier.up_to_low, tier.up_to_high, tier.leverage, tier.reserved);
  }
  archive(i.swap.buy, i.swap.sell, i.swap.days_in_year, i.swap.mode, i.swap.triple_day,
          i.swap.price, i.swap.reserved);
  archive(i.funding.rate, i.funding.interval_hours, i.funding.reserved);
  describe_schedule(archive, i.schedule);
  archive(i.venue.step, i.venue.min_volume, i.venue.hedge_percent, i.venue.currency,
          i.venue.timeout_ms, i.venue.venue, i.venue.book, i.venue.late_fill);
  archive(i.id, i.category, i.state, i.digits, i.enabled, i.self_trade, i.reserved);
}

template <typename Archive, typename Of>
void describe_quote(Archive& archive, Of& quote) {
  archive(quote.bid, quote.ask, quote.time, quote.never_stale);
}

template <typename Archive, typename Of>
void describe_options(Archive& archive, Of& options) {
  archive(options.stop_out_level, options.margin_call_levels.level,
          options.margin_call_levels.count, options.margin_call_levels.reserved,
          options.negative_balance_protection, options.closing, options.stop_out_order,
          options.swap_free.fee, options.swap_free.free_rollovers, options.swap_free.is_on,
          options.swap_free.reserved);
}

template <typename Archive, typename Of>
void describe_account(Archive& archive, Of& account) {
  archive(account.balance, account.credit, account.used_margin, account.currency, account.created,
          account.group, account.user, account.leverage, account.state, account.kind, account.mode,
          account.called_levels, account.is_to_be_looked_at, account.from_group);
  archive.any(account.stop_out_obstacle);
  describe_options(archive, account.own);  // with its group's they say which hold
}

template <typename Archive, typename Of>
void describe_group(Archive& archive, Of& group) {
  archive(group.name, group.sets);
  describe_options(archive, group.options);
}

template <typename Archive, typename Of>
void describe_terms(Archive& archive, Of& terms) {
  archive(terms.markup_pips, terms.leverage_cap, terms.sets);
  archive(terms.commission.amount, terms.commission.minimum, terms.commission.currency,
          terms.commission.basis);
  archive(terms.swap.buy, terms.swap.sell, terms.swap.days_in_year, terms.swap.mode,
          terms.swap.triple_day, terms.swap.price);
}

template <typename Archive, typename Of>
void describe_position(Archive& archive, Of& position) {
  archive(position.id, position.open_cost, position.basis, position.commission, position.swap,
          position.realized_total, position.volume, position.stop_loss, position.take_profit,
          position.open_time, position.side, position.book, position.closed_cost,
          position.closed_volume, position.updated, position.last_reason);
}

template <typename Archive, typename Of>
void describe_limit_set(Archive& archive, Of& limits) {
  archive(limits.threshold, limits.sets, limits.reserved);
  for (auto& mode : limits.mode) archive(mode);
  for (auto& kill : limits.kill) archive(kill);
}

template <typename Archive, typename Of>
void describe_kill_switch(Archive& archive, Of& kill_switch) {
  archive(kill_switch.since, kill_switch.measured, kill_switch.threshold, kill_switch.actor,
          kill_switch.action, kill_switch.cause, kill_switch.reserved, kill_switch.reason);
  archive.any(kill_switch.limit);
}

/// But for its partner and its texts.
template <typename Archive, typename Of>
void describe_order(Archive& archive, Of& order) {
  archive(order.id, order.account, order.symbol, order.volume, order.limit, order.trigger,
          order.stop_loss, order.take_profit, order.triggered_bid, order.triggered_ask,
          order.max_slippage_pips, order.expires, order.created, order.updated,
          order.required_margin_raw, order.free_margin_raw, order.priority, order.place,
          order.cause, order.trailing_distance, order.trailing_step, order.routing_rule, order.side,
          order.type, order.time_in_force, order.book, order.origin, order.status,
          order.is_limit_now, order.filled, order.filled_cost, order.charge, order.position,
          order.opened, order.opened_cost, order.opened_volume, order.closes, order.reason,
          order.is_out, order.is_awaited);
}

template <typename Archive, typename Of>
void describe_trail(Archive& archive, Of& trail) {
  archive(trail.position, trail.distance, trail.step, trail.break_even_offset,
          trail.waits_for_break_even);
}

template <typename Archive, typename Of>
void describe_limits(Archive& archive, Of& limits) {
  archive(limits.accounts, limits.positions, limits.symbols, limits.client_ids, limits.orders);
}

template <typename Archive, typename Of>
void describe_venue_part(Archive& archive, Of& part) {
  archive(part.cost, part.volume, part.closing);
}

/// But for its flight.
template <typename Archive, typename Of>
void describe_request(Archive& archive, Of& request) {
  archive(request.id, request.reserved, request.volume, request.left, request.limit, request.worst,
          request.seen, request.undone, request.deadline, request.order, request.position,
          request.done, request.account, request.symbol, request.venue, request.side, request.kind,
          request.time_in_force, request.is_accepted);
}

/// Lower bounds of what one of them takes, so that a count cannot ask for more than there is.
inline constexpr std::size_t kInstrumentBytes = 930;
inline constexpr std::size_t kAccountBytes = 149;
inline constexpr std::size_t kPositionBytes = 202;
inline constexpr std::size_t kHoldingBytes = 36 + kPositionBytes;
inline constexpr std::size_t kWatchBytes = 20;
inline constexpr std::size_t kOrderBytes = 160;
inline constexpr std::size_t kTrailBytes = 21;
inline constexpr std::size_t kGroupBytes = 110;
inline constexpr std::size_t kLimitSetBytes = 330;
inline constexpr std::size_t kKillSwitchBytes = 160;
inline constexpr std::size_t kTermsBytes = 60;
inline constexpr std::size_t kRequestBytes = 110;
inline constexpr std::size_t kFlightBytes = 27;
inline constexpr std::size_t kReportBytes = 34;

}  // namespace tribook::engine
