#include "app/daemon.h"

#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "app/archive_keeper.h"
#include "app/backup_keeper.h"
#include "app/bootstrap.h"
#include "app/doors.h"
#include "app/history_keeper.h"
#include "app/last_words.h"
#include "app/log.h"
#include "app/metrics.h"
#include "app/parts.h"
#include "app/progress_watch.h"
#include "app/quote_source.h"
#include "app/replay_source.h"
#include "app/service_manager.h"
#include "app/settings.h"
#include "app/system_clock.h"
#include "archive/reading_disk.h"
#include "calendar/time_zone.h"
#include "gateway/auth/random.h"
#include "journal/posix_disk.h"
#include "tribook/version.h"

namespace tribook::app {
namespace {

constexpr std::chrono::milliseconds kPoll{2};
constexpr std::chrono::milliseconds kLookEvery{100};
constexpr std::chrono::seconds kStandsStillAfter{5};

// SIGTERM and SIGINT are taken here and nowhere else: blocked before any thread starts.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a limit on files is a full disk, told by the write
  }
  /// Waits at most so long; true when one came.
  bool wait(std::chrono::milliseconds longest) {
    const timespec timeout{longest.count() / 1000, (longest.count() % 1000) * 1'000'000};
    return sigtimedwait(&set_, nullptr, &timeout) > 0;
  }

 private:
  sigset_t set_{};
};

// One line every now and then while a start reads and replays.
class StartLog {
 public:
  void operator()(const StartProgress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress.is_replay != is_replay_) {
      is_replay_ = progress.is_replay;
      phase_began_ = now;
    }
    if (now - told_ < kTellEvery) return;
    told_ = now;
    const std::string part =
        std::to_string(progress.done) + " of " + std::to_string(progress.total);
    if (!progress.is_replay) return log_info("reading the journal: segment " + part);
    const double seconds = std::chrono::duration<double>(now - phase_began_).count();
    const double rate = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
    log_info("replaying the journal: " + part + " records, " +
             std::to_string(static_cast<std::uint64_t>(rate)) + " a second");
  }

 private:
  static constexpr std::chrono::seconds kTellEvery{2};
  std::chrono::steady_clock::time_point phase_began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = phase_began_;
  bool is_replay_ = false;
};

class Daemon {
 public:
  Daemon(const config::Config& config, const std::string& admin_password)
      : config_(config),
        admin_password_(admin_password),
        disk_(system_disk_, journal_directory(config.data_directory),
              archive_directory(config.data_directory)) {}
  /// Nobody may ask for the past any more when it goes.
  ~Daemon() {
    if (doors_) doors_->stop(std::chrono::milliseconds{0});
  }

  int run();

 private:
  void recover();
  void open_doors();
  void import_config();
  void open_history();
  void write_run_file() const;
  void watch_threads();
  void wait_for_signal();
  void look_after();
  void look_at_storage();
  void drain();
  [[nodiscard]] std::string not_ready() const;
  [[nodiscard]] std::string degraded() const;
  [[nodiscard]] std::string metrics() const;
  [[nodiscard]] PipelineSettings settings() const;

  const config::Config& config_;
  const std::string& admin_password_;
  Signals signals_;
  SystemClock clock_;
  journal::PosixDisk system_disk_;
  archive::ReadingDisk disk_;
  std::unique_ptr<Pipeline> pipeline_;
  Recovery recovery_;
  std::unique_ptr<QuoteSource> quotes_;
  std::unique_ptr<Doors> doors_;
  Parts parts_;
  std::unique_ptr<HistoryKeeper> history_;  // null without a store
  std::unique_ptr<ArchiveKeeper> archive_;  // null without one, or when nothing shall be archived
  std::unique_ptr<Threads> threads_;
  std::unique_ptr<BackupKeeper> backups_;  // null when none are asked for
  ServiceManager manager_;
  ProgressWatch progress_{kStandsStillAfter};
  core::StorageLevel storage_ = core::StorageLevel::Ample;  // as last told in the log
  std::atomic<bool> is_imported_{false};
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> has_journal_failed_{false};
};

PipelineSettings Daemon::settings() const {
  PipelineSettings settings = pipeline_settings(config_);
  if (config_.clock.start) return settings;
  if (config_.clock_type() == config::ClockType::Manual) settings.start = clock_.now();
  if (config_.clock_type() == config::ClockType::Replay) settings.start = first_tick_time(config_);
  return settings;
}

// From where and how fast, so that whoever runs it again knows what to expect.
std::string describe(const Recovery& recovery, std::int64_t ms) {
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(recovery.state_hash));
  std::string line = "recovered " + std::to_string(recovery.records) + " records";
  if (recovery.snapshot) {
    line += " after the snapshot of record " + std::to_string(recovery.snapshot.value);
  }
  return line + " in " + std::to_string(ms) + " ms, state " + hash;
}

