#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

// What is watched of accounts beside their margin level: the day's result, the fall of equity from
// its peak, what they have at stake.

namespace tribook::engine {

struct Account;
struct State;

/// What is watched of an account.
struct AccountRisk {
  Money peak;                 ///< the highest equity, moved by payments
  std::uint32_t crossed = 0;  ///< limits whose alert was told, a bit each
  std::uint32_t near = 0;     ///< limits of which most is used, likewise
};

/// What an account made of its day so far.
struct DayResult {
  Money pnl;   ///< by which equity changed since the last rollover, but for payments
  Money base;  ///< equity then, and what was paid in since
};
DayResult day_result(const State& state, const Account& account, Money equity);

/// The peak from which a drawdown counts: at least `equity`.
Money peak_of(const State& state, const Account& account, Money equity);

}  // namespace tribook::engine
