#include "core/timer_queue.h"

#include <algorithm>

namespace tribook::core {

std::optional<SessionChange> TimerQueue::set_schedule(SymbolId symbol, const ScheduleSpec& schedule,
                                                      TimeNs now) {
  const bool is_open = calendar_.set(symbol, schedule, now);
  if (is_open == engine_.is_session_open(symbol)) return std::nullopt;
  SessionChange change;
  change.nominal = now;
  change.symbol = symbol;
  change.is_open = is_open ? 1 : 0;
  return change;
}

void TimerQueue::refresh() {
  funding_ = engine_.next_funding().value_or(calendar::kNever);
  const TimeNs rolled_over = engine_.rolled_over();
  if (rolled_over == rolled_over_) return;
  rolled_over_ = rolled_over;
  rollover_ = calendar::next_rollover(rolled_over);
}

TimeNs TimerQueue::next_expiry() const { return engine_.next_expiry().value_or(calendar::kNever); }

TimeNs TimerQueue::next_deadline() const {
  return engine_.next_venue_deadline().value_or(calendar::kNever);
}

TimeNs TimerQueue::next_time() const {
  return std::min(
      {calendar_.next_time(), next_expiry(), next_deadline(), rollover_.time, funding_});
}

std::optional<Command> TimerQueue::take(TimeNs until) {
  const engine::TimerRun run = engine_.timer_run();
  if (run.kind == CommandKind::Rollover) return Command::make(Rollover{run.nominal, run.day, {}});
  if (run.kind == CommandKind::Funding) return Command::make(Funding{run.nominal});
  if (run.kind == CommandKind::KillSweep) return Command::make(KillSweep{run.nominal});
  const TimeNs time = next_time();
  if (time > until || time == calendar::kNever) return std::nullopt;
  if (const auto change = calendar_.next_due(time)) return Command::make(*change);
  if (next_expiry() == time) return Command::make(ExpireOrders{time});
  if (next_deadline() == time) return Command::make(ExpireVenueRequests{time});
  if (rollover_.time == time) return Command::make(Rollover{time, rollover_.day, {}});
  return Command::make(Funding{time});
}

std::optional<TimeNs> nominal_of(const Command& command) {
  switch (command.header.kind) {
    case CommandKind::SessionChange:
      return command.get<SessionChange>().nominal;
    case CommandKind::ExpireOrders:
      return command.get<ExpireOrders>().nominal;
    case CommandKind::ExpireVenueRequests:
      return command.get<ExpireVenueRequests>().nominal;
    case CommandKind::Rollover:
      return command.get<Rollover>().nominal;
    case CommandKind::Funding:
      return command.get<Funding>().nominal;
    case CommandKind::KillSweep:
      return command.get<KillSweep>().nominal;
    default:
      return std::nullopt;
  }
}

}  // namespace tribook::core
