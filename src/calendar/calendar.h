#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "calendar/schedule.h"
#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/command.h"

namespace tribook::calendar {

/// When the symbols' markets open and close, as a queue of what is due. Owned by one thread; the
/// same calls give the same answers. Allocates in set() only.
class Calendar {
 public:
  /// Sets or replaces a symbol's schedule; true when it is open at `now`. Changes after `now` will
  /// be told by next_due(). REQUIRES: symbol is not 0; load_time_zones() was called.
  bool set(SymbolId symbol, const ScheduleSpec& spec, TimeNs now);

  /// The earliest change that is due by `now` and was not told yet, its time in `nominal`; in the
  /// order of time, then symbol. None is left out, however far `now` has leapt.
  std::optional<SessionChange> next_due(TimeNs now);

  /// When next_due() will have something; kNever if not at all.
  [[nodiscard]] TimeNs next_time() const;

 private:
  // A symbol's next change. A symbol has one at most, so the heap is never longer than the symbols
  // are.
  struct Due {
    TimeNs time{};
    SymbolId symbol;
    bool is_open = false;  // from then on
  };

  static bool is_later(const Due& a, const Due& b);

  std::vector<std::optional<Schedule>> schedules_;  // by symbol id
  std::vector<Due> heap_;                           // the earliest first
};

}  // namespace tribook::calendar
