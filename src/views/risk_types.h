#pragma once

#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/kill_switch.h"
#include "tribook/domain/limit.h"

// What readers get of risk: alerts, limits and kill switches.

namespace tribook::views {

/// A margin call, a stop-out, a position that it closed, a limit that was crossed, or a kill switch
/// that went on or off.
struct AlertView {
  Money equity;       ///< then; of calls, stop-outs and limits
  Money used_margin;  ///< likewise
  AlertId id;
  AlertId stop_out;   ///< of a liquidation: to which it belongs
  Sequence sequence;  ///< the record that caused it: of a stop-out, the tick's
  TimeNs time{};
  Ratio level;      ///< margin level then, percent; 0 without used margin
  Ratio threshold;  ///< the level that was passed; of others at 10^-8 of the limit's unit
  // The tick: of a call or a stop-out what set it off (no symbol: no tick did), of a liquidation
  // what priced it.
  Price bid;
  Price ask;
  TimeNs venue_time{};
  Sequence quote;  ///< its record
  // Of a liquidation.
  PositionId position;
  OrderId order;
  Volume volume;
  // Of a limit, and of the kill switch that one set off.
  Money base;      ///< what the limit counts from
  Ratio measured;  ///< as threshold
  // Of a kill switch.
  RiskScope scope;  ///< whom it holds for
  UserId actor;     ///< 0: the house itself
  FixedText<128> reason{};
  KillAction action = KillAction::None;  ///< None: it went off
  KillCause cause = KillCause::Manual;
  Limit limit = Limit::Count;  ///< Count: none
  bool is_over = false;        ///< of a limit: well again
  AlertSeverity of_limit = AlertSeverity::Warning;
  AccountId account;  ///< 0: of a switch that is no account's
  SymbolId symbol;
  VenueId venue;
  AlertKind kind = AlertKind::MarginCall;
};

/// A limit as it holds for somebody.
struct LimitView {
  Limit limit = Limit::Count;
  LimitInForce now;
};

/// A kill switch that is on.
struct KillSwitchView {
  RiskScope scope;
  KillSwitch kill_switch;
};

}  // namespace tribook::views
