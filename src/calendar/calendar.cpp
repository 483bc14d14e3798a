#include "calendar/calendar.h"

#include <algorithm>

#include "tribook/base/assert.h"

namespace tribook::calendar {

bool Calendar::is_later(const Due& a, const Due& b) {
  return a.time != b.time ? a.time > b.time : a.symbol > b.symbol;
}

bool Calendar::set(SymbolId symbol, const ScheduleSpec& spec, TimeNs now) {
  TB_ASSERT(symbol);
  if (schedules_.size() <= symbol.value) schedules_.resize(symbol.value + std::size_t{1});
  const Schedule& schedule = schedules_[symbol.value].emplace(spec);
  const bool is_open = schedule.is_open(now);
  std::erase_if(heap_, [=](const Due& due) { return due.symbol == symbol; });
  const TimeNs change = schedule.next_change(now);
  if (change != kNever) heap_.push_back({change, symbol, !is_open});
  std::make_heap(heap_.begin(), heap_.end(), is_later);
  return is_open;
}

std::optional<SessionChange> Calendar::next_due(TimeNs now) {
  if (heap_.empty() || heap_.front().time > now) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  Due& due = heap_.back();
  SessionChange change;
  change.nominal = due.time;
  change.symbol = due.symbol;
  change.is_open = due.is_open ? 1 : 0;
  const TimeNs next = schedules_[due.symbol.value]->next_change(due.time);
  if (next == kNever) {
    heap_.pop_back();
  } else {
    due = {next, due.symbol, !due.is_open};
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }
  return change;
}

TimeNs Calendar::next_time() const { return heap_.empty() ? kNever : heap_.front().time; }

}  // namespace tribook::calendar
