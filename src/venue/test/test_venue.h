#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ring.h"
#include "runtime/stage.h"
#include "venue/test/answers.h"

// A liquidity provider for rehearsals: takes what the house asks of venues, and reports fills at
// the price that the house saw, or what else its settings let go wrong. A request that comes again
// is answered again, all of it: reports have the same execution ids, and the house knows them.
//
// It remembers nothing but what waits to be said, and that in memory. A daemon that comes up asks
// again what is open; what had been given up by then is not asked, so a late fill that had not come
// does not come any more.

namespace tribook::venue::test {

struct TestVenueSettings {
  std::string name = "test";
  AnswerSettings answers{};
  std::size_t waiting_max = 65'536;  ///< reports on their way; beyond it no request is taken
  /// What the engine's time is; empty: do_work's.
  std::function<TimeNs()> engine_time = {};
  /// What the symbol deals in at venues; empty: hundredths of a lot.
  std::function<Volume(SymbolId)> lot_step = {};
};

class TestVenue final : public runtime::Stage {
 public:
  TestVenue(TestVenueSettings settings, runtime::Ring<Event>& requests,
            runtime::Ring<Command>& to_engine);

  [[nodiscard]] std::string_view name() const override { return settings_.name; }
  std::size_t do_work(TimeNs now) override;
  /// Forgets what it was about to say. On its thread.
  void begin_anew() { waiting_.clear(); }

  // Any thread.
  [[nodiscard]] std::uint64_t requests_taken() const {
    return taken_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t reports_sent() const { return sent_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t reports_waiting() const {
    return waiting_count_.load(std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kBatch = 64;

  struct Due {
    TimeNs time;
    std::uint64_t number = 0;  // of two at one time the older goes first
    VenueReport report;
    // For a heap with the earliest on top.
    bool operator<(const Due& other) const {
      return time != other.time ? other.time < time : other.number < number;
    }
  };

  std::size_t take_requests(TimeNs now);
  std::size_t send_due(TimeNs now);

  TestVenueSettings settings_;
  runtime::Ring<Event>& requests_;
  runtime::Ring<Command>& to_engine_;
  std::vector<Due> waiting_;  // a heap
  std::uint64_t number_ = 0;
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::size_t> waiting_count_{0};
};

}  // namespace tribook::venue::test
