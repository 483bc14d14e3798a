#include "durable/journal_load.h"

#include <immintrin.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "app/system_clock.h"
#include "core/journal_stage.h"
#include "journal/posix_disk.h"
#include "runtime/stage_thread.h"
#include "support/workload.h"
#include "tribook/engine/engine.h"

namespace tribook::bench {
namespace {

constexpr std::size_t kPlaces = 16'384;  // of each ring, as a daemon's
constexpr std::uint64_t kLookAtClockEvery = 1'024;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::_Exit(1);
}

std::unique_ptr<journal::Writer> open_writer(journal::Disk& disk, const std::string& directory,
                                             journal::Durability durability) {
  journal::WriterOptions options;
  options.directory = directory;
  options.durability = durability;
  options.rules_version = engine::kRulesVersion;
  journal::WriterResult opened = journal::Writer::open(disk, options, journal::End{});
  if (opened.writer == nullptr) give_up(opened.message);
  return std::move(opened.writer);
}

/// The engine's side: commands made before, given over and over.
class Feeder {
 public:
  Feeder(core::JournalRing& records, core::DurableRing& durable, std::uint64_t quotes_per_order)
      : records_(records), durable_(durable) {
    Workload workload;
    for (std::size_t i = 0; i < kPlaces; ++i) {
      const bool is_order = i % (quotes_per_order + 1) == quotes_per_order;
      commands_.push_back(is_order ? workload.next_order() : workload.next_quote());
    }
  }

  void push(TimeNs now) {
    const core::JournalItem item{{Sequence{sequence_ + 1}, now, commands_[sequence_ % kPlaces]}, 0};
    while (!records_.try_push(item)) {
      records_.notify();
      take_durable();
      _mm_pause();
    }
    if (++sequence_ % 64 == 0) records_.notify();
  }
  /// Until all is written.
  void drain() {
    records_.notify();
    while (durable_sequence_ < sequence_) {
      take_durable();
      _mm_pause();
    }
  }
  [[nodiscard]] std::uint64_t pushed() const { return sequence_; }

 private:
  void take_durable() {
    Durable durable;
    while (durable_.try_pop(durable)) durable_sequence_ = durable.sequence.value;
  }

  core::JournalRing& records_;
  core::DurableRing& durable_;
  std::vector<Command> commands_;
  std::uint64_t sequence_ = 0;
  std::uint64_t durable_sequence_ = 0;
};

}  // namespace

JournalFigures journal_rate(const std::string& directory, journal::Durability durability,
                            std::uint64_t quotes_per_order, std::uint64_t seconds) {
  const app::SystemClock clock;
  journal::PosixDisk disk;
  Slab slab(64);
  core::JournalRing records("records", kPlaces);
  core::DurableRing durable("durable", kPlaces);
  core::JournalStage stage(open_writer(disk, directory, durability), clock, slab,
                           {&records, &durable}, std::chrono::nanoseconds{0}, give_up);
  core::SegmentStage segment_stage(stage.writer(), stage.storage());
  runtime::ThreadOptions options;
  options.name = "journal";
  runtime::StageThread journal(options, clock, {&stage});
  options.name = "segments";
  runtime::StageThread segments(options, clock, {&segment_stage});
  records.set_reader(&journal.waker());
  Feeder feeder(records, durable, quotes_per_order);
  journal.start();
  segments.start();
  const TimeNs begin = clock.now();
  TimeNs now = begin;
  while (now - begin < std::chrono::seconds(seconds)) {
    for (std::uint64_t i = 0; i < kLookAtClockEvery; ++i) feeder.push(now);
    now = std::max(now, clock.now());
  }
  feeder.drain();
  const double took = static_cast<double>((clock.now() - begin).count()) / 1e9;
  const core::JournalStage::Figures figures = stage.figures();
  journal.stop();
  segments.stop();
  const journal::WriterCounters& counters = stage.writer().counters();
  const auto written = static_cast<double>(feeder.pushed());
  JournalFigures result;
  result.records_per_s = written / took;
  result.mib_per_s = static_cast<double>(counters.bytes) / took / (1 << 20);
  result.bytes_per_record = static_cast<double>(counters.bytes) / written;
  result.records_per_batch = written / static_cast<double>(counters.batches);
  result.commit_us_mean =
      static_cast<double>(figures.commit_ns_total) / static_cast<double>(figures.commits) / 1e3;
  result.segments = counters.segments;
  result.late_preparations = counters.late_preparations;
  return result;
}

}  // namespace tribook::bench
