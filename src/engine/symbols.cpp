#include "engine/commands.h"
#include "engine/groups.h"
#include "engine/positions.h"
#include "engine/solvency.h"

namespace tribook::engine {
namespace {

void emit_symbol(State& state, SymbolId symbol, bool is_new, TextRef text) {
  SymbolUpdated updated;
  updated.symbol = symbol;
  updated.is_new = is_new ? 1 : 0;
  state.emit({}, updated, text);
}

bool is_taken(const State& state, const SymbolName& name) {
  for (const Symbol& symbol : state.symbols) {
    if (symbol.instrument.name == name) return true;
  }
  return false;
}

// Whether every holding's margin can be expressed under these settings.
bool fits_holdings(const State& state, const Symbol& symbol, const Instrument& now) {
  for (std::uint32_t h = symbol.first_holding; h != 0; h = state.holdings[h].next_of_symbol) {
    const Holding& holding = state.holdings[h];
    const Account& account = state.account(holding.account);
    const std::uint32_t leverage = state.leverage_for(account, holding.symbol);
    if (!does_margin_fit(now, holding.buys, holding.sells, leverage, account.currency))
      return false;
  }
  return true;
}

// A rate has changed without a quote: whoever converts by it may be below a level.
void look_at_all(State& state) {
  for (Account& account : state.accounts) {
    if (account.positions != 0) state.look_at_next_quote(account);
  }
}

template <typename Visit>
void for_each_position(const State& state, const Symbol& symbol, Visit visit) {
  for (std::uint32_t h = symbol.first_holding; h != 0; h = state.holdings[h].next_of_symbol) {
    for (std::uint32_t p = state.holdings[h].first_position; p != 0; p = state.positions[p].next) {
      visit(state.positions[p]);
    }
  }
}

template <typename Visit>
void for_each_order(const State& state, const Symbol& symbol, Visit visit) {
  if (symbol.orders == 0) return;
  for (const Account& account : state.accounts) {
    for (std::uint32_t o = account.first_order; o != 0; o = state.orders.pool[o].next_of_account) {
      const WorkingOrder& order = state.orders.pool[o];
      if (order.symbol == symbol.instrument.id) visit(order);
    }
  }
}

// Break-even lies on the tick: on another one it is another price.
void rearm_trails(State& state, const Symbol& symbol) {
  for_each_position(state, symbol,
                    [&](const Position& position) { rearm_trail(state, position.id); });
}

void refresh_margins(State& state, const Symbol& symbol) {
  for (std::uint32_t h = symbol.first_holding; h != 0; h = state.holdings[h].next_of_symbol) {
    refresh_margin(state, state.holdings[h]);
    state.emit_account(state.account(state.holdings[h].account));
  }
}

bool add_settlement(State& state, const VenueSpec& venue) {
  return !venue.currency || state.rates.add_currency(venue.currency);
}

// Open positions stay on the steps of volume and price: else they could not be closed in parts, and
// a level would stand at a price that there is not.
bool are_positions_on_steps(const State& state, const Symbol& symbol, const Instrument& now) {
  const auto is_on = [&](Price level) { return level.raw % now.tick_size.raw == 0; };
  // A provider may have filled what is between two steps.
  const auto is_whole = [](Volume volume, const Instrument& of) {
    return volume.raw % of.volume_step.raw == 0;
  };
  bool are_on = true;
  for_each_position(state, symbol, [&](const Position& position) {
    are_on = are_on &&
             (is_whole(position.volume, now) || !is_whole(position.volume, symbol.instrument)) &&
             is_on(position.stop_loss) && is_on(position.take_profit);
  });
  return are_on;
}

// Stop-losses that follow, or will, keep their distances in pips: another pip would move them at
// once, and another tick could put them where there is no price.
bool are_trails_kept(const State& state, const Symbol& symbol, const Instrument& now) {
  const bool is_same_pip = now.pip_size == symbol.instrument.pip_size;
  bool are_kept = true;
  const auto look_at = [&](PipDistance distance, PipDistance step) {
    are_kept =
        are_kept && is_same_pip && is_whole_ticks(now, distance) && is_whole_ticks(now, step);
  };
  for_each_position(state, symbol, [&](const Position& position) {
    const Trail* trail = find_trail(state, position.id);
    if (trail != nullptr) look_at(trail->distance, trail->step);
  });
  for_each_order(state, symbol, [&](const WorkingOrder& order) {
    if (!order.trailing_distance.is_zero()) look_at(order.trailing_distance, order.trailing_step);
  });
  return are_kept;
}

// What was good when it was placed must not become what nobody may place. Closes on their way at
// venues may be of any size.
bool are_orders_in_range(const State& state, const Symbol& symbol, const Instrument& now) {
  const auto is_in = [](const Instrument& range, Volume volume) {
    return volume >= range.min_volume && volume <= range.max_volume;
  };
  bool are_in = true;
  for_each_order(state, symbol, [&](const WorkingOrder& order) {
    are_in = are_in && (is_in(now, order.volume) || !is_in(symbol.instrument, order.volume));
  });
  return are_in;
}

// The markup that takes effect on the standing quote must leave a price.
bool has_price(const Symbol& symbol, const Instrument& now) {
  const BidAsk& venue = symbol.venue_prices;
  return venue.bid.is_zero() || with_markup(now, venue.bid, venue.ask);
}

// What a symbol is cannot change; how it trades can, unless open positions would lose their
// meaning.
RejectCode check_change(const State& state, const Symbol& symbol, const Instrument& now) {
  const Instrument& before = symbol.instrument;
  if (now.name != before.name || now.base != before.base || now.quote != before.quote ||
      now.category != before.category) {
    return RejectCode::Validation;
  }
  const bool changes_positions =
      now.contract_size != before.contract_size || now.margin_currency != before.margin_currency ||
      now.digits != before.digits || now.margin.mode != before.margin.mode;
  // Prices and volumes of orders that rest stay on the grid.
  const bool leaves_grid = before.tick_size.raw % now.tick_size.raw != 0 ||
                           before.volume_step.raw % now.volume_step.raw != 0;
  const bool is_held = symbol.positions != 0 || symbol.orders != 0;
  if ((is_held && changes_positions) || (symbol.orders != 0 && leaves_grid))
    return RejectCode::InUse;
  if (!are_orders_in_range(state, symbol, now)) return RejectCode::InUse;
  if (!are_positions_on_steps(state, symbol, now) || !are_trails_kept(state, symbol, now))
    return RejectCode::InUse;
  return has_price(symbol, now) ? RejectCode::None : RejectCode::PriceInvalid;
}

}  // namespace

void on_create_symbol(State& state, const CommandHeader& header) {
  const auto spec = read_spec<Instrument>(state.slab.get(header.text));
  if (!spec || check(*spec).code != RejectCode::None)
    return state.refuse({}, RejectCode::Validation);
  if (is_taken(state, spec->name)) return state.refuse({}, RejectCode::Duplicate);
  if (state.symbols.size() > state.limits.symbols)
    return state.refuse({}, RejectCode::LimitReached);
  Instrument instrument = *spec;
  instrument.id = SymbolId{static_cast<std::uint16_t>(state.symbols.size())};
  if (!state.rates.add_symbol(instrument) || !add_settlement(state, instrument.venue))
    return state.refuse({}, RejectCode::LimitReached);
  state.symbols.emplace_back();
  state.symbols.back().instrument = instrument;
  refresh_all_watches(state);
  state.timers.begin_funding_after(state.now);
  emit_symbol(state, instrument.id, true, header.text);
}

void on_update_symbol(State& state, const CommandHeader& header, const UpdateSymbol& update) {
  const auto spec = read_spec<Instrument>(state.slab.get(header.text));
  if (!spec || check(*spec).code != RejectCode::None)
    return state.refuse({}, RejectCode::Validation);
  Symbol* symbol = state.find_symbol(update.symbol);
  if (symbol == nullptr) return state.refuse({}, RejectCode::SymbolUnknown);
  const RejectCode code = check_change(state, *symbol, *spec);
  if (code != RejectCode::None) return state.refuse({}, code);
  if (!fits_holdings(state, *symbol, *spec)) return state.refuse({}, RejectCode::ValueOverflow);
  if (!state.rates.add_currency(spec->margin_currency) ||
      !state.rates.add_currency(spec->commission.currency) || !add_settlement(state, spec->venue)) {
    return state.refuse({}, RejectCode::LimitReached);
  }
  symbol->instrument = *spec;
  symbol->instrument.id = update.symbol;
  state.timers.begin_funding_after(state.now);
  rearm_trails(state, *symbol);
  const Quote before = state.rates.quote(update.symbol);
  price_anew(state, *symbol);
  const Quote& now = state.rates.quote(update.symbol);
  if (now.bid != before.bid || now.ask != before.ask) look_at_all(state);
  emit_symbol(state, update.symbol, false, header.text);
  refresh_margins(state, *symbol);
}

}  // namespace tribook::engine
