#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/archive_keeper.h"
#include "app/attempt.h"
#include "app/history_keeper.h"

namespace tribook::app {

/// What is kept of the past beside the journal: the store with what follows the journal for it, and
/// the archive. A disk that has no room for the store keeps nobody from trading: then it is opened
/// as soon as it has.
class Past {
 public:
  /// All outlive it. The store reads the journal by `reading`, with the archive; the archive is
  /// written to `disk`.
  Past(const config::Config& config, Pipeline& pipeline, journal::Disk& reading,
       journal::Disk& disk, const base::Clock& clock);
  ~Past() { stop(); }
  Past(const Past&) = delete;
  Past& operator=(const Past&) = delete;

  /// Opens the store and follows the journal from now on, or tries again in look(). Throws
  /// std::runtime_error when that would not help. As HistoryKeeper::open; `recovery` outlives it.
  void open(const Recovery& recovery, QuoteSource* quotes, std::vector<core::Silence> silences,
            Attempt::Time now);
  /// Every now and then, by the thread that called open().
  void look(Attempt::Time now) { opening_.look(now); }
  void stop();

  // Any thread.

  [[nodiscard]] persistence::HistoryPool& pool() { return history_.pool(); }
  /// What is wrong, as a sentence; empty when nothing is.
  [[nodiscard]] std::string trouble() const;
  /// Null until it is open.
  [[nodiscard]] HistoryKeeper* history() { return is_open_.load() ? &history_ : nullptr; }
  /// Null until the store is open, and when nothing shall be archived.
  [[nodiscard]] const ArchiveKeeper* archive() const {
    return is_open_.load() ? archive_.get() : nullptr;
  }

 private:
  std::string try_to_open();

  const config::Config& config_;
  journal::Disk& disk_;
  const base::Clock& clock_;
  const Recovery* recovery_ = nullptr;
  QuoteSource* quotes_ = nullptr;
  std::vector<core::Silence> silences_;
  HistoryKeeper history_;
  std::unique_ptr<ArchiveKeeper> archive_;
  std::atomic<bool> is_open_{false};
  Attempt opening_;
};

}  // namespace tribook::app
