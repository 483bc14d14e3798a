#pragma once

#include <optional>

#include "calendar/calendar.h"
#include "calendar/rollover.h"
#include "tribook/base/time.h"
#include "tribook/engine/engine.h"
#include "tribook/message/command.h"

// All that time brings about by itself, as one queue of commands: what is next follows from the
// engine's state and the calendar alone, so a daemon that was down, or died between two of them,
// goes on with the same ones. At one moment sessions come first, then orders that expire, then
// requests that a venue did not end, then rollover, then funding; what has begun is finished before
// anything else, and so is what a kill switch sweeps.

namespace tribook::core {

class TimerQueue {
 public:
  explicit TimerQueue(const engine::Engine& engine) : engine_(engine) {}

  /// Sets or replaces a symbol's schedule; a change of session if the engine has another one now.
  std::optional<SessionChange> set_schedule(SymbolId symbol, const ScheduleSpec& schedule,
                                            TimeNs now);

  /// Looks at the engine again: a timer was applied, or settings changed on which timers depend.
  void refresh();

  /// The next command that is due by `until`. It is told again until the engine has applied it, but
  /// for sessions, which are told once.
  std::optional<Command> take(TimeNs until);

 private:
  [[nodiscard]] TimeNs next_expiry() const;
  [[nodiscard]] TimeNs next_deadline() const;
  [[nodiscard]] TimeNs next_time() const;

  const engine::Engine& engine_;
  calendar::Calendar calendar_;
  calendar::RolloverTime rollover_{calendar::kNever, 0};
  TimeNs rolled_over_{};  // that rollover_ was found for
  TimeNs funding_ = calendar::kNever;
};

/// When a timer's command was due; empty for other commands.
std::optional<TimeNs> nominal_of(const Command& command);

}  // namespace tribook::core
