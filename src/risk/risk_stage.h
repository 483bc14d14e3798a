#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/risk/risk.h"

// Commands of all gateways in, decided commands out, and the engine's events fed back.
//
// A command is taken off its ring first, then the feedback ring is emptied, and only then is it
// decided. A client that saw an answer sends its next command after the engine had put that
// answer's event into the feedback ring; so risk has applied it by the time it decides.
//
// When the output is full nothing is taken off the input rings: they fill, and the gateways answer
// BUSY. Feedback is emptied all the same, so that the engine never waits for risk while risk waits
// for the engine.

namespace tribook::risk {

/// Where engine time comes from between two events.
enum class TimeSource : std::uint8_t {
  Clock,   ///< the stage's thread: do_work's `now`
  Events,  ///< manual and replay clocks: time stands still until the engine says otherwise
};

class RiskStage : public runtime::Stage {
 public:
  using CommandRing = runtime::Ring<Command>;
  using EventRing = runtime::Ring<Event>;
  static constexpr std::size_t kBatch = 64;  ///< commands in one do_work

  struct Ports {
    std::vector<CommandRing*> commands;  ///< one a gateway, taken in turn
    EventRing* feedback = nullptr;
    CommandRing* decided = nullptr;
  };

  RiskStage(Risk& risk, Slab& slab, Ports ports, TimeSource time_source = TimeSource::Clock);

  [[nodiscard]] std::string_view name() const override { return "risk"; }
  std::size_t do_work(TimeNs now) final;

  /// How often do_work stopped because the output was full.
  [[nodiscard]] std::uint64_t output_full_count() const {
    return output_full_count_.load(std::memory_order_relaxed);
  }

 protected:
  /// The next command of the gateways in turn. Virtual so that a test can have something happen at
  /// this very moment.
  virtual bool take_command(Command& command);

 private:
  std::size_t drain_feedback();

  Risk& risk_;
  Slab& slab_;
  Ports ports_;
  TimeSource time_source_;
  std::size_t feedback_max_;
  std::vector<std::size_t> fetched_;  // of what waits at each ring
  std::size_t next_ring_ = 0;
  std::atomic<std::uint64_t> output_full_count_{0};
};

}  // namespace tribook::risk
