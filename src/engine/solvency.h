#pragma once

#include "engine/state.h"

// Margin calls and stop-outs: who is looked at after a quote, and what follows.

namespace tribook::engine {

/// Empty when money cannot express what the account's positions are worth. Nothing is decided on
/// it then: no call, no stop-out, no opening, no withdrawal; it is looked at with each quote.
std::optional<Standing> standing(const State& state, const Account& account);

/// After a quote and its SL/TP: margin calls, then stop-outs, each by account id, of all accounts
/// that the quote or an earlier change could have brought below a level.
void look_at_accounts(State& state, SymbolId quoted);

/// After any other record: margin calls of the accounts that it changed. Who is below his stop-out
/// level is closed by the next quote on which his equity depends.
void look_at_changed_accounts(State& state);

/// A stop-out or stop-loss left the account without positions and below zero: credit pays, and the
/// house covers the rest.
void cover_negative_balance(State& state, Account& account);

/// Takes an account's watches away. Call before its group changes; refresh_watches afterwards.
void drop_watches(State& state, Account& account);

/// Lets an account have the watches that its holdings ask for. Call when holdings or chains change.
void refresh_watches(State& state, Account& account);

/// The same for all accounts: exchange rates came that may shorten conversions.
void refresh_all_watches(State& state);

/// Whether an estimate shows already that nothing is to be done about the account; its bounds are
/// set then. Most looks end here.
bool is_beyond_doubt(State& state, const Account& account);

/// Sets how far each watched price may go before the account must be looked at again.
void set_bounds(State& state, Account& account, const std::optional<Standing>& now);

}  // namespace tribook::engine
