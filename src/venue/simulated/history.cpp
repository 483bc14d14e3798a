#include "venue/simulated/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "venue/simulated/brownian_path.h"
#include "venue/simulated/noise.h"
#include "venue/simulated/spread.h"
#include "venue/simulated/tick_source.h"

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kTicksDepth = 6h;

// From so long before the end on there is a sample every `step`.
struct Sampling {
  std::chrono::nanoseconds depth;
  std::chrono::nanoseconds step;
};
constexpr std::array kSamplings{Sampling{24h * 800, 10min}, Sampling{24h * 120, 2min},
                                Sampling{24h * 30, 1min}, Sampling{24h * 3, 10s}};

TimeNs hour_of(TimeNs time) { return candle_start(Timeframe::H1, time); }

/// First multiple of the step at `time` or after it.
TimeNs round_up(TimeNs time, std::chrono::nanoseconds step) {
  const std::int64_t into = (time.ns % step.count() + step.count()) % step.count();
  return into == 0 ? time : time + (step - std::chrono::nanoseconds{into});
}

// The candles of one symbol that are being made.
class Builder {
 public:
  Builder(std::size_t symbol, TimeNs until, const CandleSink& sink) : symbol_(symbol), sink_(sink) {
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      const Timeframe timeframe = timeframe_at(i);
      const std::chrono::nanoseconds length{length_ns(timeframe)};
      begins_[i] = round_up(until - history_depth(timeframe), length);
    }
  }

  void add(Price bid, TimeNs time, std::uint64_t ticks) {
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      if (time < begins_[i]) continue;
      Candle& candle = candles_[i];
      const TimeNs start = candle_start(timeframe_at(i), time);
      if (candle.is_empty() || candle.start != start) {
        flush(i);
        candle = Candle::of(start, bid, time);
      } else {
        candle.add(bid, time);
      }
      candle.ticks += ticks - 1;
    }
  }

  void finish() {
    for (std::size_t i = 0; i < kTimeframes; ++i) flush(i);
  }

 private:
  void flush(std::size_t index) {
    if (!candles_[index].is_empty()) sink_(symbol_, timeframe_at(index), candles_[index]);
    candles_[index] = {};
  }

  std::size_t symbol_;
  const CandleSink& sink_;
  std::array<TimeNs, kTimeframes> begins_{};
  std::array<Candle, kTimeframes> candles_{};
};

// Walks through time once for all symbols: a path that several share is followed once.
class Sampler {
 public:
  Sampler(const Market& market, std::vector<Builder>& builders)
      : market_(market), builders_(builders), values_(market.paths().size()) {
    for (const Market::PathPlan& path : market.paths()) paths_.emplace_back(path.seed);
    for (std::size_t i = 0; i < market.size(); ++i) {
      hours_.emplace_back(market.symbol(i).schedule);
    }
  }

  void run(TimeNs from, TimeNs until, std::chrono::nanoseconds step) {
    for (TimeNs time = round_up(from, step); time < until; time = time + step) sample(time, step);
  }

 private:
  void sample(TimeNs time, std::chrono::nanoseconds step) {
    std::array<double, kRhythms> seconds{};
    std::array<double, kRhythms> activity{};
    for (std::size_t i = 0; i < kRhythms; ++i) {
      const MarketClock& clock = market_.clock(static_cast<Rhythm>(i));
      seconds[i] = clock.seconds_at(time);
      activity[i] = clock.activity_at(time);
    }
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      values_[i] = paths_[i].at(seconds[static_cast<std::size_t>(market_.paths()[i].rhythm)]);
    }
    const double widening = rollover_.widening_at(time);
    for (std::size_t i = 0; i < hours_.size(); ++i) {
      if (!hours_[i].is_open(time)) continue;
      const SymbolPlan& plan = market_.symbol(i);
      const double active = activity[static_cast<std::size_t>(plan.rhythm)];
      const MarketTick tick = tick_around(plan, middle_of(plan), time, active, widening,
                                          mix(plan.seed, static_cast<std::uint64_t>(time.ns)));
      const double ticks = plan.ticks * active * std::chrono::duration<double>(step).count() + 0.5;
      builders_[i].add(tick.bid, time,
                       std::max<std::uint64_t>(1, static_cast<std::uint64_t>(ticks)));
    }
  }

  [[nodiscard]] double middle_of(const SymbolPlan& plan) const {
    double sum = 0;
    for (const SymbolPlan::Term& term : plan.terms) sum += term.weight * values_[term.path];
    return plan.anchor * exponential(std::clamp(sum, -kLogMost, kLogMost));
  }

  const Market& market_;
  std::vector<Builder>& builders_;
  std::vector<BrownianPath> paths_;
  std::vector<double> values_;  // of the paths, at the time that is sampled
  std::vector<OpenHours> hours_;
  Rollover rollover_;
};

void add_samples(const Market& market, TimeNs from, TimeNs ticks_from, TimeNs until,
                 std::vector<Builder>& builders) {
  Sampler sampler(market, builders);
  for (std::size_t i = 0; i < kSamplings.size(); ++i) {
    const TimeNs begin = hour_of(until - kSamplings[i].depth);
    const bool is_last = i + 1 == kSamplings.size();
    const TimeNs end = is_last ? ticks_from : hour_of(until - kSamplings[i + 1].depth);
    sampler.run(std::max(from, begin), std::min(end, ticks_from), kSamplings[i].step);
  }
}

}  // namespace

void fill_history(const Market& market, TimeNs from, TimeNs until, const CandleSink& sink) {
  const TimeNs ticks_from = hour_of(until - kTicksDepth);
  std::vector<Builder> builders;
  for (std::size_t i = 0; i < market.size(); ++i) builders.emplace_back(i, until, sink);
  if (from < ticks_from) add_samples(market, from, ticks_from, until, builders);
  for (std::size_t i = 0; i < market.size(); ++i) {
    ticks_between(market, i, std::max(from, ticks_from), until,
                  [&](const MarketTick& tick) { builders[i].add(tick.bid, tick.time, 1); });
    builders[i].finish();
  }
}

}  // namespace tribook::venue::simulated
