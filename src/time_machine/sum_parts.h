#pragma once

#include <string>

#include "time_machine/book.h"
#include "time_machine/formula.h"

// Parts that many sums have.

namespace tribook::time_machine {

/// The factors of a conversion, appended to an expression: " * EURUSD_bid / USDJPY_ask".
std::string converted(FormulaMaker& maker, const Book& book, Currency from, Currency to,
                      Crossing crossing);
/// The symbol's contract size as an input.
std::string contract(FormulaMaker& maker, const Instrument& instrument);
/// The sum of price x volume: "open * volume" where a price of 8 decimals says it.
std::string cost(FormulaMaker& maker, Cost open_cost, Volume volume);

}  // namespace tribook::time_machine
