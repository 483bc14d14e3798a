#pragma once

#include "engine/state.h"

namespace tribook::engine {

/// Sets the options that hold for an account: its own, or its group's.
void take_options(const State& state, Account& account);

/// Moves an account to a group (0 = none): with its levels and bounds, to other prices and options.
/// Margins are to be refreshed. None, or why not.
RejectCode change_group(State& state, Account& account, GroupId group);

/// Changes what an account has of its own. None, or why not.
RejectCode change_options(State& state, Account& account, const OptionsChange& wanted);

/// Whether the margin of all that it holds can be expressed.
bool do_margins_fit(const State& state, const Account& account);
/// Recomputes it.
void refresh_margins(State& state, const Account& account);

/// Prices a symbol anew from the venue's last prices. Levels and bounds look at it with the next
/// quote. REQUIRES: its own markup leaves a price.
void price_anew(State& state, Symbol& symbol);

}  // namespace tribook::engine
