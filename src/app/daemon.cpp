#include "app/daemon.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "app/alert_log.h"
#include "app/attempt.h"
#include "app/backup_keeper.h"
#include "app/bootstrap.h"
#include "app/doors.h"
#include "app/explain_keeper.h"
#include "app/guard_keeper.h"
#include "app/last_words.h"
#include "app/log.h"
#include "app/metrics.h"
#include "app/parts.h"
#include "app/past.h"
#include "app/progress_watch.h"
#include "app/quote_source.h"
#include "app/replay_source.h"
#include "app/run_file.h"
#include "app/service_manager.h"
#include "app/settings.h"
#include "app/start_log.h"
#include "app/stop_signals.h"
#include "app/system_clock.h"
#include "app/test_dealer.h"
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
constexpr std::chrono::seconds kLockPatience{10};
constexpr std::chrono::milliseconds kLockRetry{50};

// A stop was asked for before the start was over.
class StoppedEarly final : public std::exception {};

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
  bool wait_for_lock(std::chrono::steady_clock::time_point begin);
  void go_on_starting();
  void watch_threads();
  void wait_for_signal();
  void look_after();
  void look_at_storage();
  void drain();
  [[nodiscard]] std::string not_ready() const;
  [[nodiscard]] std::string degraded() const;
  [[nodiscard]] std::string metrics() const;
  [[nodiscard]] PipelineSettings settings() const;
  [[nodiscard]] ExplainKeeper::Ports explain_ports();

  const config::Config& config_;
  const std::string& admin_password_;
  StopSignals signals_;
  SystemClock clock_;
  journal::PosixDisk system_disk_;
  archive::ReadingDisk disk_;
  std::unique_ptr<Pipeline> pipeline_;
  Recovery recovery_;
  std::unique_ptr<QuoteSource> quotes_;
  std::unique_ptr<venue::test::TestVenue> dealer_;
  std::unique_ptr<Doors> doors_;
  Parts parts_;
  std::unique_ptr<Past> past_;  // null without a store
  std::unique_ptr<ExplainKeeper> explains_;
  std::unique_ptr<Threads> threads_;
  std::unique_ptr<BackupKeeper> backups_;  // null when none are asked for
  std::unique_ptr<AlertLog> alerts_;
  std::unique_ptr<GuardKeeper> guard_;  // null when it has nothing to look for
  ServiceManager manager_;
  Attempt run_file_{"run.json", "cannot be written", [this] {
                      return write_run_file(config_.data_directory, doors_->client_port(),
                                            doors_->admin_port());
                    }};
  ProgressWatch progress_{kStandsStillAfter};
  core::StorageLevel storage_ = core::StorageLevel::Ample;  // as last told in the log
  bool has_told_of_lock_ = false;
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

ExplainKeeper::Ports Daemon::explain_ports() {
  ExplainKeeper::Ports ports;
  ports.journal_directory = journal_directory(config_.data_directory);
  ports.snapshot_directory = snapshot_directory(config_.data_directory);
  ports.limits = pipeline_->capacity();
  ports.written = [this] { return pipeline_->journal_stage().written(); };
  ports.log = [](const std::string& what) { log_warning("explain: " + what); };
  ports.account_number_prefix = config_.accounts.number_prefix;
  return ports;
}

void Daemon::recover() {
  const TimeNs begin = clock_.now();
  PipelineSettings wanted = settings();
  wanted.on_progress = [this, log = StartLog()](const StartProgress& progress) mutable {
    log(progress);
    go_on_starting();
  };
  wanted.waits_for_lock = [this, begin = std::chrono::steady_clock::now()] {
    return wait_for_lock(begin);
  };
  wanted.why_no_take_over = [this](Sequence last) { return why_store_is_behind(config_, last); };
  if (config_.store.type == config::StoreType::Sqlite) {
    wanted.store_ahead = [this](Sequence last) { return find_store_ahead(config_, disk_, last); };
  }
  pipeline_ = std::make_unique<Pipeline>(wanted, clock_, disk_);
  recovery_ = pipeline_->start([this](const std::string& what) {
    log_error(what);
    has_journal_failed_.store(true);
    signals_.ask();
  });
  for (const std::string& snapshot : recovery_.passed_over) log_warning("snapshot: " + snapshot);
  if (!recovery_.is_good) throw std::runtime_error(recovery_.problem);
  if (recovery_.store_ahead) set_store_aside(*recovery_.store_ahead, recovery_.last, disk_);
  const std::chrono::nanoseconds took = clock_.now() - begin;
  log_recovery(recovery_, std::chrono::duration_cast<std::chrono::milliseconds>(took));
}

// A process that was killed is gone when the last of its threads is, which takes a while where all
// cores are busy.
bool Daemon::wait_for_lock(std::chrono::steady_clock::time_point begin) {
  if (std::chrono::steady_clock::now() - begin >= kLockPatience) return false;
  if (!has_told_of_lock_) log_info("journal: another process uses it, waiting for its end");
  has_told_of_lock_ = true;
  signals_.wait(kLockRetry);
  go_on_starting();
  return true;
}

// Something more is done. Nothing is lost by giving up here: what is recorded already, the next
// start finds.
void Daemon::go_on_starting() {
  if (signals_.is_asked()) throw StoppedEarly();
  manager_.starting(std::chrono::steady_clock::now());
}

