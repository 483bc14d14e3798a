#include "app/history_keeper.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <stdexcept>

#include "app/journal_end.h"
#include "app/log.h"
#include "app/settings.h"
#include "core/house_snapshot.h"
#include "persistence/sqlite/database.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/store_file.h"
#include "tribook/journal/reader.h"

namespace tribook::app {
namespace {

// The store is read by people and programs that do not wait for the last millisecond.
constexpr std::chrono::milliseconds kLongestPark{20};

std::string store_path(const config::Config& config) {
  return (std::filesystem::path(config.data_directory) / config.store.path).string();
}

// Two journals do not begin in the same nanosecond. Without its beginning, one has no name;
// nothing: it has no record yet.
std::optional<std::string> journal_identity(journal::Disk& disk, const std::string& directory) {
  journal::Reader reader(disk, {directory, std::nullopt, 0});
  if (reader.next() != journal::Reader::Step::Record) {
    if (reader.end().kind == journal::EndKind::Clean) return std::nullopt;
    log_warning("store: the journal's beginning cannot be read: " + describe(reader.end()));
    return {{}};
  }
  if (reader.record().header.sequence != 1) return {{}};
  return "begun " + std::to_string(reader.record().header.time_ns);
}

core::FollowerOptions follower_options(const config::Config& config, const Pipeline& pipeline) {
  core::FollowerOptions options;
  options.journal_directory = journal_directory(config.data_directory);
  options.limits = pipeline.capacity();
  options.texts = config.limits.texts;
  options.snapshot_after_records = config.snapshots.every_records;
  options.snapshot_after = config.snapshots.every;
  return options;
}

core::Follower::Ports follower_ports(Pipeline& pipeline,
                                     decltype(core::Follower::Ports::on_snapshot) take_snapshot) {
  core::Follower::Ports ports;
  ports.on_snapshot = std::move(take_snapshot);
  ports.written = [&pipeline] { return pipeline.journal_stage().written(); };
  ports.on_stop = [](Sequence last, const std::string& what) {
    log_error("store: follows the journal no further than record " + std::to_string(last.value) +
              ": " + what);
  };
  ports.on_sink_failure = [](const std::string& what) { log_warning("store: " + what); };
  return ports;
}

}  // namespace

std::string why_store_is_behind(const config::Config& config, Sequence last) {
  Sequence stored;
  try {
    stored = persistence::sqlite::SqliteReader(store_path(config)).stored();
  } catch (const std::exception& error) {
    log_warning("store: " + std::string(error.what()));
  }
  if (stored >= last) return {};
  return "the store has the records up to " + std::to_string(stored.value) +
         " only: start the release that wrote them once more, and stop it when the store has "
         "caught "
         "up";
}

std::optional<Ahead> find_store_ahead(const config::Config& config, journal::Disk& disk,
                                      Sequence last) {
  const std::string path = store_path(config);
  std::optional<persistence::sqlite::StoreEnd> end;
  try {
    end = persistence::sqlite::read_store_end(path);
  } catch (const std::exception& error) {
    log_warning("store: " + std::string(error.what()));
  }
  if (!end || end->last <= last) return std::nullopt;
  const auto journal = journal_identity(disk, journal_directory(config.data_directory));
  const bool is_known = journal && !journal->empty() && !end->journal.empty();
  if (is_known && *journal != end->journal) return std::nullopt;  // it is set aside when opened
  return Ahead{path, end->last, 0};
}

void set_store_aside(const Ahead& store, Sequence last, journal::Disk& disk) {
  const std::string aside = persistence::sqlite::set_store_aside(store.path, "ahead");
  const std::string folder = std::filesystem::path(store.path).parent_path().string();
  if (const auto status = disk.sync_directory(folder); status != journal::DiskStatus::Ok) {
    throw std::runtime_error("store " + store.path + ": its folder cannot be synced (" +
                             std::string(to_string(status)) + ")");
  }
  log_warning("store: " + store.path + " has the records up to " +
              std::to_string(store.last.value) + ", the journal goes no further than record " +
              std::to_string(last.value) + ". It was moved to " + aside +
              " and is made anew from the journal");
}

HistoryKeeper::HistoryKeeper(const config::Config& config, Pipeline& pipeline, journal::Disk& disk,
                             const base::Clock& clock)
    : config_(config),
      pipeline_(pipeline),
      disk_(disk),
      clock_(clock),
      path_(store_path(config)),
      snapshots_(disk, snapshot_directory(config.data_directory), config.snapshots.keep),
      follower_(follower_options(config, pipeline),
                follower_ports(pipeline,
                               [this](const core::House& house, const core::FormingCandles& candles,
                                      const journal::EndPosition& position) {
                                 return try_snapshot(house, candles, position);
                               }),
                disk) {
  if (std::filesystem::is_directory(path_)) {
    throw std::runtime_error("store.path: " + path_ + " is a folder, not a file");
  }
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  persistence::HistoryPoolOptions options;
  options.threads = config.store.reader_threads;
  options.make_reader = [path = path_] {
    return std::make_unique<persistence::sqlite::SqliteReader>(path);
  };
  options.log = [](const std::string& what) { log_warning("store: " + what); };
  pool_ = std::make_unique<persistence::HistoryPool>(std::move(options));
}

HistoryKeeper::~HistoryKeeper() { stop(); }

// A broken page shows only when it is read; whoever finds it leaves a mark, and the next to open
// the file begins a new one.
void HistoryKeeper::open(const Recovery& recovery, QuoteSource* quotes,
                         const std::vector<core::Silence>& silences) {
  recovered_ = recovery.last;
  newest_snapshot_ = recovery.snapshot;
  filler_.reset();
  store_.reset();
  try {
    open_store();
    fill(quotes, silences);
  } catch (const persistence::sqlite::Error& error) {
    if (!error.is_damage()) throw;
    log_warning("store: " + std::string(error.what()) + "; it is made anew");
    filler_.reset();
    store_.reset();
    open_store();
    fill(quotes, silences);
  }
}

void HistoryKeeper::fill(QuoteSource* quotes, const std::vector<core::Silence>& silences) {
  if (quotes == nullptr || !quotes->knows_past()) return;
  filler_ = std::make_unique<PastFiller>(*store_, *quotes, pipeline_.views());
  filler_->fill(silences);
}

// The numbers of its rows are another journal's, and it may be all that is left of that one.
void HistoryKeeper::set_foreign_store_aside(const std::string& journal) {
  const auto end = persistence::sqlite::read_store_end(path_);
  if (!end || journal.empty() || end->journal.empty() || end->journal == journal) return;
  const std::string aside = persistence::sqlite::set_store_aside(path_, "other");
  log_warning("store: " + path_ + " was made of another journal, of " +
              std::to_string(end->last.value) + " records. It was moved to " + aside +
              " and is made anew from this one");
}

void HistoryKeeper::make_store() {
  const std::string directory = journal_directory(config_.data_directory);
  const auto journal = journal_identity(disk_, directory);
  if (!journal) throw std::runtime_error(directory + ": no record to begin the store with");
  set_foreign_store_aside(*journal);
  persistence::sqlite::SqliteOptions options;
  options.path = path_;
  options.journal = *journal;
  options.tick_days = config_.store.tick_days;
  options.warn = [](const std::string& what) { log_warning("store: " + what); };
  store_ = std::make_unique<persistence::sqlite::SqliteStore>(std::move(options), follower_.slab());
}

// One that is ahead was set aside before this run wrote a record, if it could be read then. What
// this run has written by now says nothing of the records that the store was made of.
void HistoryKeeper::open_store() {
  make_store();
  const Ahead store{path_, store_->stored(), 0};
  if (store.last <= recovered_) return;
  store_.reset();
  if (config_.journal.durability == config::Durability::Sync) {
    throw std::runtime_error("store " + path_ + ": it has the records up to " +
                             std::to_string(store.last.value) + ", the journal ended with record " +
                             std::to_string(recovered_.value) +
                             ". Restore the journal from a backup; or, to go on without the "
                             "records between, move the store away and start again");
  }
  set_store_aside(store, recovered_, disk_);
  make_store();
}

// It keeps a core busy for up to seconds, and no order may wait for that. At the end nobody trades
// any more, and somebody waits for the end. One less is no reason to follow the journal no further.
bool HistoryKeeper::try_snapshot(const core::House& house, const core::FormingCandles& candles,
                                 const journal::EndPosition& position) {
  try {
    if (is_stopping_.load()) {
      keep_snapshot(house, candles, position, {});
      return true;
    }
    spare_time_.run([&] { keep_snapshot(house, candles, position, given_up_.get_token()); });
  } catch (const std::exception& error) {
    log_warning("snapshot: " + std::string(error.what()));
  }
  return !given_up_.stop_requested();
}

void HistoryKeeper::keep_snapshot(const core::House& house, const core::FormingCandles& candles,
                                  const journal::EndPosition& position,
                                  const std::stop_token& stop) {
  const auto begin = clock_.now();
  const snapshot::Snapshot taken = core::snapshot_of(house, candles, position);
  if (stop.stop_requested()) return;
  const std::string problem = snapshots_.put(taken, stop);
  if (stop.stop_requested()) return;
  if (!problem.empty()) return log_warning("snapshot: " + problem);
  note_snapshots();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin);
  log_info("snapshot of record " + std::to_string(taken.about.sequence.value) + " in " +
           std::to_string(took.count()) + " ms");
}

