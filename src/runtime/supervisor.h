#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/stage.h"
#include "tribook/base/time.h"

namespace tribook::runtime {

/// How long a part that failed is left alone. It doubles while it goes on failing.
struct RestartPauses {
  std::chrono::nanoseconds first = std::chrono::milliseconds{100};
  std::chrono::nanoseconds longest = std::chrono::seconds{30};
  std::chrono::nanoseconds well_after = std::chrono::minutes{1};  ///< begun so long ago: `first`
};

/// Keeps the process when one part of it throws: the part is stopped, told of, and begun anew after
/// a pause. For parts that the rest can go on without, such as a venue or a gateway; where state
/// may be broken, in the engine or the journal, an exception ends the process. One thread runs it.
class Supervisor {
 public:
  struct Failure {
    std::string_view part;
    std::string_view what;
    std::chrono::nanoseconds pause{};
  };
  using Report = std::function<void(const Failure&)>;

  Supervisor(std::string part, Report report, RestartPauses pauses = {})
      : part_(std::move(part)), report_(std::move(report)), pauses_(pauses) {}

  /// Runs `work`, unless the part is down; once its pause is over, `begin` before it.
  template <typename Begin, typename Work>
  void run(TimeNs now, Begin&& begin, Work&& work) {
    if (!is_due(now)) return;
    try {
      if (is_down()) {
        begin();
        begun(now);
      }
      work();
    } catch (const std::exception& error) {
      fail(now, error.what());
    } catch (...) {
      fail(now, kNoText);
    }
  }

  // For a part that has a loop of its own.

  /// It threw; how long it stays down.
  std::chrono::nanoseconds fail(TimeNs now, std::string_view what);
  /// It runs again.
  void begun(TimeNs now);
  /// It may run: it is up, or its pause is over. A clock that was set back ends a pause.
  [[nodiscard]] bool is_due(TimeNs now) const {
    return !is_down() || now < failed_at_ || now - failed_at_ >= pause_;
  }

  // Any thread.
  [[nodiscard]] const std::string& part() const { return part_; }
  [[nodiscard]] bool is_down() const { return is_down_.load(std::memory_order_relaxed); }
  /// How often it was begun anew.
  [[nodiscard]] std::uint64_t restarts() const { return restarts_.load(std::memory_order_relaxed); }

  /// Of an exception that is no std::exception.
  static constexpr std::string_view kNoText = "an exception without a text";

 private:
  std::string part_;
  Report report_;
  RestartPauses pauses_;
  std::chrono::nanoseconds pause_{};
  TimeNs failed_at_{};
  TimeNs begun_at_{};
  std::atomic<bool> is_down_{false};
  std::atomic<std::uint64_t> restarts_{0};
};

/// A stage under supervision: what it throws does not reach the stages that share its thread.
class SupervisedStage final : public Stage {
 public:
  /// `begin_anew` puts the stage back to where it can work again, whatever it was doing; on the
  /// stage's thread.
  SupervisedStage(Stage& stage, std::string part, std::function<void()> begin_anew,
                  Supervisor::Report report, RestartPauses pauses = {});

  [[nodiscard]] std::string_view name() const override { return stage_.name(); }
  void on_start() override;
  std::size_t do_work(TimeNs now) override;
  void on_close() override;

  [[nodiscard]] const Supervisor& supervisor() const { return supervisor_; }

 private:
  Stage& stage_;
  std::function<void()> begin_anew_;
  Supervisor supervisor_;
  TimeNs last_now_{};
};

}  // namespace tribook::runtime
