#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "core/house.h"
#include "core/journal_replay.h"
#include "gateway/api/seams.h"
#include "snapshot/shelf.h"
#include "time_machine/explain.h"
#include "tribook/base/time.h"
#include "tribook/journal/disk.h"

namespace tribook::app {

/// Explains beside the running daemon: replays what is durable of the journal, from the newest
/// snapshot that is older than what is asked for or from the journal's beginning, on a thread of
/// its own that stands back behind all others. What a change would bring about is tried there, too:
/// on the house that the replay gave. One at a time; a few wait.
class ExplainKeeper {
 public:
  using Question = gateway::Question;
  using Explanation = gateway::Explanation;
  using Outcome = Explanation::Outcome;
  using Done = std::function<void(const Explanation&)>;

  struct Ports {
    std::string journal_directory;
    std::string snapshot_directory;
    engine::EngineLimits limits;        ///< as large as the live house was built with
    std::function<Sequence()> written;  ///< the last record that may be read; any thread
    std::function<void(const std::string&)> log = {};  ///< what could not be read, and why
    std::string account_number_prefix{};
  };
  struct Options {
    std::size_t waiting = 8;  ///< with the one that is being told
    std::chrono::nanoseconds patience = std::chrono::seconds{30};  ///< from ask() to `done`
    std::size_t kept = 16;                                         ///< answers that are given again
  };

  /// The disk reads the archived segments, too. Disk and clock outlive it.
  ExplainKeeper(Ports ports, journal::Disk& disk, const base::Clock& clock)
      : ExplainKeeper(std::move(ports), disk, clock, Options{}) {}
  ExplainKeeper(Ports ports, journal::Disk& disk, const base::Clock& clock, Options options);
  ~ExplainKeeper() { stop(); }
  ExplainKeeper(const ExplainKeeper&) = delete;
  ExplainKeeper& operator=(const ExplainKeeper&) = delete;

  /// Calls `done` once, on a thread of its own. False, and it is not called, when too many wait,
  /// when one of this asker does, or after give_up(). Any thread.
  bool ask(const Question& question, Done done);

  /// Nothing is told any more: what is under way ends soon, and what waits is answered.
  void give_up();
  void stop();

 private:
  struct Job {
    Question question;
    Done done;
    TimeNs deadline;
  };
  /// Told at a record, of an account.
  struct Kept {
    Question question;
    Sequence at;
    AccountId account;
    std::string text;
  };
  struct Told {
    Explanation explanation;
    AccountId account;  ///< whose it is
    bool is_incomplete = false;
  };

  void run(const std::stop_token& is_over);
  [[nodiscard]] Explanation answer(const Job& job, const std::stop_token& is_over);
  [[nodiscard]] Told tell(const Job& job, Sequence until, const std::stop_token& is_over);
  [[nodiscard]] Told replay(const Job& job, Sequence until, const std::stop_token& is_over,
                            std::unique_ptr<core::House> house, Slab& slab,
                            const engine::EngineLimits& limits);
  [[nodiscard]] Told try_change(const Job& job, const std::stop_token& is_over, core::House& house,
                                engine::Outbox& outbox, Slab& slab) const;
  /// Why nothing more is told of it, if so.
  [[nodiscard]] std::optional<Outcome> cut_short(const Job& job,
                                                 const std::stop_token& is_over) const;
  [[nodiscard]] std::optional<snapshot::Snapshot> find_snapshot(const Question& question,
                                                                Sequence until) const;
  [[nodiscard]] const Kept* find_kept(const Question& question, Sequence at) const;
  void finish(const Job& job, const Explanation& explanation);

  Ports ports_;
  journal::Disk& disk_;
  const base::Clock& clock_;
  Options options_;
  snapshot::Shelf shelf_;
  std::deque<Kept> kept_;  // of the thread
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::deque<Job> jobs_;  // the first one is being told
  bool has_given_up_ = false;
  std::jthread thread_;
};

}  // namespace tribook::app
