#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "backup/backup.h"
#include "backup/key.h"
#include "backup/schedule.h"
#include "config/config.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

namespace tribook::app {

/// The key that a configuration or the environment (TRIBOOK_BACKUP_KEY) gives. `file` may be empty.
backup::KeyResult backup_key(const std::string& file);

/// The store, if it is of this journal: a journal that does not go as far has lost something. To be
/// asked before the backup begins.
std::optional<backup::Witness> store_witness(const config::Config& config, journal::Disk& disk);

/// What would keep a backup from being taken, as far as it can be seen beforehand. Changes nothing.
std::vector<std::string> backup_problems(const config::Config& config);

/// Takes backups when they are due, by the system's time, on a thread of its own that stands back
/// behind all others. What came of them is told in the log and in figures; a backup that fails is
/// an alert and keeps nobody from trading.
class BackupKeeper {
 public:
  /// All that is given outlives it. REQUIRES: config.backup.directory is set.
  BackupKeeper(const config::Config& config, journal::Disk& disk, const base::Clock& clock);
  ~BackupKeeper() { stop(); }
  BackupKeeper(const BackupKeeper&) = delete;
  BackupKeeper& operator=(const BackupKeeper&) = delete;

  /// The journal has a record by now.
  void start();
  /// None is begun any more, and one that is under way ends soon. stop() waits for that.
  void give_up();
  void stop();

  struct Figures {
    std::optional<TimeNs> last_success;  ///< when it was begun; of the newest in the folder
    bool has_failed = false;             ///< the last try
    bool is_overdue = false;
    std::uint64_t duration_ns = 0;  ///< of the last good one
    std::uint64_t bytes = 0;        ///< of the last good one
    std::uint64_t taken = 0;        ///< since the start
    std::uint64_t failures = 0;     ///< since the start
  };
  /// Any thread.
  [[nodiscard]] Figures figures() const;

 private:
  void run(const std::stop_token& is_over);
  void take(const std::stop_token& is_over);
  void succeeded(TimeNs begun, const backup::Taken& taken);
  void failed(const std::string& problem);
  void look_whether_overdue();

  const config::Config& config_;
  journal::Disk& disk_;
  const base::Clock& clock_;
  const std::string directory_;
  backup::Schedule schedule_;  // of the thread, once it runs
  mutable std::mutex mutex_;
  std::condition_variable_any wakes_;
  Figures figures_;
  std::jthread thread_;
};

}  // namespace tribook::app