// The digest of the events up to the snapshot stands behind the next batch. The start has looked at
// the one that it began with, behind which there may be nothing.
std::string HistoryKeeper::why_of_other_journal(Sequence snapshot, const core::House& house) const {
  if (snapshot >= newest_snapshot_) return {};
  journal::Reader reader(disk_, {journal_directory(config_.data_directory), std::nullopt,
                                 snapshot.value + 1, recovered_.value});
  if (reader.next() != journal::Reader::Step::Record) return describe(reader.end());
  if (reader.batch_end().event_digest == house.events_digest()) return {};
  return "the journal has had other events up to there";
}

// Nothing that a sink lacks may be passed over, so a newer snapshot than that is of no use. Nor is
// one that the start has passed over: the follower would come to other events.
void HistoryKeeper::begin_with_snapshot() {
  for (const Sequence sequence : snapshots_.list()) {
    if (sequence > std::min(follower_.least_stored(), newest_snapshot_)) continue;
    const snapshot::DecodeResult read = snapshots_.get(sequence);
    core::HouseResult loaded{nullptr, read.problem};
    if (read.snapshot) {
      loaded = core::house_of(*read.snapshot, pipeline_.capacity(), follower_.slab());
    }
    if (loaded.house) loaded.problem = why_of_other_journal(sequence, *loaded.house);
    if (loaded.house && loaded.problem.empty()) {
      follower_.begin_with(std::move(loaded.house), std::move(loaded.candles));
      return note_snapshots();
    }
    log_warning("snapshot: " + snapshots_.path_of(sequence) + " is passed over: " + loaded.problem);
  }
}

