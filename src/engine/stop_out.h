#pragma once

#include <cstdint>
#include <vector>

#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/margin.h"

// Stop-outs: which positions of an account are closed, how much of them, and in which order.

namespace tribook::engine {

struct Account;
struct Standing;
struct State;

/// A position that may be closed.
struct Candidate {
  Money unrealized_pnl;
  Money basis;
  PositionId id;
  std::uint32_t position = 0;
  std::uint32_t holding = 0;
  Side side = Side::Buy;
};

/// Candidates of one side of one holding, the largest margin first: within a side a position's
/// margin goes with its basis, whatever the tiers, so only the first ones need to be compared.
struct CandidateGroup {
  MarginShare first;       // of the first one left
  uint128 whole = 0;       // the same, cut to whole units of 10^-8: nearly always enough to compare
  std::uint32_t next = 0;  // in StopOuts::candidates
  std::uint32_t end = 0;
};

/// Scratch of one stop-out.
struct StopOuts {
  StopOuts(std::size_t positions, std::size_t symbols) {
    candidates.reserve(positions);
    groups.reserve(symbols * 2);
  }
  std::vector<Candidate> candidates;
  std::vector<CandidateGroup> groups;
  std::size_t next = 0;  // without groups
};

bool is_to_be_stopped_out(const Account& account, const Standing& now);

/// The account's equity depends on the symbol's price: it holds it, or converts over it.
bool depends_on(const State& state, const Account& account, SymbolId symbol);

/// Closes positions of an account that is below its stop-out level, in its order, until it is above
/// or nothing is left that may be closed now. When nothing can be, that is told once, until
/// something can, the reason is another, or the account is above its level.
void stop_out(State& state, Account& account, Standing now, SymbolId quoted);

}  // namespace tribook::engine
