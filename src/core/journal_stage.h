#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/storage.h"
#include "runtime/ring.h"
#include "runtime/stage.h"
#include "tribook/base/histogram.h"
#include "tribook/journal/writer.h"
#include "tribook/message/command.h"
#include "tribook/message/durable.h"
#include "tribook/message/slab.h"

namespace tribook::core {

/// A record on its way to the disk, with the digest of all events given before it.
struct JournalItem {
  Record record;
  std::uint64_t events_digest_before = 0;
};

using JournalRing = runtime::Ring<JournalItem>;
using DurableRing = runtime::Ring<Durable>;

/// Writes records in batches: whatever waits, up to the batch's size, then one commit. Tells egress
/// how far records are safe. With Durability::Batch it syncs every `sync_every` (else 0). Where the
/// disk has no room left for a batch it is tried again each second. Any other write that fails is
/// the end: `on_failure` must stop the process.
class JournalStage final : public runtime::Stage {
 public:
  static constexpr std::chrono::seconds kRetryAfter{1};

  struct Ports {
    JournalRing* records = nullptr;
    DurableRing* durable = nullptr;
  };
  using FailureHandler = std::function<void(const std::string&)>;

  JournalStage(std::unique_ptr<journal::Writer> writer, const base::Clock& clock, Slab& slab,
               Ports ports, std::chrono::nanoseconds sync_every, FailureHandler on_failure);

  [[nodiscard]] std::string_view name() const override { return "journal"; }
  std::size_t do_work(TimeNs now) override;
  void on_close() override;

  [[nodiscard]] journal::Writer& writer() { return *writer_; }
  /// Any thread.
  [[nodiscard]] Storage& storage() { return storage_; }

  /// Any thread: commits so far and the time they took.
  struct Figures {
    std::uint64_t commits = 0;
    std::uint64_t records = 0;
    std::uint64_t commit_ns_total = 0;
    std::uint64_t commit_ns_max = 0;
    std::uint64_t late_preparations = 0;  ///< segments that a commit had to prepare itself
  };
  [[nodiscard]] Figures figures() const;
  /// Any thread: the last record that egress was told of.
  [[nodiscard]] Sequence written() const { return {written_.load(std::memory_order_acquire)}; }

 private:
  std::size_t fill_batch();
  [[nodiscard]] bool has_to_wait(TimeNs now) const;
  void commit(TimeNs now);
  void sync_if_due(TimeNs now);
  void fail(journal::DiskStatus status);
  void tell_durable();

  std::unique_ptr<journal::Writer> writer_;
  Storage storage_;
  const base::Clock& clock_;
  Slab& slab_;
  Ports ports_;
  std::chrono::nanoseconds sync_every_;
  TimeNs last_sync_{};
  TimeNs last_try_{};
  FailureHandler on_failure_;
  bool has_failed_ = false;
  std::uint64_t digest_before_batch_ = 0;
  std::uint64_t last_digest_ = 0;
  Sequence told_;
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> records_{0};
  std::atomic<std::uint64_t> commit_ns_total_{0};
  std::atomic<std::uint64_t> commit_ns_max_{0};
  std::atomic<std::uint64_t> late_preparations_{0};
};

/// Makes the next segment ready while the journal writes; runs on a thread of its own. Where that
/// fails it says so in `storage` and tries again each second.
class SegmentStage final : public runtime::Stage {
 public:
  static constexpr std::chrono::seconds kRetryAfter{1};

  SegmentStage(journal::Writer& writer, Storage& storage) : writer_(writer), storage_(storage) {}
  [[nodiscard]] std::string_view name() const override { return "segments"; }
  std::size_t do_work(TimeNs now) override;

 private:
  journal::Writer& writer_;
  Storage& storage_;
  TimeNs last_try_{};
};

}  // namespace tribook::core
