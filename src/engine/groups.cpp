#include "engine/groups.h"

#include <utility>

#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "engine/valued.h"

namespace tribook::engine {
namespace {

// A level that fired and could not be executed stays unarmed.
void move_level(State& state, TriggerHeaps::Heap& from, TriggerHeaps::Heap& to,
                std::uint32_t node) {
  if (!state.position_levels.is_in_heap(node)) return;
  const std::int64_t key = state.position_levels.key(node);
  state.position_levels.remove(from, node);
  state.position_levels.insert(to, node, key);
}

// All that waits for the group's prices, or has followed them.
void move_to_fronts(State& state, const Account& account, GroupId group) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    Front& from = state.fronts(holding.symbol, account.group);
    Front& to = state.fronts(holding.symbol, group);
    for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
      const Side side = state.positions[p].side;
      move_level(state, from.stop_losses(side), to.stop_losses(side), stop_loss_node(p));
      move_level(state, from.take_profits(side), to.take_profits(side), take_profit_node(p));
      move_trail(state, p, group);
      state.marks.move(state.positions[p], account.group, group);
    }
  }
  move_orders(state, account, group);
}

template <typename Visit>
void for_each_account_of(State& state, GroupId group, Visit visit) {
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    if (state.accounts[i].group == group) visit(state.accounts[i]);
  }
}

// The group's prices of one symbol, or of all.
void price_symbols_anew(State& state, SymbolId symbol) {
  if (symbol) return price_anew(state, state.symbol(symbol));
  for (std::size_t i = 1; i < state.symbols.size(); ++i) price_anew(state, state.symbols[i]);
}

}  // namespace

void price_anew(State& state, Symbol& symbol) {
  const BidAsk& venue = symbol.venue_prices;
  if (venue.bid.is_zero()) return;
  const auto own = with_markup(symbol.instrument, venue.bid, venue.ask);
  TB_ASSERT(own);
  Quote quote = state.rates.quote(symbol.instrument.id);
  quote.bid = own->bid;
  quote.ask = own->ask;
  state.rates.set_quote(symbol.instrument.id, quote);
  symbol.priced = ++state.pricings;
  state.fronts.set_prices(symbol.instrument, state.groups, venue, *own);
}

void take_options(const State& state, Account& account) {
  const OptionValues now = state.groups.options(account.group, account.own, account.from_group);
  account.stop_out_level = now.stop_out_level;
  account.margin_call_levels = now.margin_call_levels;
  account.negative_balance_protection = now.negative_balance_protection != 0;
  account.closing = now.closing;
  account.swap_free = now.swap_free;
  account.stop_out_order = now.stop_out_order;
}

namespace {

// A level that was there stays called; one that is new was not, whatever stood in its place.
std::uint8_t still_called(const MarginCallLevels& before, std::uint8_t called,
                          const MarginCallLevels& now) {
  int result = 0;
  for (std::size_t i = 0; i < before.count; ++i) {
    if ((called >> i & 1) == 0) continue;
    for (std::size_t j = 0; j < now.count; ++j) {
      if (now.level[j] == before.level[i]) result |= 1 << j;
    }
  }
  return static_cast<std::uint8_t>(result);
}

// Of an account that was told of margin calls by the options that it had.
void take_other_options(const State& state, Account& account) {
  const MarginCallLevels before = account.margin_call_levels;
  take_options(state, account);
  account.called_levels = still_called(before, account.called_levels, account.margin_call_levels);
}

}  // namespace

bool do_margins_fit(const State& state, const Account& account) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const Instrument& instrument = state.symbol(holding.symbol).instrument;
    const std::uint32_t leverage = state.leverage_for(account, holding.symbol);
    if (!does_margin_fit(instrument, holding.buys, holding.sells, leverage, account.currency))
      return false;
  }
  return true;
}

void refresh_margins(State& state, const Account& account) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    refresh_margin(state, state.holdings[h]);
  }
}

namespace {

bool is_out_at_venues(const State& state, const Account& account) {
  if (account.closes_at_venues != 0) return true;
  for (std::uint32_t o = account.first_order; o != 0; o = state.orders.pool[o].next_of_account) {
    if (state.orders.pool[o].is_out) return true;
  }
  return false;
}

// Whether what would hold for the account is sane together: a part is its own, a part the group's.
// What is at venues was sent for what it closes there.
RejectCode check_options(const State& state, const Account& account, GroupId group) {
  const OptionValues now = state.groups.options(group, account.own, account.from_group);
  if (const auto problem = check(now); problem.code != RejectCode::None) return problem.code;
  return now.closing == account.closing || !is_out_at_venues(state, account) ? RejectCode::None
                                                                             : RejectCode::InUse;
}

}  // namespace

RejectCode change_group(State& state, Account& account, GroupId group) {
  if (group && !state.groups.has(group)) return RejectCode::GroupUnknown;
  if (const auto code = check_options(state, account, group); code != RejectCode::None) return code;
  const GroupId before = account.group;
  account.group = group;
  const bool fits = do_margins_fit(state, account);
  account.group = before;
  if (!fits) return RejectCode::ValueOverflow;
  drop_watches(state, account);
  forget_values(state, account);
  move_to_fronts(state, account, group);
  account.group = group;
  take_other_options(state, account);
  refresh_watches(state, account);
  return RejectCode::None;
}

