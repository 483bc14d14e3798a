#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/kill_switch.h"
#include "tribook/domain/limit.h"
#include "tribook/message/event_kind.h"
#include "tribook/message/risk_commands.h"
#include "tribook/message/text.h"

// Bodies of events about limits, kill switches and what is watched.

namespace tribook {

/// Text: LimitSet, whole.
struct LimitsUpdated {
  static constexpr EventKind kKind = EventKind::LimitsUpdated;
  RiskScope scope;
  std::uint8_t reserved[88] = {};
};

/// One went on, off or changed. Text: KillReason, of a hand; the house's own has none.
struct KillSwitchChanged {
  static constexpr EventKind kKind = EventKind::KillSwitchChanged;
  RiskScope scope;
  AlertId alert;
  TimeNs since{};  ///< this and what follows as in KillSwitch
  std::int64_t measured = 0;
  std::int64_t threshold = 0;
  UserId actor;  ///< who set it on or off; 0: the house
  KillAction action = KillAction::None;
  KillCause cause = KillCause::Manual;
  Limit limit = Limit::Count;
  std::uint8_t is_carried = 0;  ///< it went on earlier; only a state that is told again says so
  std::uint8_t reserved[48] = {};
};
/// The switch as it stands from then on; an empty one is off. `text`: of the event.
inline KillSwitch kill_switch_of(const KillSwitchChanged& changed,
                                 std::span<const std::byte> text) {
  KillSwitch kill_switch;
  if (changed.action == KillAction::None) return kill_switch;
  kill_switch.since = changed.since;
  kill_switch.measured = changed.measured;
  kill_switch.threshold = changed.threshold;
  kill_switch.actor = changed.actor;
  kill_switch.action = changed.action;
  kill_switch.cause = changed.cause;
  kill_switch.limit = changed.limit;
  if (const auto reason = read_spec<KillReason>(text)) kill_switch.reason = reason->text;
  return kill_switch;
}

/// A kill switch has cancelled and closed what it could.
struct KillSwept {
  static constexpr EventKind kKind = EventKind::KillSwept;
  RiskScope scope;
  std::uint32_t cancelled = 0;  ///< orders
  std::uint32_t closed = 0;     ///< positions; asked to be closed when they stand at a venue
  std::uint32_t left = 0;       ///< positions that cannot be closed now
  std::uint8_t reserved[76] = {};
};

/// Limits that an order passes and that are set to warn. Told to who waits for it alone.
struct OrderWarned {
  static constexpr EventKind kKind = EventKind::OrderWarned;
  OrderId order;             ///< 0: of an order that was only asked about
  std::uint32_t limits = 0;  ///< a bit each, see bit_of
  std::uint8_t reserved[84] = {};
};

/// Something that is watched of an account was crossed, or is well again: once a crossing.
struct RiskAlert {
  static constexpr EventKind kKind = EventKind::RiskAlert;
  Money equity;
  Money base;  ///< what the limit counts from: the equity at the day's beginning, the peak
  AlertId alert;
  std::int64_t measured = 0;   ///< at 10^-8 of the limit's unit, saturated
  std::int64_t threshold = 0;  ///< likewise
  PositionId position;         ///< 0: it is of the account
  SymbolId symbol;             ///< whose quote it was; 0: of none
  Limit limit = Limit::Count;
  AlertSeverity severity = AlertSeverity::Warning;
  std::uint8_t is_over = 0;  ///< well again
  std::uint8_t reserved[27] = {};
};

/// What is watched of an account, after it changed by itself. Payments move base and peak besides,
/// and nobody is told.
struct AccountWatched {
  static constexpr EventKind kKind = EventKind::AccountWatched;
  Money base;                 ///< equity at the last rollover, and what was paid in since
  Money peak;                 ///< the highest equity that was seen
  std::uint32_t crossed = 0;  ///< limits that are, a bit each (see bit_of)
  std::uint32_t near = 0;     ///< limits of which most is used
  std::uint8_t reserved[56] = {};
};

}  // namespace tribook
