#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "app/pipeline.h"
#include "journal/posix_disk.h"
#include "runtime/stage_thread.h"
#include "support/workload.h"
#include "tribook/base/histogram.h"
#include "tribook/base/time.h"

namespace tribook::bench {

class SteadyClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::steady_clock::now().time_since_epoch())
                .count()};
  }
};

/// Empties a gateway's ring as its thread would, and counts answers that are refusals.
class Clients final : public runtime::Stage {
 public:
  Clients(app::GatewayPort port, Slab& slab) : port_(port), slab_(slab) {}
  [[nodiscard]] std::string_view name() const override { return "clients"; }
  std::size_t do_work(TimeNs now) override;
  /// Any thread.
  [[nodiscard]] std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  app::GatewayPort port_;
  Slab& slab_;
  std::atomic<std::uint64_t> refused_{0};
};

struct Result {
  std::uint64_t wanted_rate = 0;  ///< orders a second; 0: as fast as it goes
  std::uint64_t orders = 0;
  double achieved_rate = 0;
  double waited_share = 0;     ///< of the time: no room in a ring to the second core
  base::Histogram latency_ns;  ///< only with a wanted rate
};

/// A pipeline whose risk, router and engine stages run on the calling thread; journal, egress and
/// the clients' side run on the second core, spinning.
class House {
 public:
  struct Options {
    std::string directory;
    std::size_t ring = 16'384;  ///< places in each
    int engine_core = 0;        ///< the caller is pinned to it
    int second_core = 1;
  };
  explicit House(const Options& options);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// Open loop: order i is due at begin + i / rate, each preceded by a quote. Its latency runs from
  /// then until the engine has applied it, its record and its events are in the rings to the second
  /// core, and the round is over.
  [[gnu::noinline]] Result measure(std::uint64_t rate, std::uint64_t orders);

  [[nodiscard]] std::uint64_t refused() const { return clients_->refused(); }

 private:
  void send(const Command& command);
  void submit_orders(std::uint64_t count);
  void step();

  [[nodiscard]] std::uint64_t processed() const {
    return pipeline_->sequencer().last_sequence().value;
  }

  SteadyClock clock_;
  journal::PosixDisk disk_;
  std::unique_ptr<app::Pipeline> pipeline_;
  std::unique_ptr<Clients> clients_;
  std::unique_ptr<runtime::StageThread> second_;
  std::unique_ptr<runtime::StageThread> segments_;
  app::GatewayPort port_;
  Workload workload_;
  std::uint64_t sequenced_ = 0;  // what all submitted commands come to
  TimeNs last_step_{};
  bool last_step_waited_ = false;
  std::int64_t waited_ns_ = 0;
};

}  // namespace tribook::bench
