#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/limit.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

// What is watched of accounts beside their margin level: the day's result, the fall of equity from
// its peak, what they have at stake.
//
// A limit is near when four fifths of it are used, and crossed when all of it is. Each is told
// once; near again when less than seven tenths are used, crossed again when it is not near. What an
// account's equity may fall or rise before any of that can happen bounds the prices that it depends
// on, as margin-call levels do, so that a quote costs nothing for those whom it does not bring
// there.

namespace tribook::engine {

struct Account;
struct Standing;
struct State;

/// What is watched of an account.
struct AccountRisk {
  Money peak;                  ///< the highest equity that was seen, moved by payments
  std::uint32_t crossed = 0;   ///< limits that are, a bit each
  std::uint32_t near = 0;      ///< likewise; what is crossed is near too
  std::uint32_t refusing = 0;  ///< when a burst of refused orders began, seconds since 1970
  std::uint16_t refused = 0;   ///< orders since then, within a minute; saturated
  std::uint8_t forgiven = 0;   ///< limits of the day that an admin lets pass, a bit each
};

/// What an account made of its day so far.
struct DayResult {
  Money pnl;   ///< by which equity changed since the last rollover, but for payments
  Money base;  ///< equity then, and what was paid in since
};
DayResult day_result(const State& state, const Account& account, Money equity);

/// The peak from which a drawdown counts: at least `equity`.
Money peak_of(const State& state, const Account& account, Money equity);

/// Limits that look at an account as it stands, whatever it asks for.
inline constexpr std::uint32_t kWatchedLimits =
    bit_of(Limit::MaxExposure) | bit_of(Limit::MaxDailyLoss) | bit_of(Limit::MaxDailyLossPercent) |
    bit_of(Limit::MaxDrawdown) | bit_of(Limit::MaxLeverage) | bit_of(Limit::MaxPositionLoss);

/// Any of them holds for it.
bool is_watched(const State& state, const Account& account);

/// Tells what was crossed and what is well again, and sets off kill switches. `quoted`: whose quote
/// it is; none when it was something else.
void watch(State& state, Account& account, const Standing& now, SymbolId quoted);

/// Until when nothing that is watched can happen to the account.
struct Unwatched {
  std::optional<Money> above;  ///< equity stays above it
  std::optional<Money> below;  ///< and below it
  int128 part = kAllOfPrice;   ///< and no price goes by more than that part of itself, in 2^-32

  static constexpr int128 kAllOfPrice = int128{1} << 40;
};
Unwatched unwatched(const State& state, const Account& account, const Standing& now);

/// An admin lifted the switch that a limit had set off: until the next rollover, or until it is
/// well again, a loss of the day refuses nothing any more; a drawdown counts from equity as it is.
void forgive(State& state, Account& account, Limit limit);
/// Whether it does so of a limit.
bool is_forgiven(const State& state, const Account& account, Limit limit);

/// An order of the account was refused. REQUIRES: none is being filled.
void note_refused(State& state, Account& account);

/// The account's day ended at this equity: its next one begins with nothing lost.
void begin_day_of_risk(State& state, const Account& account, Money equity);
/// Limits were put: whoever may be watched now is looked at.
void watch_anew(State& state, const RiskScope& scope, std::uint32_t limits);

void save_risks(base::ArchiveWriter& archive, const State& state);
/// REQUIRES: accounts are loaded.
void load_risks(base::ArchiveReader& archive, State& state);
void mix_risks(base::Digest& digest, const State& state);

}  // namespace tribook::engine
