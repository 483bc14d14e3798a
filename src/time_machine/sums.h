#pragma once

#include <vector>

#include "time_machine/book.h"
#include "time_machine/formula.h"
#include "tribook/message/event.h"

// The broker's sums as formulas over what the book holds at this moment.

namespace tribook::time_machine {

/// What closing `volume`, opened at `cost`, at `price` brings.
Formula profit_formula(const Book& book, const BookPosition& position, Cost cost, Volume volume,
                       Price price, std::optional<int128> booked);

/// What two volumes brought that were closed against each other, at what each was opened for.
Formula pair_formula(const Book& book, const BookPosition& position, Cost bought, Cost sold,
                     std::optional<int128> booked);

/// A charge, positive, the last of the formulas; before it what it takes. `before`: of the same
/// order.
std::vector<Formula> commission_formulas(const Book& book, SymbolId symbol, AccountId account,
                                         Volume volume, Price price, std::optional<int128> booked,
                                         const FilledBefore& before = {});

/// A fill's margin before leverage.
Formula basis_formula(const Book& book, SymbolId symbol, AccountId account, Volume volume,
                      Price price);

/// Used margin of an account's holding of a symbol. `leverage` in effect, hedging and rate are
/// inputs.
Formula margin_formula(const Book& book, std::string what, SymbolId symbol, AccountId account,
                       const Book::Sides& sides, Ratio rate);

/// What an opening order needs and what is left: basis, margin of the symbol before and after,
/// required margin, free margin after. The book stands before the fill. `before`: of the same
/// order.
std::vector<Formula> opening_formulas(const Book& book, SymbolId symbol, AccountId account,
                                      Side side, Volume volume, Price price,
                                      const FilledBefore& before = {});

/// What the account's holdings bind, symbol by symbol, and the sum.
std::vector<Formula> margin_formulas(const Book& book, AccountId account,
                                     std::optional<int128> booked);

/// Equity and margin level as they are.
std::vector<Formula> standing_formulas(const Book& book, AccountId account,
                                       std::optional<int128> equity, std::optional<int128> level);

/// A margin level; the engine tells none that is beyond 10^10 %, so there is none to compare with.
Formula level_formula(FormulaMaker& maker, const std::string& expression,
                      std::optional<int128> told);

/// The markup in pips that the account's prices have: its group's or the symbol's.
Ratio markup_of(const Book& book, SymbolId symbol, AccountId account);
/// The venue's prices with that markup. Empty without a markup.
std::vector<Formula> markup_formulas(const Book& book, SymbolId symbol, AccountId account);
/// A venue's price with that markup, as who deals on that side has it. Empty without a markup.
std::optional<Formula> dealt_formula(const Book& book, SymbolId symbol, AccountId account,
                                     Side side, Price venue, Price dealt);

/// Symbols whose quotes an account in that currency, charged by `commission`, needs to trade this
/// one: itself, then those on the ways of its conversions.
std::vector<SymbolId> symbols_needed(const RateBook& rates, const Instrument& instrument,
                                     const CommissionSpec& commission, Currency currency);

}  // namespace tribook::time_machine