void Daemon::recover() {
  const TimeNs begin = clock_.now();
  PipelineSettings wanted = settings();
  wanted.on_progress = StartLog();
  wanted.why_no_take_over = [this](Sequence last) { return why_store_is_behind(config_, last); };
  pipeline_ = std::make_unique<Pipeline>(wanted, clock_, disk_);
  recovery_ = pipeline_->start([this](const std::string& what) {
    log_error(what);
    has_journal_failed_.store(true);
    if (!is_stopping_.load()) kill(getpid(), SIGTERM);
  });
  for (const std::string& snapshot : recovery_.passed_over) log_warning("snapshot: " + snapshot);
  if (!recovery_.is_good) throw std::runtime_error(recovery_.problem);
  for (const Sequence sequence : recovery_.removed) {
    log_warning("snapshot: that of record " + std::to_string(sequence.value) +
                " is removed: the journal goes no further than record " +
                std::to_string(recovery_.last.value));
  }
  if (recovery_.tail_was_cut) log_warning("journal: " + recovery_.tail_message);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - begin);
  log_info(describe(recovery_, took.count()));
}

void Daemon::open_doors() {
  std::string secret = config_.auth.jwt_secret;
  if (secret.empty()) secret = auth::load_or_create_secret(config_.data_directory + "/jwt.secret");
  if (config_.store.type == config::StoreType::Sqlite) {
    history_ = std::make_unique<HistoryKeeper>(config_, *pipeline_, disk_, clock_);
  }
  if (!config_.backup.directory.empty()) {
    backups_ = std::make_unique<BackupKeeper>(config_, system_disk_, clock_);
  }
  doors_ = std::make_unique<Doors>(
      config_, *pipeline_, secret,
      DoorCallbacks{[this] { return not_ready(); }, [this] { return degraded(); },
                    [this] { return metrics(); }},
      history_ ? &history_->pool() : nullptr, clock_);
  quotes_ = make_quote_source(config_, *pipeline_);
  std::vector<runtime::Stage*> venues;
  if (quotes_) venues.push_back(&parts_.add(*quotes_));
  for (const runtime::Supervisor* gateway : doors_->supervisors()) parts_.add(*gateway);
  threads_ = std::make_unique<Threads>(*pipeline_, thread_plan(config_.threads), clock_, venues,
                                       doors_->wakers());
  watch_threads();  // before anybody can ask for the metrics
  doors_->listen();
  doors_->start_threads();
  threads_->start();
  write_run_file();
}

void Daemon::import_config() {
  OwnClient client(*pipeline_, static_cast<std::uint8_t>(config_.gateway.io_threads));
  bootstrap(*pipeline_, client, config_, admin_password_, [](const GeneratedPassword& made) {
    std::printf("  %-12s password %s\n", made.username.c_str(), made.password.c_str());
    std::fflush(stdout);
  });
  if (history_) open_history();
  if (backups_) backups_->start();
  is_imported_.store(true);
  if (quotes_) quotes_->play();
}

void Daemon::open_history() {
  // The system's clock may have been set back; recorded time does not fall with it.
  std::vector<core::Silence> silences = recovery_.silences;
  silences.push_back({recovery_.last_tick, std::max(recovery_.last_tick, clock_.now())});
  history_->open(quotes_.get(), silences);
  history_->start();
  if (!config_.journal.archive) return;
  archive_ = std::make_unique<ArchiveKeeper>(config_, system_disk_, clock_,
                                             [this] { return history_->settled(); });
  archive_->start();
}

void Daemon::write_run_file() const {
  const std::string path = config_.data_directory + "/run.json";
  const std::string draft = path + ".new";
  {
    std::ofstream file(draft);
    file << "{\"pid\":" << getpid() << ",\"client\":" << doors_->client_port()
         << ",\"admin\":" << doors_->admin_port() << ",\"fix\":null}\n";
    if (!file.flush()) throw std::runtime_error(draft + ": cannot be written");
  }
  std::filesystem::rename(draft, path);
}

std::string Daemon::not_ready() const {
  if (is_stopping_.load()) return "stopping";
  if (has_journal_failed_.load()) return "the journal cannot be written";
  if (!is_imported_.load()) return "starting";
  if (const std::string_view thread = progress_.standing_still(); !thread.empty()) {
    return "the thread " + std::string(thread) + " stands still";
  }
  return quotes_ ? quotes_->not_ready() : std::string{};
}

