#pragma once

#include "engine/state.h"

// Positions that lose more than a part of their account's equity: Limit::MaxPositionLoss.
//
// What one may lose yet bounds its price, with the equity as it is; as equity may fall by a
// kEquityMayFall of itself before the account is looked at again, so much less is allowed to it. Of
// an account with more than kPositionsWatched none is told: each look goes through all of them.

namespace tribook::engine {

inline constexpr std::uint32_t kPositionsWatched = 1'000;
inline constexpr int kEquityMayFall = 16;

bool are_losses_watched(const State& state, const Account& account);

/// Tells of those that lose too much, each once until it loses less than seven tenths of that.
void tell_losses(State& state, const Account& account, Money equity, SymbolId quoted);

/// The part of itself by which every price may go before another one does, in 2^-kPartBits.
int128 part_until_loss(const State& state, const Account& account, Money equity);

}  // namespace tribook::engine
