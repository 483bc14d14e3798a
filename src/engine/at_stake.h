#pragma once

#include <cstdint>

#include "engine/state.h"

// What an account has at stake: what its holdings are worth net, in its own currency at mid prices,
// each amount rounded to 10^-8 where it is converted. From the sums that holdings keep: positions
// are not gone through. What exposure.h has are bounds, for whom to look at.

namespace tribook::engine {

/// An amount of the account's money, or why it is not known.
struct Figure {
  Money amount;
  RejectCode code = RejectCode::None;  ///< NoConversion or ValueOverflow; the amount is 0 then

  [[nodiscard]] bool is_known() const { return code == RejectCode::None; }
};

/// A fill that is not booked. Without volume: as things stand.
struct MoreHeld {
  SymbolId symbol;
  Side side = Side::Buy;
  Volume volume;
};

/// None of them negative.
struct AtStake {
  Figure total;               ///< of all symbols together
  Figure symbol;              ///< of the one asked for
  Figure base_currency;       ///< of that one's, over all symbols; of the account's own currency
  Figure quote_currency;      ///< nothing is at stake
  std::uint32_t symbols = 0;  ///< that have anything at stake
};
/// With `more` besides; its symbol is the one asked for.
[[nodiscard]] AtStake at_stake(const State& state, const Account& account, const MoreHeld& more);

/// Of all symbols together, with `more` besides.
[[nodiscard]] Figure total_at_stake(const State& state, const Account& account,
                                    const MoreHeld& more = {});

/// What that volume is worth at the price. REQUIRES: none of them negative.
[[nodiscard]] Figure notional_of(const State& state, const Account& account,
                                 const Instrument& instrument, Volume volume, Price price);

}  // namespace tribook::engine
