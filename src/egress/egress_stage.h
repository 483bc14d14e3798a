#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/message/durable.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "views/views.h"

// Lets an event leave when the record that caused it is durable, and not before: first into the
// views, then to the gateways, so that whoever gets an answer can read what it says. Quotes do not
// wait for the disk. The ring of events is the place where they wait; when it is full the engine
// waits.

namespace tribook::egress {

class EgressStage final : public runtime::Stage {
 public:
  using EventRing = runtime::Ring<Event>;
  static constexpr std::size_t kBatch = 256;  ///< events in one do_work

  struct Gateway {
    EventRing* events = nullptr;
    /// Set before the next event when quotes were left out because the ring was filling: the
    /// gateway reads the latest from the views.
    std::atomic<bool>* quotes_missed = nullptr;
    /// Only answers to its own commands: no streams, no quotes.
    bool only_answers = false;
  };
  struct Ports {
    EventRing* events = nullptr;
    EventRing* quotes = nullptr;
    runtime::Ring<Durable>* durable = nullptr;
    std::vector<Gateway> gateways;
    EventRing* venues = nullptr;  ///< what is asked of them; none: nobody deals
  };

  EgressStage(views::Views& views, Slab& slab, Ports ports);

  [[nodiscard]] std::string_view name() const override { return "egress"; }
  std::size_t do_work(TimeNs now) override;
  /// What waits for the disk waits no longer than its sync.
  [[nodiscard]] bool is_work_near() const override { return is_waiting_; }

  /// Any thread: records whose events have all left.
  [[nodiscard]] Sequence released() const { return {released_.load(std::memory_order_relaxed)}; }
  /// Any thread: requests that venues rejected or did not answer in time, in this run.
  [[nodiscard]] std::uint64_t venue_failures() const {
    return venue_failures_.load(std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] bool is_priced(const Event& quote);
  std::size_t show_quotes(Sequence until);
  void count(const Event& event);
  bool deliver(const Event& event);
  bool deliver_to(std::size_t gateway, const Event& event);
  bool deliver_to_venues(const Event& event);

  views::Views& views_;
  Slab& slab_;
  Ports ports_;
  Sequence durable_;
  bool is_waiting_ = false;       // the event at the front, for the disk
  bool is_in_views_ = false;      // the event at the front
  std::size_t next_gateway_ = 0;  // that it has not reached yet
  std::atomic<std::uint64_t> released_{0};
  std::atomic<std::uint64_t> venue_failures_{0};
};

}  // namespace tribook::egress
