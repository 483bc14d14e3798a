#include "venue/simulated/tick_source.h"

#include <algorithm>
#include <chrono>

#include "tribook/base/assert.h"
#include "venue/simulated/noise.h"

namespace tribook::venue::simulated {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMillisecondNs = 1'000'000;
constexpr std::uint64_t kTicksPerSecondMax = 20;
// No symbol is silent for longer, however little is traded: its quote must not go stale. All tick
// in the first second of a minute, and so as soon as they open.
constexpr std::int64_t kSilenceSeconds = 10;
constexpr std::int64_t kMinuteSeconds = 60;

std::int64_t second_of(TimeNs time) {
  return time.ns / kSecondNs - (time.ns % kSecondNs < 0 ? 1 : 0);
}

// How many, when `rate` are expected.
std::uint64_t poisson(double rate, double chance) {
  double share = exponential(-std::min(rate, static_cast<double>(kTicksPerSecondMax)));
  double sum = share;
  std::uint64_t count = 0;
  while (chance >= sum && count < kTicksPerSecondMax) {
    ++count;
    share *= rate / static_cast<double>(count);
    sum += share;
  }
  return count;
}

}  // namespace

bool OpenHours::is_open(TimeNs time) {
  if (time < known_from_ || time >= known_until_) look_up(time);
  return is_open_;
}

TimeNs OpenHours::open_from(TimeNs time) { return is_open(time) ? time : known_until_; }

void OpenHours::look_up(TimeNs time) {
  is_open_ = schedule_.is_open(time);
  known_from_ = time;
  known_until_ = schedule_.next_change(time);
}

TickSource::TickSource(const Market& market, std::size_t symbol)
    : market_(market),
      plan_(market.symbol(symbol)),
      clock_(market.clock(plan_.rhythm)),
      hours_(plan_.schedule) {
  paths_.reserve(plan_.terms.size());
  for (const SymbolPlan::Term& term : plan_.terms) {
    paths_.emplace_back(market.paths()[term.path].seed);
  }
}

void TickSource::seek(TimeNs from) {
  enter_second(second_of(from));
  find_next();
  while (next_time_ < from) {
    ++index_;
    find_next();
  }
}

MarketTick TickSource::take() {
  TB_ASSERT(next_time_ != calendar::kNever);
  const TimeNs time = next_time_;
  const MarketTick tick = tick_around(plan_, middle_at(time), time, clock_.activity_at(time),
                                      rollover_.widening_at(time), mix(chance_, index_ + 1));
  ++index_;
  find_next();
  return tick;
}

MarketTick TickSource::quote_at(TimeNs time) {
  return tick_around(plan_, middle_at(time), time, clock_.activity_at(time),
                     rollover_.widening_at(time),
                     mix(plan_.seed, static_cast<std::uint64_t>(time.ns)));
}

double TickSource::middle_at(TimeNs time) {
  double sum = 0;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const SymbolPlan::Term& term = plan_.terms[i];
    const MarketClock& clock = market_.clock(market_.paths()[term.path].rhythm);
    sum += term.weight * paths_[i].at(clock.seconds_at(time));
  }
  return plan_.anchor * exponential(std::clamp(sum, -kLogMost, kLogMost));
}

// Whole seconds are open or closed: sessions begin and end with a minute.
void TickSource::enter_second(std::int64_t second) {
  second_ = second;
  index_ = 0;
  count_ = 0;
  const TimeNs start{second * kSecondNs};
  if (!hours_.is_open(start)) return;
  chance_ = mix(plan_.seed, static_cast<std::uint64_t>(second));
  count_ = poisson(plan_.ticks * clock_.activity_at(start), uniform(chance_));
  const auto own = static_cast<std::int64_t>(plan_.seed % kSilenceSeconds);
  const bool is_due = second % kSilenceSeconds == own || second % kMinuteSeconds == 0;
  if (is_due && count_ == 0) count_ = 1;
}

void TickSource::find_next() {
  while (index_ >= count_) {
    const TimeNs open = hours_.open_from(TimeNs{(second_ + 1) * kSecondNs});
    if (open == calendar::kNever) {
      next_time_ = open;
      return;
    }
    enter_second(second_of(open));
  }
  next_time_ = time_in_second(index_);
}

// The second is cut into as many parts as there are ticks, one at any millisecond of each.
TimeNs TickSource::time_in_second(std::uint64_t index) const {
  constexpr std::uint64_t milliseconds = 1'000;
  const std::uint64_t begin = index * milliseconds / count_;
  const std::uint64_t size = (index + 1) * milliseconds / count_ - begin;
  const std::uint64_t at = begin + mix(chance_, ~index) % size;
  return TimeNs{second_ * kSecondNs + static_cast<std::int64_t>(at) * kMillisecondNs};
}

void ticks_between(const Market& market, std::size_t symbol, TimeNs from, TimeNs until,
                   const std::function<void(const MarketTick&)>& sink) {
  TickSource source(market, symbol);
  source.seek(from);
  while (source.next_time() < until) sink(source.take());
}

std::optional<MarketTick> last_tick_before(const Market& market, std::size_t symbol, TimeNs time) {
  constexpr int hours_back = 240;
  const calendar::Schedule& schedule = market.symbol(symbol).schedule;
  TimeNs open = time;
  for (int hour = 0; hour < hours_back && !schedule.is_open(open); ++hour) {
    open = open - std::chrono::hours{1};
  }
  if (!schedule.is_open(open)) return std::nullopt;
  const TimeNs end = std::min(time, schedule.next_change(open));
  std::optional<MarketTick> last;
  ticks_between(market, symbol, end - std::chrono::seconds{kMinuteSeconds}, end,
                [&](const MarketTick& tick) { last = tick; });
  return last;
}

}  // namespace tribook::venue::simulated
