#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/event_sink.h"
#include "core/forming_candles.h"
#include "core/house.h"
#include "core/journal_replay.h"
#include "runtime/stage.h"
#include "tribook/engine/limits.h"
#include "tribook/journal/disk.h"
#include "tribook/message/slab.h"

namespace tribook::core {

struct FollowerOptions {
  std::string journal_directory;
  engine::EngineLimits limits;              ///< as large as the live house was built with
  std::uint32_t texts = 4'096;              ///< blocks of its slab
  std::size_t records_of_one_turn = 2'000;  ///< applied in one do_work
  std::size_t events_held = 65'536;         ///< not stored yet; beyond it no record is read
  /// How long a sink that failed is left alone.
  std::chrono::nanoseconds retry_after = std::chrono::seconds{1};
  /// A snapshot is taken after so many records, or so much time with a record in it, and at a
  /// proper stop. 0: not for that reason.
  std::uint64_t snapshot_after_records = 0;
  std::chrono::nanoseconds snapshot_after{0};
  /// Between two reports of one sink's failures.
  std::chrono::nanoseconds report_every = std::chrono::seconds{10};
};

/// A second house that reads what the live one wrote, as far as it is durable, on a thread of its
/// own, and gives the events to sinks. It begins at the journal's start while the daemon trades
/// already, and checks that it comes to the same events.
///
/// Events are held until every sink has stored them, so that a sink whose write failed is given
/// them again. When too many are held, reading stops until the slowest sink has written: the
/// journal is the queue, and nothing else waits for a sink but the other sinks.
class Follower final : public runtime::Stage {
 public:
  struct Ports {
    /// The last record that may be read: JournalStage::written(). Any thread.
    std::function<Sequence()> written;
    /// Nothing is followed any more, and why: the last record applied, the journal damaged or other
    /// events than the live house's. Once; the daemon goes on without.
    std::function<void(Sequence last, const std::string& what)> on_stop;
    /// A sink could not write; it is tried again. Not more often than `report_every` for each.
    std::function<void(const std::string& what)> on_sink_failure;
    /// Time for a snapshot of this house and the candles of its ticks, with which the journal's
    /// batches end at `position`. On the follower's thread. False: it was given up, for the close
    /// to ask again. Empty: none are taken.
    std::function<bool(const House& house, const FormingCandles& candles,
                       const journal::EndPosition& position)>
        on_snapshot = {};
  };

  Follower(const FollowerOptions& options, Ports ports, journal::Disk& disk);

  /// Before the first do_work. The sink outlives the follower.
  void add_sink(EventSink& sink);
  /// Goes on from a house that was loaded, with its candles, instead of from the journal's start.
  /// Before the first do_work, after the sinks: each of them must have stored what the house has.
  /// REQUIRES: made with slab() and the options' limits; its last record ends a batch of this
  /// journal.
  void begin_with(std::unique_ptr<House> house, FormingCandles candles);
  /// What all sinks have stored; without sinks everything.
  [[nodiscard]] Sequence least_stored() const { return least_stored_; }
  /// In which the texts of the events that sinks are given lie.
  [[nodiscard]] Slab& slab() { return slab_; }

  [[nodiscard]] std::string_view name() const override { return "store"; }
  /// An exception, other than a sink's, stops it like damage of the journal does.
  std::size_t do_work(TimeNs now) override;
  /// One more turn, in which the sinks are asked to write what they have. What is behind then is
  /// followed at the next start.
  void on_close() override;

  /// The state at applied(). Owning thread, or any once it has stopped.
  [[nodiscard]] const House& house() const { return *house_; }

  // Any thread.
  struct Figures {
    Sequence applied;
    std::uint64_t lag = 0;  ///< records written and not applied
    std::uint64_t events_held = 0;
    std::uint64_t sink_failures = 0;
    bool has_stopped = false;
    bool has_diverged = false;
  };
  [[nodiscard]] Figures figures() const;
  [[nodiscard]] Sequence applied() const { return {applied_.load(std::memory_order_acquire)}; }
  [[nodiscard]] bool has_stopped() const { return has_stopped_.load(std::memory_order_acquire); }

 private:
  struct Feed {
    EventSink* sink = nullptr;
    std::uint64_t next = 0;  ///< number of the event that it is given next
    Sequence stored;         ///< as it said last
    bool has_failed = false;
    TimeNs failed_at{};
    bool has_reported = false;
    TimeNs reported_at{};
    std::uint64_t unreported = 0;
  };

  template <typename Fn>
  void guarded(Fn&& fn);
  std::size_t turn(TimeNs now, bool is_last);
  std::size_t read();
  bool step();
  bool take_snapshot_if_due(bool is_last);
  void take();
  bool goes_on();
  [[nodiscard]] bool has_room() const;
  std::size_t serve(Feed& feed, TimeNs now, bool is_caught_up);
  std::size_t give(Feed& feed);
  void fail(Feed& feed, TimeNs now, const std::string& what);
  void release_stored();
  void stop(const std::string& what);

  FollowerOptions options_;
  Ports ports_;
  Slab slab_;
  journal::Disk& disk_;
  std::unique_ptr<House> house_;
  FormingCandles candles_;  // of all ticks up to applied(), whatever the sinks have
  engine::Outbox outbox_;
  std::unique_ptr<JournalReplay> replay_;
  std::vector<Feed> feeds_;
  // Events of records that not every sink has stored, their texts held; numbered from first_ on.
  std::deque<Event> waiting_;
  std::uint64_t first_ = 0;
  Sequence least_stored_;
  Sequence until_;  // what the replay was told
  TimeNs last_turn_{};
  Sequence last_snapshot_;
  bool was_given_up_ = false;  // and would be at once if it were asked for again before the close
  TimeNs last_snapshot_at_{};
  std::atomic<std::uint64_t> applied_{0};
  std::atomic<std::uint64_t> events_held_{0};
  std::atomic<std::uint64_t> sink_failures_{0};
  std::atomic<bool> has_stopped_{false};
  std::atomic<bool> has_diverged_{false};
  bool is_in_doubt_ = false;  // something threw: a record may be half applied
};

}  // namespace tribook::core
