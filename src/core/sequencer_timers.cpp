#include "core/sequencer.h"

// What the sequencing thread sequences by itself, as time brings it about.

namespace tribook::core {

// One at a time: a clock that leaps over years has many due, and each is sequenced before the next.
bool Sequencer::queue_timers(TimeNs until) {
  if (const auto due = timers_.take(until)) urgent_.push_back(*due);
  return urgent_next_ < urgent_.size();
}

// Who switched something off is answered when all that it cancels and closes is.
bool Sequencer::queue_sweep() {
  return house_->engine().timer_run().kind == CommandKind::KillSweep && queue_timers(time_);
}

// A driven clock that is set ahead of where the last run ended: its timers, then the time itself.
bool Sequencer::leap_to_start() {
  if (time_ >= start_) return false;
  if (queue_timers(start_)) return true;
  SetClock leap;
  leap.now = start_;
  urgent_.push_back(Command::make(leap));
  return true;
}

// The first record of a run ends the one before it; only a house's very first has a time of its
// own.
TimeNs Sequencer::time_of_urgent(const Command& command, TimeNs now) const {
  if (const auto nominal = nominal_of(command)) return std::max(time_, *nominal);
  const bool goes_on = command.header.kind == CommandKind::Started && sequence_;
  return goes_on ? time_ : time_of(command, now);
}

}  // namespace tribook::core