void HistoryKeeper::note_snapshots() {
  const std::vector<Sequence> kept = snapshots_.list();
  if (!kept.empty()) oldest_snapshot_.store(kept.back().value, std::memory_order_release);
}

Sequence HistoryKeeper::settled() const {
  return std::min(store_->stored(), Sequence{oldest_snapshot_.load(std::memory_order_acquire)});
}

std::string HistoryKeeper::trouble() const {
  const core::Follower::Figures figures = follower_.figures();
  if (!figures.has_stopped) return {};
  const std::string upto = std::to_string(figures.applied.value) + " (see the log): ";
  const std::string without = "no snapshots, no archive, and a history that goes no further";
  if (!figures.has_diverged) {
    return "the store follows the journal no further than record " + upto + without;
  }
  return "the check of the engine against its own journal failed after record " + upto + without;
}

void HistoryKeeper::start() {
  if (filler_) {
    follower_.add_sink(*filler_);
  } else {
    follower_.add_sink(*store_);
  }
  begin_with_snapshot();
  runtime::ThreadOptions options;
  options.name = "store";
  options.rounds_before_park = 1;
  options.longest_park = kLongestPark;
  thread_ = std::make_unique<runtime::StageThread>(options, clock_,
                                                   std::vector<runtime::Stage*>{&follower_});
  thread_->start();
}

// A snapshot that is under way in spare time would have to wait for whatever else the machine does.
void HistoryKeeper::stop() {
  is_stopping_.store(true);
  if (!spare_time_.hurry()) given_up_.request_stop();
  pool_->stop();
  if (thread_) thread_->stop();
}

HistoryKeeper::Figures HistoryKeeper::figures() const {
  Figures figures;
  figures.follower = follower_.figures();
  figures.thread = thread_.get();
  if (store_ == nullptr) return figures;
  figures.stored = store_->stored();
  figures.rows = store_->figures().rows.load(std::memory_order_relaxed);
  figures.commit_failures = store_->figures().failures.load(std::memory_order_relaxed);
  figures.commits = &store_->figures().commit_durations;
  return figures;
}

}  // namespace tribook::app