namespace {

bool is_sane(const OptionsChange& wanted) {
  constexpr std::array<std::uint8_t, 4> none{};
  return (wanted.sets & ~kAllOptions) == 0 && (wanted.from_group & ~wanted.sets) == 0 &&
         wanted.sets_mode <= 1 && is_valid(wanted.mode) && wanted.reserved == none &&
         check_values(wanted.values).code == RejectCode::None;
}

// What is open was opened by the account's mode, and rests by it.
RejectCode check_mode(const Account& account, const OptionsChange& wanted) {
  const bool is_other = wanted.sets_mode != 0 && wanted.mode != account.mode;
  const bool is_in_use = account.positions != 0 || account.orders != 0;
  return is_other && is_in_use ? RejectCode::InUse : RejectCode::None;
}

}  // namespace

RejectCode change_options(State& state, Account& account, const OptionsChange& wanted) {
  if (!is_sane(wanted)) return RejectCode::Validation;
  if (const auto code = check_mode(account, wanted); code != RejectCode::None) return code;
  const OptionValues before = account.own;
  const std::uint8_t from_group = account.from_group;
  change_own(wanted, account.own, account.from_group);
  if (const auto code = check_options(state, account, account.group); code != RejectCode::None) {
    account.own = before;
    account.from_group = from_group;
    return code;
  }
  if (wanted.sets_mode != 0) account.mode = wanted.mode;
  take_other_options(state, account);
  state.look_at_next_quote(account);
  return RejectCode::None;
}

namespace {

RejectCode check_members(State& state, GroupId group, const GroupSpec& spec) {
  const GroupSpec before = state.groups.spec(group);
  state.groups.put(group, spec);
  RejectCode code = RejectCode::None;
  for_each_account_of(state, group, [&](const Account& account) {
    if (code == RejectCode::None) code = check_options(state, account, group);
  });
  state.groups.put(group, before);
  return code;
}

}  // namespace

void on_put_group(State& state, const CommandHeader& header) {
  const auto spec = read_spec<GroupSpec>(state.slab.get(header.text));
  if (!spec || check(*spec).code != RejectCode::None)
    return state.refuse({}, RejectCode::Validation);
  GroupId group = state.groups.find(spec->name.view());
  const bool is_new = !group;
  if (is_new && state.groups.is_full()) return state.refuse({}, RejectCode::LimitReached);
  if (is_new) {
    group = state.groups.next();
  } else if (const auto code = check_members(state, group, *spec); code != RejectCode::None) {
    return state.refuse({}, code);
  }
  state.groups.put(group, *spec);
  GroupUpdated updated;
  updated.group = group;
  updated.is_new = is_new ? 1 : 0;
  state.emit({}, updated, header.text);
  if (is_new) return price_symbols_anew(state, {});
  for_each_account_of(state, group, [&](Account& account) {
    take_other_options(state, account);
    state.look_at_next_quote(account);
    state.emit_account(account);
  });
}

namespace {

RejectCode check_terms(State& state, const PutGroupTerms& put, const GroupTerms& terms) {
  if (!state.groups.has(put.group)) return RejectCode::GroupUnknown;
  if (put.symbol && state.find_symbol(put.symbol) == nullptr) return RejectCode::SymbolUnknown;
  if (check(terms).code != RejectCode::None) return RejectCode::Validation;
  if (terms.has(GroupTerms::kCommission) && !state.rates.has_room_for(terms.commission.currency))
    return RejectCode::LimitReached;
  return RejectCode::None;
}

bool do_all_margins_fit(State& state, GroupId group) {
  bool fit = true;
  for_each_account_of(state, group,
                      [&](const Account& account) { fit = fit && do_margins_fit(state, account); });
  return fit;
}

}  // namespace

void on_put_group_terms(State& state, const CommandHeader& header, const PutGroupTerms& put) {
  const auto terms = read_spec<GroupTerms>(state.slab.get(header.text));
  if (!terms) return state.refuse({}, RejectCode::Validation);
  if (const auto code = check_terms(state, put, *terms); code != RejectCode::None)
    return state.refuse({}, code);
  const GroupTerms before = state.groups.own_terms(put.group, put.symbol);
  state.groups.put_terms(put.group, put.symbol, *terms);
  if (!do_all_margins_fit(state, put.group)) {
    state.groups.put_terms(put.group, put.symbol, before);
    return state.refuse({}, RejectCode::ValueOverflow);
  }
  if (terms->has(GroupTerms::kCommission)) state.rates.add_currency(terms->commission.currency);
  price_symbols_anew(state, put.symbol);
  GroupTermsUpdated updated;
  updated.group = put.group;
  updated.symbol = put.symbol;
  state.emit({}, updated, header.text);
  for_each_account_of(state, put.group, [&](Account& account) {
    if (account.first_holding == 0) return;
    refresh_margins(state, account);
    state.emit_account(account);
  });
}

}  // namespace tribook::engine
