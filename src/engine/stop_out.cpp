#include "engine/stop_out.h"

#include <algorithm>

#include "engine/positions.h"
#include "engine/solvency.h"

// One quote does not change while an account is stopped out, so closing one position changes no
// other's P&L: the order by loss is found once. A close may move the others of its side into lower
// tiers, so the order by margin is found anew after each. SMART goes in the order of loss and looks
// for the fewest volume steps of a position that are enough; it tries them on figures alone.

namespace tribook::engine {
namespace {

// ---- Who may be closed ----

void find_candidates(State& state, const Account& account) {
  StopOuts& all = state.stop_outs;
  all.candidates.clear();
  all.groups.clear();
  all.next = 0;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const Symbol& symbol = state.symbol(holding.symbol);
    if (!is_tradable(symbol) || !is_fresh(symbol, state.rates.quote(holding.symbol), state.now))
      continue;
    for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
      const Position& position = state.positions[p];
      // The account's standing is known, so is this.
      const Money pnl = unrealized_pnl(state, position).value_or(Money{});
      all.candidates.push_back({pnl, position.basis, position.id, p, h, position.side});
    }
  }
}

void sort_by_loss(StopOuts& all) {
  std::sort(all.candidates.begin(), all.candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.unrealized_pnl != b.unrealized_pnl ? a.unrealized_pnl < b.unrealized_pnl
                                                          : a.id < b.id;
            });
}

// The margin of the group's first candidate, as its side stands now.
void weigh_first(State& state, const Account& account, CandidateGroup& group) {
  if (group.next == group.end) return;
  const Candidate& candidate = state.stop_outs.candidates[group.next];
  const Holding& holding = state.holdings[candidate.holding];
  const MarginSide& side = candidate.side == Side::Buy ? holding.buys : holding.sells;
  group.first = margin_share(state.symbol(holding.symbol).instrument, side, candidate.basis,
                             state.leverage_for(account, holding.symbol));
  base::Wider unit = group.first.denominator;
  const bool fits = unit.multiply(static_cast<std::uint64_t>(kFixedOne));
  TB_ASSERT(fits);
  group.whole = group.first.numerator.quotient(unit).value_or(~uint128{0});
}

void group_by_margin(State& state, const Account& account) {
  StopOuts& all = state.stop_outs;
  std::sort(all.candidates.begin(), all.candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              if (a.holding != b.holding) return a.holding < b.holding;
              if (a.side != b.side) return a.side < b.side;
              return a.basis != b.basis ? a.basis > b.basis : a.id < b.id;
            });
  for (std::uint32_t i = 0; i < all.candidates.size(); ++i) {
    const bool continues = i > 0 && all.candidates[i].holding == all.candidates[i - 1].holding &&
                           all.candidates[i].side == all.candidates[i - 1].side;
    if (!continues) {
      all.groups.emplace_back();
      all.groups.back().next = i;
    }
    all.groups.back().end = i + 1;
  }
  for (CandidateGroup& group : all.groups) weigh_first(state, account, group);
}

bool goes_before(const StopOuts& all, const CandidateGroup& a, const CandidateGroup& b) {
  if (a.whole != b.whole) return a.whole > b.whole;
  if (is_less(b.first, a.first)) return true;
  if (is_less(a.first, b.first)) return false;
  return all.candidates[a.next].id < all.candidates[b.next].id;
}

// Null when none is left.
const Candidate* next_by_margin(StopOuts& all) {
  CandidateGroup* best = nullptr;
  for (CandidateGroup& group : all.groups) {
    if (group.next == group.end) continue;
    if (best == nullptr || goes_before(all, group, *best)) best = &group;
  }
  if (best == nullptr) return nullptr;
  return &all.candidates[best->next++];
}

// A close changed a side: its group's first one is weighed anew.
void reweigh(State& state, const Account& account, const Candidate& closed) {
  for (CandidateGroup& group : state.stop_outs.groups) {
    if (group.next == group.end) continue;
    const Candidate& first = state.stop_outs.candidates[group.next];
    if (first.holding != closed.holding || first.side != closed.side) continue;
    weigh_first(state, account, group);
    return;
  }
}

