#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/reject_code.h"

// Limits of risk: what an operator can set a threshold for, at four levels (see risk_rules.h), each
// to be off, to warn or to reject. docs/RISK.md is the rule book; here are their names, units and
// codes. They limit what opens; what only closes is never refused for one.

namespace tribook {

/// In the order in which they are looked at. Values stand in journals: new ones come at the end,
/// before Count, and say in terms_of() where they are looked at.
enum class Limit : std::uint8_t {
  // Of what is asked: when an order is placed or changed.
  MinOrderVolume,
  MaxOrderVolume,
  MaxOrderValue,
  MaxPriceDistance,
  MinStopDistance,
  StopLossRequired,
  MinRewardRisk,
  MaxPendingOrders,
  DuplicateWindow,
  // Of what the account would hold: at each fill that opens, just after it.
  MaxPositionVolume,
  MaxOpenPositions,
  MaxExposure,
  MaxSymbolExposure,
  MaxCurrencyExposure,
  MaxConcentration,
  MaxDayVolume,
  MaxRiskPerTrade,
  MaxLossPerTrade,
  MaxDailyLoss,
  MaxDailyLossPercent,
  MaxDrawdown,
  MaxLeverage,
  // Of how fast orders come: before they are sequenced, by risk.
  OrdersPerSecond,
  OrdersPerMinute,
  OrdersPerDay,
  // Only watched: a position's loss as a share of its account's equity, and orders refused.
  MaxPositionLoss,
  MaxRejectsPerMinute,
  Count
};
inline constexpr std::size_t kLimits = static_cast<std::size_t>(Limit::Count);

enum class LimitUnit : std::uint8_t { Lots, Number, Amount, Percent, Pips, Times, Seconds, Flag };
enum class LimitStage : std::uint8_t { Asked, Filled, Paced, Watched };

struct LimitTerms {
  Limit limit;
  std::string_view name;  ///< as in REST and the configuration: maxOpenPositions
  RejectCode code;        ///< None: it refuses nothing
  LimitUnit unit;
  LimitStage stage;
  bool is_least;          ///< a minimum, else a maximum
  std::string_view text;  ///< what it limits, for people
};
const LimitTerms& terms_of(Limit limit);
/// Empty when there is none of that name.
std::optional<Limit> limit_of(std::string_view name);
/// The limit behind a code; empty for the codes of other things.
std::optional<Limit> limit_of(RejectCode code);

/// What one level says of all limits. Thresholds are at 10^-8 of their unit: lots, counts, account
/// currency, percent, pips, seconds; a flag is 1.
struct LimitSet {
  static constexpr std::size_t kRoom = 32;

  std::array<std::int64_t, kRoom> threshold{};
  std::array<LimitMode, kRoom> mode{};
  /// What its crossing sets off besides, for the account: of the limits of losses and exposure.
  std::array<KillAction, kRoom> kill{};
  std::uint32_t sets = 0;  ///< of which limits it says anything, a bit each
  std::array<std::uint8_t, 4> reserved{};

  [[nodiscard]] constexpr bool has(Limit limit) const {
    return (sets >> static_cast<unsigned>(limit) & 1U) != 0;
  }
  constexpr void put(Limit limit, std::int64_t at, LimitMode how,
                     KillAction then = KillAction::None) {
    const auto i = static_cast<std::size_t>(limit);
    threshold[i] = at;
    mode[i] = how;
    kill[i] = then;
    sets |= 1U << i;
  }
  constexpr void clear(Limit limit) {
    const auto i = static_cast<std::size_t>(limit);
    threshold[i] = 0;
    mode[i] = LimitMode::Off;
    kill[i] = KillAction::None;
    sets &= ~(1U << i);
  }
  [[nodiscard]] constexpr bool is_empty() const { return sets == 0; }
};
static_assert(kLimits <= LimitSet::kRoom);
static_assert(std::has_unique_object_representations_v<LimitSet>);

/// Static sanity, the same for REST, config and replay; `field` is the limit's name. What is not
/// set has to be zero.
InstrumentProblem check(const LimitSet& limits);

/// A limit as it holds for somebody.
struct LimitInForce {
  std::int64_t threshold = 0;
  LimitMode mode = LimitMode::Off;
  KillAction kill = KillAction::None;
  ScopeLevel level = ScopeLevel::House;  ///< who set it
};

/// Limits as bits, for what an order was warned of.
constexpr std::uint32_t bit_of(Limit limit) { return 1U << static_cast<unsigned>(limit); }

}  // namespace tribook
