#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/pipeline.h"
#include "app/system_clock.h"
#include "app/thread_plan.h"
#include "journal/posix_disk.h"
#include "runtime/parker.h"
#include "support/workload.h"
#include "tribook/base/histogram.h"

namespace tribook::bench {

struct Load {
  std::uint64_t orders = 0;
  double achieved_rate = 0;    ///< answers a second
  base::Histogram latency_ns;  ///< from an order's due time to its answer
  std::uint64_t commits = 0;   ///< of the journal
  std::uint64_t records = 0;   ///< of the journal
  double commit_ns_mean = 0;
  double others_percent = 0;  ///< of the machine, see MachineLoad
};

/// A pipeline on the threads that a daemon has by default: risk, router and engine on one, journal,
/// egress and the preparer of segments on one each, all sleeping when idle. The calling thread is
/// the clients': it sends orders when they are due, sleeps in between, and takes the answers. No
/// sockets, no store.
class RunningHouse {
 public:
  struct Options {
    std::string directory;
    journal::Durability durability = journal::Durability::Sync;
    WorkloadShape shape;
    std::uint64_t segment_bytes = 64ULL << 20;
  };
  explicit RunningHouse(const Options& options);
  ~RunningHouse();
  RunningHouse(const RunningHouse&) = delete;
  RunningHouse& operator=(const RunningHouse&) = delete;

  /// So many orders, each preceded by a quote, as fast as they are answered.
  void warm_up(std::uint64_t orders);
  /// Open loop: order i is due at begin + i / rate, with a quote halfway between two. Its latency
  /// runs from then until its answer, which waits for the journal, is in the clients' hands.
  [[nodiscard]] Load measure(std::uint64_t rate, std::uint64_t orders);

  [[nodiscard]] app::Pipeline& pipeline() { return *pipeline_; }
  [[nodiscard]] const base::Clock& clock() const { return clock_; }
  [[nodiscard]] journal::Disk& disk() { return disk_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  void set_up();
  bool send(const Command& command);
  void send_quote();
  void send_order();
  std::uint64_t take_answers();
  void answer(const Event& event);
  [[nodiscard]] std::int64_t due(std::uint64_t order) const;
  [[nodiscard]] std::int64_t quote_due(std::uint64_t quote) const;
  void wait(std::int64_t until);
  void wait_for(std::int64_t due);

  app::SystemClock clock_;
  journal::PosixDisk disk_;
  std::unique_ptr<app::Pipeline> pipeline_;
  std::unique_ptr<app::Threads> threads_;
  runtime::Parker parker_;
  app::GatewayPort port_;
  Workload workload_;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  // What is being measured.
  Load* load_ = nullptr;
  std::int64_t begin_ns_ = 0;
  std::uint64_t rate_ = 0;
  std::uint32_t first_request_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace tribook::bench