// Null when none is left.
const Candidate* next_to_close(State& state, const Account& account) {
  StopOuts& all = state.stop_outs;
  if (account.stop_out_order == StopOutOrder::LargestMargin) return next_by_margin(all);
  return all.next == all.candidates.size() ? nullptr : &all.candidates[all.next++];
}

// ---- How much of it ----

// The account as it would stand had `volume` of the position been closed; empty when an amount
// cannot be expressed.
std::optional<Standing> standing_without(const State& state, const Account& account,
                                         const Standing& now, const Candidate& candidate,
                                         Volume volume) {
  const Position& position = state.positions[candidate.position];
  const Holding& holding = state.holdings[position.holding];
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const PartOfPosition part = part_of(position, volume);
  const Price price = closing_price(position.side, state.quote_for(account, position.symbol));
  const auto pnl = [&](Cost cost, Volume of) {
    return profit_and_loss(instrument, position.side, cost, of, price, account.currency,
                           state.rates);
  };
  const auto realized = pnl(part.cost, volume);
  const auto left = pnl(position.open_cost - part.cost, position.volume - volume);
  const auto charge = commission(instrument, state.commission_for(account, instrument), volume,
                                 price, account.currency, state.rates);
  MarginSide buys = holding.buys;
  MarginSide sells = holding.sells;
  MarginSide& side = position.side == Side::Buy ? buys : sells;
  side.basis -= part.basis;
  side.volume -= volume;
  side.cost = side.cost - part.cost;
  const std::uint32_t leverage = state.leverage_for(account, position.symbol);
  const auto used = used_margin(instrument, buys, sells, leverage,
                                instrument.margin.maintenance_rate, account.currency);
  if (!realized || !left || !used) return std::nullopt;
  // As a close is: what no rate converts is not charged.
  const Money charged = charge.value_or(Money{});
  return Standing{now.equity - candidate.unrealized_pnl + *realized + *left - charged,
                  now.used_margin - holding.used_margin + *used};
}

// The fewest steps that bring the account back to its level, by halving: more steps are better, but
// for rounding and a minimum commission. All of the position when none are enough.
Volume slice_of(const State& state, const Account& account, const Standing& now,
                const Candidate& candidate) {
  const Position& position = state.positions[candidate.position];
  const std::int64_t step = state.symbol(position.symbol).instrument.volume_step.raw;
  const auto is_enough = [&](std::int64_t steps) {
    const Volume volume{steps * step};
    if (account.positions == 1 && volume == position.volume) return true;  // nothing is left
    const auto after = standing_without(state, account, now, candidate, volume);
    return after && !is_to_be_stopped_out(account, *after);
  };
  std::int64_t high = position.volume.raw / step;
  if (high == 0 || !is_enough(high)) return position.volume;
  std::int64_t low = 0;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (is_enough(middle) ? high : low) = middle;
  }
  return Volume{high * step};
}

// ---- What is told ----

AlertId emit_stop_out(State& state, const Account& account, const Standing& now, SymbolId quoted) {
  const Quote quote = state.quote_for(account, quoted);
  const Symbol& symbol = state.symbol(quoted);
  StopOutStarted started;
  started.equity = now.equity;
  started.used_margin = now.used_margin;
  started.threshold = account.stop_out_level;
  started.level = margin_level(now.equity, now.used_margin).value_or(Ratio{});
  started.bid = quote.bid;
  started.ask = quote.ask;
  started.alert = state.next_alert();
  started.venue_time = symbol.venue_time;
  started.symbol = quoted;
  started.venue = symbol.venue;
  started.order = account.stop_out_order;
  state.emit(account.id, started);
  return started.alert;
}

// False when the position stays: the balance with its result cannot be expressed as money, or there
// is no room to close it at its venue.
bool liquidate(State& state, const Account& account, const Standing& before, AlertId stop_out,
               const Candidate& candidate, Volume volume) {
  const SymbolId id = state.positions[candidate.position].symbol;
  if (!reduce_position(state, candidate.position, volume, CloseReason::StopOut, Origin::Internal))
    return false;
  const Symbol& symbol = state.symbol(id);
  const Quote quote = state.quote_for(account, id);
  PositionLiquidated liquidated;
  liquidated.alert = state.next_alert();
  liquidated.stop_out = stop_out;
  liquidated.level = margin_level(before.equity, before.used_margin).value_or(Ratio{});
  liquidated.threshold = account.stop_out_level;
  liquidated.bid = quote.bid;
  liquidated.ask = quote.ask;
  liquidated.venue_time = symbol.venue_time;
  liquidated.quote = symbol.quoted;
  liquidated.position = candidate.id;
  liquidated.order = OrderId{state.last_order};
  liquidated.volume = volume;
  liquidated.symbol = id;
  liquidated.venue = symbol.venue;
  state.emit(account.id, liquidated);
  return true;
}

