#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "archive/archive_job.h"
#include "archive/reading_disk.h"
#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/journal/disk.h"

namespace tribook::archive {

struct ArchiverOptions {
  Folders folders;
  std::size_t keep_segments = 2;  ///< finished ones that stay in the journal's folder; at least 1
  std::size_t spares = 2;  ///< files that wait to be written again; of more, the space is freed
  /// How long it waits after a failure, and how often it looks for segments.
  std::chrono::nanoseconds retry_after = std::chrono::seconds{10};
  std::chrono::nanoseconds look_after = std::chrono::seconds{1};
};

/// Packs the oldest segments into the archive, one after the other, and turns their files into
/// spares that the journal's next segments are made of. Works beside the journal's writer and
/// readers, on one thread of its own, that nobody waits for.
///
/// What goes wrong costs nothing but space: a segment's file is given up when its archived copy is
/// durable and was read back, and not before.
class Archiver {
 public:
  struct Ports {
    std::function<void(const Segment&)> on_archived;
    /// Not more often than `retry_after`.
    std::function<void(const std::string& what)> on_failure;
  };

  /// The disk is the one beneath ReadingDisk, and outlives it.
  Archiver(journal::Disk& disk, ArchiverOptions options, Ports ports);

  /// A piece of work; 0 when there is none. Segments may go whose records are all at or before
  /// `settled`: a snapshot holds what they gave, and whoever stores it has it.
  std::size_t work(TimeNs now, Sequence settled);

  // Any thread.
  struct Figures {
    std::uint64_t segments = 0;  ///< archived
    std::uint64_t failures = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  struct Choice {
    journal::DiskStatus status = journal::DiskStatus::Ok;
    std::string problem;
    std::optional<Segment> segment;
  };

  bool is_due(TimeNs now);
  std::size_t begin(TimeNs now, Sequence settled);
  std::size_t go_on(TimeNs now);
  [[nodiscard]] Choice choose(Sequence settled);
  [[nodiscard]] journal::DiskStatus retire(std::uint64_t segment_id);
  void clear_away();
  void fail(TimeNs now, const std::string& what);

  journal::Disk& disk_;
  ReadingDisk reading_;
  const ArchiverOptions options_;
  Ports ports_;
  std::unique_ptr<ArchiveJob> job_;
  bool has_begun_ = false;
  bool looks_at_once_ = true;
  bool has_failed_ = false;  // and waits
  TimeNs last_{};            // failure, or look
  std::atomic<std::uint64_t> segments_{0};
  std::atomic<std::uint64_t> failures_{0};
};

}  // namespace tribook::archive