// Whoever asks may send clients elsewhere when we are not ready. There is nowhere else to close a
// position, so what leaves closes possible does not make us that.
std::string Daemon::degraded() const {
  const core::Storage& storage = pipeline_->journal_stage().storage();
  if (storage.level() != core::StorageLevel::Ample) {
    return "the journal is short of room (" + std::string(to_string(storage.status())) +
           "): new orders are refused";
  }
  if (history_) {
    if (std::string trouble = history_->trouble(); !trouble.empty()) return trouble;
  }
  return parts_.down();
}

std::string Daemon::metrics() const {
  MetricsSources sources{*pipeline_,
                         *threads_,
                         doors_->client_counters(),
                         doors_->admin_counters(),
                         doors_->faults(),
                         parts_,
                         doors_->order_latency(),
                         quotes_.get(),
                         is_imported_.load() ? history_.get() : nullptr,
                         &progress_,
                         is_imported_.load() ? archive_.get() : nullptr,
                         backups_.get()};
  return render_metrics(sources);
}

// But for the one that prepares segments: it writes whole files, and says itself when it cannot.
void Daemon::watch_threads() {
  for (const auto& thread : threads_->threads()) {
    if (thread->options().name == "segments") continue;
    progress_.add(thread->options().name, [&thread = *thread] { return thread.rounds(); });
  }
}

void Daemon::wait_for_signal() {
  manager_.ready();
  while (!signals_.wait(kLookEvery)) look_after();
  manager_.stopping();
}

void Daemon::look_after() {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [name, stands_still] : progress_.look(now)) {
    if (stands_still) {
      log_error("the thread " + name + " has made no progress for " +
                std::to_string(kStandsStillAfter.count()) + " s");
    } else {
      log_info("the thread " + name + " goes on");
    }
  }
  for (const auto& thread : threads_->threads()) {
    if (thread->options().name == "engine") manager_.feed(thread->rounds(), now);
  }
  look_at_storage();
}

void Daemon::look_at_storage() {
  const core::Storage& storage = pipeline_->journal_stage().storage();
  const core::StorageLevel level = storage.level();
  if (level == std::exchange(storage_, level)) return;
  if (level == core::StorageLevel::Ample) {
    return log_info("journal: there is room again, everything is taken");
  }
  const std::string why = "journal: the next segment cannot be made (" +
                          std::string(to_string(storage.status())) + "), " +
                          std::to_string(storage.room() >> 10) + " KiB are left; ";
  if (level == core::StorageLevel::Short) {
    log_error(why + "new orders are refused until there is space");
  } else {
    log_error(why + "nearly everything but closes is refused until there is space");
  }
}

// No new connections, answers for what is under way, then the stages in the order of the flow. Who
// asks again does not want to wait for that: what was acknowledged is in the journal by now, so an
// end at once is no worse than a crash.
void Daemon::drain() {
  is_stopping_.store(true);
  log_info("draining");
  const std::jthread second_signal([this](const std::stop_token& is_over) {
    while (!is_over.stop_requested()) {
      if (!signals_.wait(kLookEvery)) continue;
      log_warning("a second signal: stopped at once");
      std::_Exit(1);
    }
  });
  if (backups_) backups_->give_up();
  if (quotes_) quotes_->pause();
  doors_->stop_accepting();
  const auto deadline = std::chrono::steady_clock::now() + config_.drain_timeout;
  doors_->stop(config_.drain_timeout);
  // Nobody reads the gateways' rings any more; what they still get is dropped there.
  while (!has_journal_failed_.load() && !pipeline_->is_drained() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kPoll);
  }
  threads_->stop();
  if (archive_) archive_->stop();
  if (history_) history_->stop();
  if (backups_) backups_->stop();
}

int Daemon::run() {
  // A folder of our own making is ours alone; one that was there stays as its owner wants it.
  if (std::filesystem::create_directories(config_.data_directory)) {
    chmod(config_.data_directory.c_str(), 0700);
  }
  open_log(config_.log, config_.data_directory);
  prepare_last_words();
  for (const std::string& section : config_.without_effect) {
    log_warning("config: " + section + " has no effect in this version");
  }
  if (!config_.gateway.cors_origins.empty()) {
    log_warning("config: gateway.cors_origins has no effect in this version");
  }
  calendar::load_time_zones();
  recover();
  open_doors();
  import_config();
  std::printf("tribook %s is up\n  clients  http://%s\n  admins   http://%s\n  data     %s\n",
              std::string(kVersion).c_str(), doors_->client_address().c_str(),
              doors_->admin_address().c_str(), config_.data_directory.c_str());
  std::fflush(stdout);
  wait_for_signal();
  drain();
  log_info("stopped");
  return has_journal_failed_.load() ? 1 : 0;
}

}  // namespace

int serve(const config::Config& config, const std::string& admin_password) {
  Daemon daemon(config, admin_password);
  return daemon.run();
}

}  // namespace tribook::app
