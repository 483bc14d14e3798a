#pragma once

#include <cstdint>

#include "time_machine/book.h"
#include "time_machine/formula.h"

// What a position pays or gets for being held, as formulas over what the book holds.

namespace tribook::time_machine {

/// Swap, or the fee in its place, at the rollover of that date (days since 1970, in New York).
Formula swap_formula(const Book& book, const BookPosition& position, std::int32_t day,
                     int128 booked);
Formula funding_formula(const Book& book, const BookPosition& position, int128 booked);

}  // namespace tribook::time_machine
