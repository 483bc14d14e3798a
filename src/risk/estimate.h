#pragma once

#include <optional>

#include "risk/replica.h"

namespace tribook::risk {

/// What an opening order would do to its account at the quotes of now.
struct Estimate {
  Money free_margin;  ///< before the order and before holds
  Money required;     ///< by how much used margin rises; negative where the order hedges
  Money costs;        ///< commission and the spread's loss, not negative
};

/// As the engine does it: the new position is charged at the symbol's initial rate, all that is
/// held at maintenance. `closing`, of the other side, goes first: only the rest is new. Empty when
/// a sum does not fit. REQUIRES: the order's amounts convert into account currency.
std::optional<Estimate> estimate(const Replica& replica, const Account& account,
                                 const Instrument& instrument, const Quote& quote, Side side,
                                 Volume volume, Volume closing = {});

/// By how much sums over positions may differ from the sum of each one's rounded amount.
Money rounding_slack(const Account& account);

}  // namespace tribook::risk
