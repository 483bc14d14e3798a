#pragma once

#include <optional>

#include "engine/state.h"

// What an account has at stake, from the sums that its holdings keep: its positions are not gone
// through, so an account with very many of them is no dearer to look at than one with few.

namespace tribook::engine {

/// Money of the account, each estimated to the safe side.
struct Exposure {
  /// The equity is between these, but for the rounding of each position.
  Money equity_least;
  Money equity_most;
  /// What it would lose were every price to go against it by its own size, and every spread to grow
  /// by a kSpreadPart of that; it loses that part of it when they all go that part of the way,
  /// as long as rates of conversion go no further than by 1 / kDriftOfRates.
  int128 weight = 0;
  /// What spreads that narrow to nothing would bring it.
  int128 of_spreads = 0;
};

inline constexpr int kSpreadPart = 16;
inline constexpr int kDriftOfRates = 16;

/// Empty when that cannot be said.
/// `also_rises`: it is asked of as well how far prices may go in the account's favour.
std::optional<Exposure> expose(State& state, const Account& account, bool also_rises);

/// The chain by which results in a holding's symbol are converted.
const RateBook::Chain& chain_of(const State& state, const Account& account, const Holding& holding);

}  // namespace tribook::engine
