#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/house.h"
#include "core/journal_stage.h"
#include "core/storage.h"
#include "core/timer_queue.h"
#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// The engine's stage: gives each command its place and its time, hands it to the journal, applies
// it, and sends on what follows. Time never falls; what is due before an input is sequenced before
// it, at its nominal time. Nothing is taken while events of the record before are still waiting for
// room.
//
// A run begins at the time at which the one before ended, and catches up from there: for what is
// due it makes no difference whether the clock leapt or nobody was up.
//
// An order that a record made TRIGGERED goes to risk once, at most one a step, while its ring has
// room, and comes back by the first of the inputs: nobody waits, so the circle cannot stand still.
// Who waits for that record's Settled gets it when none of its orders is on the way any more.
//
// Where time comes from: the system clock (do_work's now), or only from commands (SetClock, quotes
// of a replay venue), so that a rehearsal runs at its own pace and gives the same every time.

namespace tribook::core {

enum class ClockKind : std::uint8_t { System, Driven };

class Sequencer final : public runtime::Stage {
 public:
  using CommandRing = runtime::Ring<Command>;
  using EventRing = runtime::Ring<Event>;
  static constexpr std::size_t kBatch = 64;  ///< commands of one input in one do_work
  /// At StorageLevel::Last, of a symbol's quotes no more than one in so long.
  static constexpr std::chrono::seconds kQuoteEvery{1};

  struct Ports {
    std::vector<CommandRing*> inputs;  ///< router first, then venues
    JournalRing* journal = nullptr;
    CommandRing* triggered = nullptr;  ///< TRIGGERED orders, to be decided again
    EventRing* risk = nullptr;         ///< what risk's replica needs
    EventRing* egress = nullptr;       ///< everything but quotes, held until durable
    EventRing* quotes = nullptr;       ///< quotes, shown at once
    EventRing* router = nullptr;       ///< what the router's rules look at; none: nobody asks
  };

  /// `limits` hold from this run's first record on; the house was built with `capacity`.
  Sequencer(std::unique_ptr<House> house, const engine::EngineLimits& limits,
            const engine::EngineLimits& capacity, Slab& slab, Ports ports, ClockKind clock,
            TimeNs start);

  /// Whose shortness makes it refuse; before the first do_work. Without it nothing is refused.
  void watch(const Storage& storage) { storage_ = &storage; }

  [[nodiscard]] std::string_view name() const override { return "engine"; }
  /// Sequences the Started record and brings every symbol's session up to date; what is on its way
  /// at venues is asked again.
  void on_start() override;
  std::size_t do_work(TimeNs now) override;

  /// Owning thread, or any once it has stopped.
  [[nodiscard]] const House& house() const { return *house_; }

  /// Any thread.
  [[nodiscard]] Sequence last_sequence() const {
    return {last_sequence_.load(std::memory_order_relaxed)};
  }
  [[nodiscard]] TimeNs engine_time() const {
    return {engine_time_.load(std::memory_order_relaxed)};
  }
  /// Commands refused, and quotes left out, because storage was short.
  [[nodiscard]] std::uint64_t storage_refusals() const {
    return storage_refusals_.load(std::memory_order_relaxed);
  }

 private:
  /// One step of the loop: true when something was done, false when there is no work or no room.
  bool step(TimeNs now);
  bool sequence_urgent(TimeNs now);
  bool take_input();
  bool flush();
  bool send(const Event& event);
  bool queue_timers(TimeNs until);
  bool queue_sweep();
  bool leap_to_start();
  [[nodiscard]] TimeNs time_of_urgent(const Command& command, TimeNs now) const;
  bool sequence(const Command& command, TimeNs time);
  bool send_triggered();
  void prepare(Command& command, TimeNs time) const;
  void prepare_order(Command& command, TimeNs time) const;
  void address(Command& command, Sequence root) const;
  void name_symbol(TextRef text, SymbolId symbol) const;
  void name_instrument(TextRef text, SymbolId id) const;
  void follow_up(const Command& command);
  void ask_again();
  bool offer(EventRing* ring, const Event& event, bool& has_it);
  void queue_session(SymbolId symbol, const ScheduleSpec& schedule);
  void check_order();
  void settle();
  void settle_late();
  template <typename Body>
  void answer(const CommandHeader& header, const Body& body);
  bool refuses(TimeNs time);
  [[nodiscard]] bool is_storage_short_for_it(TimeNs time);
  [[nodiscard]] bool is_quote_too_many(const QuoteCommand& quote, TimeNs time);
  void refuse(RejectCode code);
  void take_over();
  [[nodiscard]] TimeNs time_of(const Command& command, TimeNs now) const;

  std::unique_ptr<House> house_;
  Slab& slab_;
  Ports ports_;
  ClockKind clock_;
  engine::EngineLimits limits_;
  engine::Outbox outbox_;
  TimerQueue timers_;
  TimeNs start_;
  TimeNs time_;
  Sequence sequence_;
  Sequence priced_by_;        // of this run
  bool risk_has_it_ = false;  // of the event at the outbox's front
  bool router_has_it_ = false;
  TextRef held_;  // of the record whose events are in the outbox
  // To be sequenced before anything else: timers, and what follows from an input.
  std::vector<Command> urgent_;
  std::size_t urgent_next_ = 0;
  const Storage* storage_ = nullptr;
  std::vector<TimeNs> last_quotes_;  // by symbol, of those sequenced since storage ran out
  Command pending_;                  // taken, not sequenced yet
  bool has_pending_ = false;
  std::size_t next_input_ = 0;
  std::size_t fetched_ = 0;  // of what waits at the router's ring; prices lie where they were
  CommandHeader settling_;   // who is told once urgent_ is empty
  Sequence settling_root_;   // 0: it was refused
  bool is_settling_ = false;
  // Who waits for orders that are on their way, by root.
  base::Pool<CommandHeader> waiting_;
  base::IndexMap waiting_index_;
  std::atomic<std::uint64_t> last_sequence_{0};
  std::atomic<std::int64_t> engine_time_{0};
  std::atomic<std::uint64_t> storage_refusals_{0};
};

template <typename Body>
void Sequencer::answer(const CommandHeader& header, const Body& body) {
  Event event;
  event.header.gateway = header.gateway;
  event.header.request = header.request;
  event.header.root = sequence_;
  event.header.time = time_;
  event.header.account = header.account;
  event.set(body);
  outbox_.push(event);
}

}  // namespace tribook::core