void Daemon::open_doors() {
  std::string secret = config_.auth.jwt_secret;
  if (secret.empty()) secret = auth::load_or_create_secret(config_.data_directory + "/jwt.secret");
  if (config_.store.type == config::StoreType::Sqlite) {
    past_ = std::make_unique<Past>(config_, *pipeline_, disk_, system_disk_, clock_);
  }
  if (!config_.backup.directory.empty()) {
    backups_ = std::make_unique<BackupKeeper>(config_, system_disk_, clock_);
  }
  explains_ = std::make_unique<ExplainKeeper>(explain_ports(), disk_, clock_);
  doors_ = std::make_unique<Doors>(
      config_, *pipeline_, secret,
      DoorCallbacks{[this] { return not_ready(); }, [this] { return degraded(); },
                    [this] { return metrics(); }},
      past_ ? &past_->pool() : nullptr, *explains_, clock_);
  quotes_ = make_quote_source(config_, *pipeline_);
  std::vector<runtime::Stage*> venues;
  if (quotes_) venues.push_back(&parts_.add(*quotes_));
  dealer_ = make_test_venue(config_, *pipeline_);
  const runtime::Stage* dealing = nullptr;
  if (dealer_) {
    venues.push_back(&parts_.add(*dealer_, [this] { dealer_->begin_anew(); }));
    dealing = venues.back();
  }
  for (const runtime::Supervisor* gateway : doors_->supervisors()) parts_.add(*gateway);
  threads_ = std::make_unique<Threads>(*pipeline_, thread_plan(config_.threads), clock_, venues,
                                       doors_->wakers(), dealing);
  watch_threads();  // before anybody can ask for the metrics
  alerts_ = std::make_unique<AlertLog>(pipeline_->views());
  doors_->listen();
  doors_->start_threads();
  threads_->start();
  run_file_.begin(std::chrono::steady_clock::now());
}

void Daemon::import_config() {
  OwnClient client(*pipeline_, static_cast<std::uint8_t>(config_.gateway.io_threads));
  bootstrap(
      *pipeline_, client, config_, admin_password_,
      [](const GeneratedPassword& made) {
        std::printf("  %-12s password %s\n", made.username.c_str(), made.password.c_str());
        std::fflush(stdout);
      },
      [this] { go_on_starting(); });
  go_on_starting();
  if (past_) {
    // The system's clock may have been set back; recorded time does not fall with it.
    std::vector<core::Silence> silences = recovery_.silences;
    silences.push_back({recovery_.last_tick, std::max(recovery_.last_tick, clock_.now())});
    past_->open(recovery_, quotes_.get(), std::move(silences), std::chrono::steady_clock::now());
  }
  go_on_starting();
  if (backups_) backups_->start();
  if (config_.risk.guard.is_on()) {
    guard_ = std::make_unique<GuardKeeper>(config_, *pipeline_, clock_);
  }
  is_imported_.store(true);
  if (quotes_) quotes_->play();
}

std::string Daemon::not_ready() const {
  if (is_stopping_.load()) return "stopping";
  if (has_journal_failed_.load()) return "the journal cannot be written";
  if (pipeline_->journal_stage().storage().level() == core::StorageLevel::Full) {
    return "the disk takes nothing more (full, or read-only): all waits until it does";
  }
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
  if (past_) {
    if (std::string trouble = past_->trouble(); !trouble.empty()) return trouble;
  }
  if (std::string down = parts_.down(); !down.empty()) return down;
  return run_file_.trouble();
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
                         past_ ? past_->history() : nullptr,
                         &progress_,
                         past_ ? past_->archive() : nullptr,
                         backups_.get(),
                         alerts_.get()};
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
  run_file_.look(now);
  alerts_->look();
  if (guard_) guard_->look(now);
  if (past_) past_->look(now);
}

void Daemon::look_at_storage() {
  const core::Storage& storage = pipeline_->journal_stage().storage();
  const core::StorageLevel level = storage.level();
  if (level == std::exchange(storage_, level)) return;
  if (level == core::StorageLevel::Ample) {
    return log_info("journal: there is room again, everything is taken");
  }
  if (level == core::StorageLevel::Full) {
    return log_error(
        "journal: the disk takes nothing more (full, or read-only): nothing is taken, and what was "
        "taken last is written and answered when it does");
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

// No new connections, answers for what is under way, then the stages in the order of the flow.
void Daemon::drain() {
  is_stopping_.store(true);
  manager_.stopping();
  log_info("draining");
  if (backups_) backups_->give_up();
  if (explains_) explains_->give_up();
  if (quotes_) quotes_->pause();
  doors_->stop_accepting();
  const auto deadline = std::chrono::steady_clock::now() + config_.drain_timeout;
  doors_->stop(config_.drain_timeout);
  // Nobody reads the gateways' rings any more; what they still get is dropped there.
  while (!has_journal_failed_.load() && !pipeline_->is_drained() &&
         std::chrono::steady_clock::now() < deadline) {
    if (guard_) guard_->take_answers();
    std::this_thread::sleep_for(kPoll);
  }
  threads_->stop();
  if (explains_) explains_->stop();
  if (past_) past_->stop();
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
  try {
    recover();
    open_doors();
    import_config();
  } catch (const StoppedEarly&) {
    if (threads_) drain();
    log_info("stopped before it was up");
    return has_journal_failed_.load() ? 1 : 0;
  }
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
