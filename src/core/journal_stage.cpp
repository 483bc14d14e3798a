#include "core/journal_stage.h"

#include "core/record_codec.h"

namespace tribook::core {
namespace {

void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

JournalStage::JournalStage(std::unique_ptr<journal::Writer> writer, const base::Clock& clock,
                           Slab& slab, Ports ports, std::chrono::nanoseconds sync_every,
                           FailureHandler on_failure)
    : writer_(std::move(writer)),
      storage_(writer_->segment_bytes()),
      clock_(clock),
      slab_(slab),
      ports_(ports),
      sync_every_(sync_every),
      on_failure_(std::move(on_failure)),
      told_{writer_->releasable_sequence()},
      written_(told_.value) {
  storage_.note_room(writer_->prepared_room());
}

std::size_t JournalStage::fill_batch() {
  std::size_t taken = 0;
  while (const JournalItem* item = ports_.records->peek()) {
    const Record& record = item->record;
    const bool is_first = writer_->batch_empty();
    if (!writer_->append(static_cast<std::uint8_t>(record.command.header.kind),
                         record.sequence.value, record.time.ns, payload_of(record.command),
                         slab_.get(record.command.header.text))) {
      break;
    }
    if (is_first) digest_before_batch_ = item->events_digest_before;
    last_digest_ = item->events_digest_before;
    slab_.release(record.command.header.text);
    ports_.records->pop();
    ++taken;
  }
  ports_.records->notify_room();
  return taken;
}

// A clock that was set back does not put the next attempt off.
bool JournalStage::has_to_wait(TimeNs now) const {
  return storage_.is_waiting() && now >= last_try_ && now - last_try_ < kRetryAfter;
}

// What the disk has no room for the writer keeps, and writes whole when it is asked again: whatever
// the failed write has left there is overwritten, or cut by the next start.
void JournalStage::commit(TimeNs now) {
  const TimeNs before = clock_.now();
  const journal::DiskStatus status = writer_->commit(digest_before_batch_);
  const bool may_pass =
      status != journal::DiskStatus::Ok && writer_->failure() == journal::DiskStatus::Ok;
  storage_.note_waiting(may_pass);
  last_try_ = now;
  if (may_pass) return;
  if (status != journal::DiskStatus::Ok) return fail(status);
  storage_.note_room(writer_->prepared_room());
  const auto took = static_cast<std::uint64_t>((clock_.now() - before).count());
  add(commits_, 1);
  add(commit_ns_total_, took);
  if (took > commit_ns_max_.load(std::memory_order_relaxed)) {
    commit_ns_max_.store(took, std::memory_order_relaxed);
  }
  late_preparations_.store(writer_->counters().late_preparations, std::memory_order_relaxed);
}

void JournalStage::fail(journal::DiskStatus status) {
  has_failed_ = true;
  on_failure_(
      "the journal cannot be written (" + std::string(journal::to_string(status)) +
      "); what was acknowledged is safe, nothing more is accepted: mend the disk and start again");
}

// A clock that was set back does not put the next sync off.
void JournalStage::sync_if_due(TimeNs now) {
  if (writer_->durable_sequence() == writer_->committed_sequence()) return;
  if (now >= last_sync_ && now - last_sync_ < sync_every_) return;
  last_sync_ = now;
  const journal::DiskStatus status = writer_->sync();
  if (status != journal::DiskStatus::Ok) fail(status);
}

void JournalStage::tell_durable() {
  const Sequence durable{writer_->releasable_sequence()};
  if (durable == told_ || !ports_.durable->try_push({durable})) return;
  told_ = durable;
  written_.store(durable.value, std::memory_order_release);
  ports_.durable->notify();
}

std::size_t JournalStage::do_work(TimeNs now) {
  if (has_failed_) return 0;
  const bool waits = has_to_wait(now);
  const std::size_t taken = waits ? 0 : fill_batch();
  if (!waits && !writer_->batch_empty()) commit(now);
  if (!has_failed_ && sync_every_.count() != 0) sync_if_due(now);
  if (has_failed_) return 0;
  add(records_, taken);
  tell_durable();
  return taken;
}

void JournalStage::on_close() {
  if (has_failed_) return;
  const journal::DiskStatus status = writer_->close(last_digest_);
  if (status != journal::DiskStatus::Ok) fail(status);
}

JournalStage::Figures JournalStage::figures() const {
  return {commits_.load(std::memory_order_relaxed), records_.load(std::memory_order_relaxed),
          commit_ns_total_.load(std::memory_order_relaxed),
          commit_ns_max_.load(std::memory_order_relaxed),
          late_preparations_.load(std::memory_order_relaxed)};
}

// A clock that was set back does not put the next attempt off.
std::size_t SegmentStage::do_work(TimeNs now) {
  const bool has_failed = storage_.status() != journal::DiskStatus::Ok;
  if (!writer_.needs_next_segment()) {
    // The journal's thread came first.
    if (has_failed) storage_.note_preparation(journal::DiskStatus::Ok);
    return 0;
  }
  if (has_failed && now >= last_try_ && now - last_try_ < kRetryAfter) return 0;
  last_try_ = now;
  const journal::DiskStatus status = writer_.prepare_next();
  storage_.note_preparation(status);
  return status == journal::DiskStatus::Ok ? 1 : 0;
}

}  // namespace tribook::core
