#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/pipeline.h"
#include "app/thread_plan.h"
#include "journal/memory_disk.h"
#include "tribook/base/time.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/text.h"

namespace tribook::test {

/// A clock that stands where it was put.
class SteppedClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override { return now_; }
  void set(TimeNs now) { now_ = now; }

 private:
  TimeNs now_{};
};

enum class Layout { Stepped, Fused, Split };
std::string to_string(Layout layout);

/// Small tables, so that a test starts quickly.
app::PipelineSettings small_settings();

/// Makes the venue that deals, for settings that have one.
using MakeVenue = std::function<std::unique_ptr<runtime::Stage>(app::Pipeline& pipeline)>;

/// A whole pipeline with one client that awaits each answer (lock-step), in any layout. Engine time
/// is driven by commands.
class HouseRunner {
 public:
  /// `longest_park`: how long its threads sleep when nothing wakes them.
  HouseRunner(Layout layout, journal::Disk& disk, app::PipelineSettings settings = small_settings(),
              const MakeVenue& make_venue = {},
              std::chrono::nanoseconds longest_park = std::chrono::milliseconds{1});
  ~HouseRunner();
  HouseRunner(const HouseRunner&) = delete;
  HouseRunner& operator=(const HouseRunner&) = delete;

  /// Submits and waits for Settled; the events addressed to this client, Settled left out. Throws
  /// when there is no answer within a generous time.
  std::vector<Event> submit(Command command);
  /// Puts it on the ring without waiting; false when the ring is full.
  bool post(Command command);
  /// The next event of this client's ring, or false. Its text is released already.
  bool poll(Event& event);
  /// Lets the stages work once (stepped) or yields.
  void pump();

  /// Stops all stages cleanly; what was accepted is journaled. State may be read afterwards.
  void stop();
  /// Stops without closing anything, as a crash would (stepped only).
  void abandon() { is_abandoned_ = true; }

  [[nodiscard]] const app::Recovery& recovery() const { return recovery_; }
  [[nodiscard]] app::Pipeline& pipeline() { return *pipeline_; }
  [[nodiscard]] Slab& slab() { return pipeline_->slab(); }
  [[nodiscard]] SteppedClock& clock() { return clock_; }
  /// The account and user texts of the commands below.
  [[nodiscard]] Command create_account(std::string_view username, std::string_view currency,
                                       Money deposit, std::uint32_t leverage = 100);
  [[nodiscard]] Command create_symbol(const Instrument& instrument);

 private:
  Layout layout_;
  SteppedClock clock_;
  std::unique_ptr<app::Pipeline> pipeline_;
  std::unique_ptr<runtime::Stage> venue_;
  std::unique_ptr<app::Threads> threads_;
  app::Recovery recovery_;
  app::GatewayPort port_;
  std::uint32_t last_request_ = 0;
  bool is_stopped_ = false;
  bool is_abandoned_ = false;
};

}  // namespace tribook::test
