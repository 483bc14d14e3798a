#include "core/follower.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "tribook/base/assert.h"

namespace tribook::core {
namespace {

constexpr Sequence kEverything{std::numeric_limits<std::uint64_t>::max()};

// The system's clock may be set back; then as much time counts as passed.
bool has_passed(TimeNs since, TimeNs now, std::chrono::nanoseconds time) {
  return now < since || now - since >= time;
}

std::string describe(const journal::End& end) {
  return end.file + " at offset " + std::to_string(end.offset) + ": " + end.message;
}

}  // namespace

Follower::Follower(const FollowerOptions& options, Ports ports, journal::Disk& disk)
    : options_(options),
      ports_(std::move(ports)),
      slab_(options.texts),
      disk_(disk),
      house_(std::make_unique<House>(options.limits, slab_)),
      outbox_(options.limits.events_of_one_record()),
      replay_(std::make_unique<JournalReplay>(
          *house_, outbox_, slab_, disk,
          journal::ReaderOptions{options.journal_directory, engine::kRulesVersion, 1, 0})),
      least_stored_(kEverything) {
  TB_ASSERT(options_.records_of_one_turn > 0 && options_.events_held > 0);
}

void Follower::begin_with(std::unique_ptr<House> house, FormingCandles candles) {
  const Sequence last = house->engine().last_sequence();
  TB_ASSERT(applied() == Sequence{} && last <= least_stored_);
  replay_.reset();
  house_ = std::move(house);
  candles_ = std::move(candles);
  replay_ = std::make_unique<JournalReplay>(
      *house_, outbox_, slab_, disk_,
      journal::ReaderOptions{options_.journal_directory, engine::kRulesVersion, last.value + 1, 0});
  applied_.store(last.value, std::memory_order_release);
  last_snapshot_ = last;
}

void Follower::add_sink(EventSink& sink) {
  Feed& feed = feeds_.emplace_back();
  feed.sink = &sink;
  feed.stored = sink.stored();
  least_stored_ = std::min(least_stored_, feed.stored);
}

std::size_t Follower::do_work(TimeNs now) {
  if (last_turn_ == TimeNs{}) last_snapshot_at_ = now;
  last_turn_ = now;
  std::size_t work = 0;
  guarded([&] { work = turn(now, false); });
  return work;
}

void Follower::on_close() {
  guarded([this] {
    turn(last_turn_, true);
    take_snapshot_if_due(true);
  });
}

// The sinks are asked for nothing any more: they may have been given a part of a record.
template <typename Fn>
void Follower::guarded(Fn&& fn) {
  if (is_in_doubt_) return;
  try {
    fn();
  } catch (const std::exception& error) {
    is_in_doubt_ = true;
    stop(error.what());
  }
}

// After a divergence the events given so far are in doubt, so no sink is asked to write them.
std::size_t Follower::turn(TimeNs now, bool is_last) {
  std::size_t work = read();
  if (!has_diverged_.load(std::memory_order_relaxed)) {
    const bool waits = is_last || has_stopped() || !has_room() || ports_.written() <= applied();
    for (Feed& feed : feeds_) work += serve(feed, now, waits);
  }
  release_stored();
  return work;
}

std::size_t Follower::read() {
  std::size_t records = 0;
  while (records < options_.records_of_one_turn && has_room() && step()) ++records;
  return records;
}

// A record may bring a text; the events that name it hold it until they are stored.
bool Follower::has_room() const {
  return waiting_.size() < options_.events_held && slab_.in_use() < slab_.capacity();
}

bool Follower::step() {
  if (has_stopped()) return false;
  JournalReplay::Step step = replay_->next();
  if (step == JournalReplay::Step::End) {
    if (take_snapshot_if_due(false)) return false;  // the sinks have waited for it
    if (goes_on()) step = replay_->next();
  }
  switch (step) {
    case JournalReplay::Step::Record:
      take();
      return true;
    case JournalReplay::Step::End:
      if (replay_->end().kind != journal::EndKind::Clean) stop(describe(replay_->end()));
      return false;
    case JournalReplay::Step::Diverged:
      has_diverged_.store(true, std::memory_order_release);
      stop(replay_->problem());
      return false;
    case JournalReplay::Step::Unknown:
      stop(replay_->problem());
      return false;
  }
  return false;
}

bool Follower::goes_on() {
  const Sequence written = ports_.written();
  if (replay_->end().kind != journal::EndKind::Clean || written <= until_) return false;
  until_ = written;
  replay_->go_on(written);
  return true;
}

// Where the replay has come to an end a batch ends, and its place is known. On the way there it
// does not stand still for long: it is told of a new end as soon as it has reached the one before.
bool Follower::take_snapshot_if_due(bool is_last) {
  if (!ports_.on_snapshot || has_stopped()) return false;
  const journal::End& end = replay_->end();
  const Sequence last = applied();
  if (end.kind != journal::EndKind::Clean || end.position.last_sequence != last.value) {
    return false;
  }
  const bool is_asked_again = is_last && was_given_up_;
  if (last <= last_snapshot_ && !is_asked_again) return false;
  const std::uint64_t most = options_.snapshot_after_records;
  const bool is_enough = most != 0 && last.value - last_snapshot_.value >= most;
  const bool is_time = options_.snapshot_after.count() != 0 &&
                       has_passed(last_snapshot_at_, last_turn_, options_.snapshot_after);
  if (!is_last && !is_enough && !is_time) return false;
  last_snapshot_ = last;
  last_snapshot_at_ = last_turn_;
  was_given_up_ = !ports_.on_snapshot(*house_, candles_, end.position);
  return true;
}

void Follower::take() {
  const Sequence sequence = replay_->record().sequence;
  const bool is_wanted = sequence > least_stored_;
  replay_->apply([&](const Event& event) {
    candles_.apply(event);
    if (!is_wanted) return;
    slab_.hold(event.header.text);
    waiting_.push_back(event);
  });
  applied_.store(sequence.value, std::memory_order_release);
}

std::size_t Follower::serve(Feed& feed, TimeNs now, bool is_caught_up) {
  const Sequence stored = feed.sink->stored();
  if (stored < feed.stored) {
    stop("a sink has stored up to record " + std::to_string(stored.value) +
         " and had stored up to " + std::to_string(feed.stored.value) +
         "; it is filled up at the next start");
    return 0;
  }
  feed.stored = stored;
  if (stored >= applied()) return 0;
  if (feed.has_failed && !has_passed(feed.failed_at, now, options_.retry_after)) return 0;
  try {
    const std::size_t given = give(feed);
    feed.sink->commit(applied(), is_caught_up);
    feed.has_failed = false;
    return given;
  } catch (const std::exception& error) {
    fail(feed, now, error.what());
    return 0;
  }
}

std::size_t Follower::give(Feed& feed) {
  std::size_t given = 0;
  for (auto i = std::max(feed.next, first_) - first_; i < waiting_.size(); ++i) {
    const Event& event = waiting_[i];
    if (event.header.root <= feed.stored) continue;
    feed.sink->apply(event);
    ++given;
  }
  feed.next = first_ + waiting_.size();
  return given;
}

// Everything after what it has stored is still held, and is given again.
void Follower::fail(Feed& feed, TimeNs now, const std::string& what) {
  feed.next = 0;
  feed.has_failed = true;
  feed.failed_at = now;
  ++feed.unreported;
  sink_failures_.store(sink_failures_.load(std::memory_order_relaxed) + 1,
                       std::memory_order_relaxed);
  if (feed.has_reported && !has_passed(feed.reported_at, now, options_.report_every)) return;
  feed.has_reported = true;
  feed.reported_at = now;
  ports_.on_sink_failure("records from " + std::to_string(feed.stored.value + 1) +
                         " on cannot be stored, failures: " +
                         std::to_string(std::exchange(feed.unreported, 0)) + ": " + what);
}

void Follower::release_stored() {
  least_stored_ = kEverything;
  for (const Feed& feed : feeds_) least_stored_ = std::min(least_stored_, feed.sink->stored());
  while (!waiting_.empty() && waiting_.front().header.root <= least_stored_) {
    slab_.release(waiting_.front().header.text);
    waiting_.pop_front();
    ++first_;
  }
  events_held_.store(waiting_.size(), std::memory_order_relaxed);
}

void Follower::stop(const std::string& what) {
  if (has_stopped()) return;
  has_stopped_.store(true, std::memory_order_release);
  ports_.on_stop(applied(), what);
}

Follower::Figures Follower::figures() const {
  Figures figures;
  figures.applied = applied();
  const Sequence written = ports_.written();
  figures.lag = written > figures.applied ? written.value - figures.applied.value : 0;
  figures.events_held = events_held_.load(std::memory_order_relaxed);
  figures.sink_failures = sink_failures_.load(std::memory_order_relaxed);
  figures.has_stopped = has_stopped();
  figures.has_diverged = has_diverged_.load(std::memory_order_acquire);
  return figures;
}

}  // namespace tribook::core
