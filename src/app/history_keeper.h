#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/past_filler.h"
#include "app/pipeline.h"
#include "config/config.h"
#include "core/follower.h"
#include "persistence/history_pool.h"
#include "persistence/sqlite/sqlite_store.h"
#include "runtime/spare_time.h"
#include "runtime/stage_thread.h"
#include "snapshot/shelf.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

namespace tribook::app {

/// Why the store is not as far as the record that a state of other rules ends with; empty: it is.
/// What it lacks then, no program of these rules could give it.
std::string why_store_is_behind(const config::Config& config, Sequence last);

/// The store, if it has more of this journal than the records up to `last`. One that cannot be
/// read is looked at again by HistoryKeeper::open.
std::optional<Ahead> find_store_ahead(const config::Config& config, journal::Disk& disk,
                                      Sequence last);
/// Moves such a store out of the way, durably: the numbers that it is ahead by will come to stand
/// for something else. Throws std::runtime_error when it cannot.
void set_store_aside(const Ahead& store, Sequence last, journal::Disk& disk);

/// The past: the store, the follower that feeds it and takes snapshots, and the threads that read
/// the store.
class HistoryKeeper {
 public:
  /// All that is given outlives it. Reads are answered `not ok` until open().
  HistoryKeeper(const config::Config& config, Pipeline& pipeline, journal::Disk& disk,
                const base::Clock& clock);
  ~HistoryKeeper();
  HistoryKeeper(const HistoryKeeper&) = delete;
  HistoryKeeper& operator=(const HistoryKeeper&) = delete;

  /// Opens the store, and fills in the `silences` if the venue knows its past; a store that turns
  /// out damaged is made anew. `recovery` is what this start found. May be tried again when it
  /// threw. Throws std::runtime_error when the store cannot be used. REQUIRES: the journal has a
  /// durable record; the last silence ends now.
  void open(const Recovery& recovery, QuoteSource* quotes,
            const std::vector<core::Silence>& silences);
  /// The store follows the journal from now on, on a thread of its own.
  void start();
  /// No reads any more; the store gets what is durable, as far as one turn goes.
  void stop();

  [[nodiscard]] persistence::HistoryPool& pool() { return *pool_; }
  /// Up to here no start needs the journal: it is in the store and in every snapshot. Any thread,
  /// once start() has returned.
  [[nodiscard]] Sequence settled() const;
  /// Why the journal is followed no more, as a sentence; empty while it is. Any thread.
  [[nodiscard]] std::string trouble() const;

  struct Figures {
    core::Follower::Figures follower;
    Sequence stored;
    std::uint64_t rows = 0;
    std::uint64_t commit_failures = 0;
    const metrics::LatencyHistogram* commits = nullptr;  ///< null before open()
    const runtime::StageThread* thread = nullptr;        ///< null before start()
  };
  /// Any thread, once start() has returned.
  [[nodiscard]] Figures figures() const;

 private:
  void set_foreign_store_aside(const std::string& journal);
  void make_store();
  void open_store();
  void fill(QuoteSource* quotes, const std::vector<core::Silence>& silences);
  [[nodiscard]] std::string why_of_other_journal(Sequence snapshot, const core::House& house) const;
  bool try_snapshot(const core::House& house, const core::FormingCandles& candles,
                    const journal::EndPosition& position);
  void keep_snapshot(const core::House& house, const core::FormingCandles& candles,
                     const journal::EndPosition& position, const std::stop_token& stop);
  void begin_with_snapshot();
  void note_snapshots();

  const config::Config& config_;
  Pipeline& pipeline_;
  journal::Disk& disk_;
  const base::Clock& clock_;
  std::string path_;
  snapshot::Shelf snapshots_;
  Sequence recovered_;        // the journal's end, when this run found it
  Sequence newest_snapshot_;  // that was found good then; those after it were not; 0: none
  runtime::SpareTime spare_time_;
  std::stop_source given_up_;                      // what is taken in spare time
  std::atomic<std::uint64_t> oldest_snapshot_{0};  // that is there; 0: none begun with or written
  core::Follower follower_;
  std::unique_ptr<persistence::sqlite::SqliteStore> store_;
  std::unique_ptr<PastFiller> filler_;  // null when no venue knows its past
  std::unique_ptr<persistence::HistoryPool> pool_;
  std::atomic<bool> is_stopping_{false};
  std::unique_ptr<runtime::StageThread> thread_;
};

}  // namespace tribook::app
