#include "venue/simulated/simulated_venue.h"

#include <algorithm>
#include <utility>

#include "tribook/base/assert.h"

namespace tribook::venue::simulated {
namespace {

void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

SimulatedVenue::SimulatedVenue(SimulatedSettings settings, runtime::Ring<Command>& to_engine)
    : settings_(std::move(settings)), to_engine_(to_engine), filter_(settings_.filter) {
  TB_ASSERT(settings_.ticks_per_round_max >= 1);
}

void SimulatedVenue::begin(std::shared_ptr<const Market> market) {
  TB_ASSERT(market != nullptr);
  TB_ASSERT(market_.load(std::memory_order_relaxed) == nullptr);
  for (std::size_t i = 0; i < market->size(); ++i) TB_ASSERT(market->symbol(i).id);
  states_ = std::vector<std::atomic<State>>(market->size());
  owned_ = std::move(market);
  market_.store(owned_.get(), std::memory_order_release);
}

std::string SimulatedVenue::not_ready() const {
  const Market* market = market_.load(std::memory_order_acquire);
  if (market == nullptr) return "venue " + settings_.name + " has no market yet";
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (states_[i].load(std::memory_order_relaxed) == State::Unquoted) {
      return market->symbol(i).name + " has no quote yet";
    }
  }
  return {};
}

std::size_t SimulatedVenue::do_work(TimeNs now) {
  if (is_held()) return 0;
  watch_time(now);
  const bool is_idle =
      waiting_.empty() && placed_ == sources_.size() && (due_.empty() || now < due_.front().time);
  if (is_idle) return 0;
  const std::size_t most = settings_.ticks_per_round_max;
  std::size_t work = flush();
  if (work < most) work += place_sources(now, most - work);
  if (work < most) work += play(now, most - work);
  to_engine_.notify();
  return work;
}

bool SimulatedVenue::is_held() {
  const Market* market = market_.load(std::memory_order_acquire);
  if (market == nullptr) return true;
  if (is_paused_.load(std::memory_order_relaxed)) {
    is_running_ = false;
    return true;
  }
  if (sources_.empty()) {
    sources_.reserve(market->size());
    due_.reserve(market->size());
    waiting_.reserve(market->size());
    for (std::size_t i = 0; i < market->size(); ++i) sources_.emplace_back(*market, i);
  }
  return false;
}

void SimulatedVenue::watch_time(TimeNs now) {
  if (!std::exchange(is_running_, true)) {
    start_over();
  } else if (now < last_now_ - settings_.behind_max ||
             (!due_.empty() && now - due_.front().time > settings_.behind_max)) {
    bump(behind_);
    start_over();
  }
  last_now_ = now;
}

// Every source is placed anew. What waits for room stays: what comes takes its place.
void SimulatedVenue::start_over() {
  due_.clear();
  placed_ = 0;
}

// What waited for room is older than what comes.
void SimulatedVenue::begin_anew() {
  sources_.clear();
  waiting_.clear();
  start_over();
  is_running_ = false;
}

std::size_t SimulatedVenue::flush() {
  std::size_t sent = 0;
  while (sent < waiting_.size() && sent < settings_.ticks_per_round_max) {
    Source& source = sources_[waiting_[sent]];
    if (!send(waiting_[sent], source.waiting)) break;
    source.is_waiting = false;
    ++sent;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sent));
  return sent;
}

std::size_t SimulatedVenue::place_sources(TimeNs now, std::size_t budget) {
  std::size_t placed = 0;
  for (; placed < budget && placed_ < sources_.size(); ++placed, ++placed_) {
    Source& source = sources_[placed_];
    if (source.ticks.is_open(now)) {
      offer(placed_, source.ticks.quote_at(now));
    } else {
      const auto last = last_tick_before(*owned_, placed_, now);
      if (last) offer(placed_, *last, true);
      set_state(placed_, State::Closed);
    }
    source.ticks.seek(now + std::chrono::nanoseconds{1});
    schedule(placed_);
  }
  return placed;
}

std::size_t SimulatedVenue::play(TimeNs now, std::size_t budget) {
  std::size_t played = 0;
  while (played < budget && !due_.empty() && due_.front().time <= now) {
    const std::size_t index = due_.front().source;
    std::pop_heap(due_.begin(), due_.end());
    due_.pop_back();
    offer(index, sources_[index].ticks.take());
    schedule(index);
    ++played;
  }
  return played;
}

void SimulatedVenue::schedule(std::size_t index) {
  const TimeNs next = sources_[index].ticks.next_time();
  if (next == calendar::kNever) return;
  due_.push_back({next, index});
  std::push_heap(due_.begin(), due_.end());
}

// The venue's time never runs backwards, even if the system's does.
void SimulatedVenue::offer(std::size_t index, const MarketTick& tick, bool is_reference) {
  Source& source = sources_[index];
  source.last = std::max(source.last, tick.time);
  QuoteCommand quote;
  quote.bid = tick.bid;
  quote.ask = tick.ask;
  quote.venue_time = source.last;
  quote.symbol = source.symbol;
  quote.venue = settings_.venue;
  quote.is_reference = is_reference ? 1 : 0;
  if (filter_.check(quote) != market_data::QuoteRefusal::None) return;
  if (source.is_waiting) {
    source.waiting = quote;
    bump(conflated_);
  } else if (!waiting_.empty() || !send(index, quote)) {
    source.waiting = quote;
    source.is_waiting = true;
    waiting_.push_back(index);
  }
}

bool SimulatedVenue::send(std::size_t index, const QuoteCommand& quote) {
  if (!to_engine_.try_push(Command::make(quote))) return false;
  set_state(index, State::Quoted);
  bump(sent_);
  return true;
}

}  // namespace tribook::venue::simulated
