#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "tribook/router/router.h"

// Risk's decisions in, routed commands out, and the engine's events fed back. As in risk, a command
// is taken first, then the feedback ring is emptied, then the command is decided; and a full output
// stops the taking, never the emptying.

namespace tribook::router {

class RouterStage final : public runtime::Stage {
 public:
  using CommandRing = runtime::Ring<Command>;
  using EventRing = runtime::Ring<Event>;
  static constexpr std::size_t kBatch = 64;  ///< commands in one do_work

  struct Ports {
    CommandRing* decided = nullptr;
    EventRing* feedback = nullptr;  ///< none while no rule depends on events
    CommandRing* routed = nullptr;
  };

  RouterStage(Router& router, Slab& slab, Ports ports);

  [[nodiscard]] std::string_view name() const override { return "router"; }
  std::size_t do_work(TimeNs now) override;

  /// How often do_work stopped because the output was full.
  [[nodiscard]] std::uint64_t output_full_count() const {
    return output_full_count_.load(std::memory_order_relaxed);
  }

 private:
  std::size_t drain_feedback();

  Router& router_;
  Slab& slab_;
  Ports ports_;
  std::size_t feedback_max_;
  std::atomic<std::uint64_t> output_full_count_{0};
};

}  // namespace tribook::router
