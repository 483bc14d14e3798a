#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "market_data/quote_filter.h"
#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/message/command.h"
#include "venue/simulated/market.h"
#include "venue/simulated/tick_source.h"

// Sends the ticks of a simulated market as their time comes. Like a real venue's its quotes are of
// now: what could not be sent in time is conflated, the newest of each symbol, before it is
// sequenced. After a start, a pause or a time in which the thread did not run each open symbol is
// quoted once as it stands, and the ticks go on from there; of a closed one the last price is told
// again, as a reference: what is converted by it needs a rate.

namespace tribook::venue::simulated {

struct SimulatedSettings {
  std::string name = "simulated";
  VenueId venue;
  std::size_t ticks_per_round_max = 256;
  std::chrono::nanoseconds behind_max = std::chrono::seconds{2};
  market_data::QuoteFilterSettings filter{};
};

class SimulatedVenue final : public runtime::Stage {
 public:
  /// Paused, without a market.
  SimulatedVenue(SimulatedSettings settings, runtime::Ring<Command>& to_engine);

  [[nodiscard]] std::string_view name() const override { return settings_.name; }
  /// Sends ticks_per_round_max quotes at most; how many it sent or put aside. 0 as well when the
  /// ring is full.
  std::size_t do_work(TimeNs now) override;

  /// Goes on from now, like after a pause. On its thread.
  void begin_anew();

  /// What it quotes; once, from any thread. REQUIRES: the symbols have ids, each its own.
  void begin(std::shared_ptr<const Market> market);

  // From any thread.
  void pause() { is_paused_.store(true, std::memory_order_relaxed); }
  void resume() { is_paused_.store(false, std::memory_order_relaxed); }
  /// Empty once each symbol was quoted or is closed.
  [[nodiscard]] std::string not_ready() const;
  [[nodiscard]] std::uint64_t quotes_sent() const { return sent_.load(std::memory_order_relaxed); }
  /// Quotes that a newer one of their symbol took the place of, while the ring was full.
  [[nodiscard]] std::uint64_t conflated() const {
    return conflated_.load(std::memory_order_relaxed);
  }
  /// How often it had fallen behind, or the clock was set back, and went on from now.
  [[nodiscard]] std::uint64_t times_behind() const {
    return behind_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] const market_data::QuoteFilter& filter() const { return filter_; }

 private:
  enum class State : std::uint8_t { Unquoted, Closed, Quoted };

  struct Source {
    Source(const Market& market, std::size_t index)
        : symbol(market.symbol(index).id), ticks(market, index) {}
    SymbolId symbol;
    TickSource ticks;
    TimeNs last{};           // venue time of what was quoted last
    QuoteCommand waiting{};  // newest that the ring had no room for
    bool is_waiting = false;
  };

  // The next tick of a source.
  struct Due {
    TimeNs time;
    std::size_t source;
    // For a heap with the earliest on top; ties in the order of the symbols.
    bool operator<(const Due& other) const {
      return time != other.time ? other.time < time : other.source < source;
    }
  };

  bool is_held();
  void watch_time(TimeNs now);
  void start_over();
  std::size_t flush();
  std::size_t place_sources(TimeNs now, std::size_t budget);
  std::size_t play(TimeNs now, std::size_t budget);
  void schedule(std::size_t index);
  void offer(std::size_t index, const MarketTick& tick, bool is_reference = false);
  bool send(std::size_t index, const QuoteCommand& quote);
  void set_state(std::size_t index, State state) {
    states_[index].store(state, std::memory_order_relaxed);
  }

  SimulatedSettings settings_;
  runtime::Ring<Command>& to_engine_;
  market_data::QuoteFilter filter_;
  std::shared_ptr<const Market> owned_;         // written before market_, then read alone
  std::vector<std::atomic<State>> states_;      // the same
  std::atomic<const Market*> market_{nullptr};  // none until begin()
  // The venue's thread's.
  std::vector<Source> sources_;
  std::vector<Due> due_;              // a heap
  std::vector<std::size_t> waiting_;  // sources that are, the longest first
  std::size_t placed_ = 0;            // sources before it are in due_, if they ever open again
  bool is_running_ = false;
  TimeNs last_now_{};
  std::atomic<bool> is_paused_{true};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> conflated_{0};
  std::atomic<std::uint64_t> behind_{0};
};

}  // namespace tribook::venue::simulated
