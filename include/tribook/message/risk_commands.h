#pragma once

#include <cstdint>

#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/kill_switch.h"
#include "tribook/domain/limit.h"
#include "tribook/message/command_kind.h"

// Bodies of commands about limits and kill switches.

namespace tribook {

/// Attachment: LimitSet, whole: what the level sets from now on; an empty one sets nothing.
struct PutLimits {
  static constexpr CommandKind kKind = CommandKind::PutLimits;
  RiskScope scope;
};

/// Attachment: KillReason. With KillAction::None the switch goes off; NotFound when none is on.
struct SetKillSwitch {
  static constexpr CommandKind kKind = CommandKind::SetKillSwitch;
  RiskScope scope;
  std::int64_t measured = 0;   ///< what set it off, when it was not a hand; see KillSwitch
  std::int64_t threshold = 0;  ///<
  KillAction action = KillAction::None;
  KillCause cause = KillCause::Manual;
  Limit limit = Limit::Count;
  std::uint8_t reserved[5] = {};
};

struct KillReason {
  FixedText<128> text{};
};

/// Timer: goes on with what a kill switch of many accounts has to cancel and close, a slice of it
/// in each record (see Engine::timer_run).
struct KillSweep {
  static constexpr CommandKind kKind = CommandKind::KillSweep;
  TimeNs nominal{};  ///< when the switch went on
};

}  // namespace tribook