Volume to_liquidate(const State& state, const Account& account, const Standing& now,
                    const Candidate& candidate) {
  return account.stop_out_order == StopOutOrder::Smart ? slice_of(state, account, now, candidate)
                                                       : state.positions[candidate.position].volume;
}

bool has_orders_at_rest(const State& state, const Account& account) {
  std::uint32_t order = account.first_order;
  while (order != 0 && state.orders.pool[order].is_out) {
    order = state.orders.pool[order].next_of_account;
  }
  return order != 0;
}

// Why none of them can be closed; None when one can.
RejectCode find_obstacle(const State& state, const Account& account, const Standing& now) {
  RejectCode obstacle = RejectCode::None;
  for (const Candidate& candidate : state.stop_outs.candidates) {
    const Volume volume = to_liquidate(state, account, now, candidate);
    obstacle = check_reducing(state, candidate.position, volume);
    if (obstacle == RejectCode::None) break;
  }
  return obstacle;
}

}  // namespace

bool is_to_be_stopped_out(const Account& account, const Standing& now) {
  if (account.positions == 0) return false;
  if (now.used_margin.is_zero()) return now.equity.is_negative();
  return is_below_level(now.equity, now.used_margin, account.stop_out_level);
}

bool depends_on(const State& state, const Account& account, SymbolId symbol) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    if (holding.symbol == symbol) return true;
    const RateBook::Chain& chain =
        state.rates.chain(state.symbol(holding.symbol).instrument.quote, account.currency);
    for (std::size_t i = 0; i < chain.length; ++i) {
      if (chain.steps[i].symbol == symbol) return true;
    }
  }
  return false;
}

void stop_out(State& state, Account& account, Standing now, SymbolId quoted) {
  if (!is_to_be_stopped_out(account, now) || !depends_on(state, account, quoted)) return;
  // What a venue does with it decides what is left to close.
  if (account.closes_at_venues != 0) return cancel_orders(state, account, RejectCode::StoppedOut);
  find_candidates(state, account);
  // Nothing may open any more, also while nothing can be closed.
  if (state.stop_outs.candidates.empty())
    return cancel_orders(state, account, RejectCode::StoppedOut);
  if (account.stop_out_order == StopOutOrder::LargestMargin) {
    group_by_margin(state, account);
  } else {
    sort_by_loss(state.stop_outs);
  }
  const RejectCode obstacle = find_obstacle(state, account, now);
  const bool is_told = obstacle != RejectCode::None && obstacle == account.stop_out_obstacle;
  if (is_told && !has_orders_at_rest(state, account)) return;
  account.stop_out_obstacle = obstacle;
  const AlertId alert = emit_stop_out(state, account, now, quoted);
  cancel_orders(state, account, RejectCode::StoppedOut);
  Money others = now.equity - account.balance - account.credit;  // P&L of what is still open
  while (const Candidate* candidate = next_to_close(state, account)) {
    const Volume all = state.positions[candidate->position].volume;
    const Volume volume = to_liquidate(state, account, now, *candidate);
    if (!liquidate(state, account, now, alert, *candidate, volume)) continue;
    account.stop_out_obstacle = RejectCode::None;
    if (account.closes_at_venues != 0) break;
    others -= candidate->unrealized_pnl;
    if (volume != all) {
      const auto left = unrealized_pnl(state, state.positions[candidate->position]);
      others += left.value_or(Money{});
    }
    now = {account.balance + account.credit + others, account.used_margin};
    if (!is_to_be_stopped_out(account, now)) break;
    if (account.stop_out_order == StopOutOrder::LargestMargin) reweigh(state, account, *candidate);
  }
  cover_negative_balance(state, account);
}

}  // namespace tribook::engine
