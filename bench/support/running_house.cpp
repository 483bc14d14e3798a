#include "support/running_house.h"

#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "support/machine_load.h"

namespace tribook::bench {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kHalfSecondNs = 500'000'000;
constexpr std::uint64_t kUnderWayMost = 256;  // while warming up
constexpr std::uint32_t kPositions = 4'000'000;
constexpr std::chrono::milliseconds kLongestWait{1};
constexpr std::uint64_t kAwakeBeforeNs = 80'000;  // longer than a sleeper takes to be awake

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::_Exit(1);
}

app::PipelineSettings settings_of(const RunningHouse::Options& options) {
  app::PipelineSettings settings;
  settings.limits.accounts = options.shape.accounts;
  settings.limits.positions = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(options.shape.held_positions * 2, kPositions));
  settings.limits.symbols = 64;
  settings.limits.client_ids = 1'024;
  settings.views.accounts = options.shape.accounts + 1;
  settings.views.users = options.shape.accounts + 1;
  settings.views.open_positions = settings.limits.positions;
  settings.venues = 1;
  settings.journal_directory = options.directory;
  settings.segment_bytes = options.segment_bytes;
  settings.durability = options.durability;
  return settings;
}

}  // namespace

RunningHouse::RunningHouse(const Options& options) : workload_(options.shape) {
  // Sleeping until an order is due must not add the 50 us that the system allows itself.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  pipeline_ = std::make_unique<app::Pipeline>(settings_of(options), clock_, disk_);
  const app::Recovery recovery = pipeline_->start(give_up);
  if (!recovery.is_good) give_up(recovery.problem);
  port_ = pipeline_->gateway(0);
  threads_ = std::make_unique<app::Threads>(*pipeline_, app::ThreadPlan{}, clock_,
                                            std::vector<runtime::Stage*>{},
                                            std::vector<runtime::Waker*>{&parker_});
  threads_->start();
  set_up();
}

RunningHouse::~RunningHouse() { threads_->stop(); }

bool RunningHouse::send(const Command& command) {
  auto& ring = command.header.kind == CommandKind::Quote ? pipeline_->venue(0) : *port_.commands;
  const bool is_taken = ring.try_push(command);
  ring.notify();
  return is_taken;
}

// How late the system wakes a sleeper is not the house's doing, so the last moment is awaited
// awake: for at most a quarter of the time, since the house needs the cores as well.
void RunningHouse::wait_for(std::int64_t due) {
  const auto awake = static_cast<std::int64_t>(std::min(kAwakeBeforeNs, kHalfSecondNs / rate_ / 4));
  if (due - clock_.now().ns > awake) return wait(due - awake);
  while (clock_.now().ns < due && port_.events->peek() == nullptr) sched_yield();
}

// One at a time: what a command refers to must be there.
void RunningHouse::set_up() {
  workload_.set_up(pipeline_->slab(), [&](Command command) {
    if (command.header.kind != CommandKind::Quote) {
      command.header.gateway = 0;
      ++sent_;
    }
    while (!send(command)) take_answers();
    while (answered_ < sent_) {
      if (take_answers() == 0) wait(clock_.now().ns + kSecondNs);
    }
  });
  while (!pipeline_->is_drained()) wait(clock_.now().ns + kSecondNs);  // the last quotes
}

void RunningHouse::send_quote() {
  const Command quote = workload_.next_quote();
  while (!send(quote)) take_answers();
}

void RunningHouse::send_order() {
  const Command order = workload_.next_order();
  while (!send(order)) take_answers();
  ++sent_;
}

std::int64_t RunningHouse::due(std::uint64_t order) const {
  return begin_ns_ + static_cast<std::int64_t>((2 * order + 1) * kHalfSecondNs / rate_);
}

/// Quotes come halfway between orders.
std::int64_t RunningHouse::quote_due(std::uint64_t quote) const {
  return begin_ns_ + static_cast<std::int64_t>(2 * quote * kHalfSecondNs / rate_);
}

void RunningHouse::answer(const Event& event) {
  const bool is_refusal = event.header.kind == EventKind::Refused ||
                          (event.header.kind == EventKind::OrderUpdated &&
                           event.get<OrderUpdated>().code != RejectCode::None);
  if (is_refusal) ++refused_;
  if (event.header.kind != EventKind::Settled) return;
  ++answered_;
  if (load_ == nullptr) return;
  const std::int64_t latency = clock_.now().ns - due(event.header.request - first_request_);
  load_->latency_ns.record(static_cast<std::uint64_t>(std::max<std::int64_t>(latency, 0)));
}

std::uint64_t RunningHouse::take_answers() {
  std::uint64_t taken = 0;
  while (const Event* event = port_.events->peek()) {
    answer(*event);
    pipeline_->slab().release(event->header.text);
    port_.events->pop();
    ++taken;
  }
  return taken;
}

void RunningHouse::wait(std::int64_t until) {
  parker_.prepare();
  const std::int64_t left = until - clock_.now().ns;
  if (left <= 0 || port_.events->peek() != nullptr) return parker_.cancel();
  parker_.park(std::min<std::chrono::nanoseconds>(std::chrono::nanoseconds{left}, kLongestWait));
}

void RunningHouse::warm_up(std::uint64_t orders) {
  const std::uint64_t last = sent_ + orders;
  while (answered_ < last) {
    while (sent_ < last && sent_ - answered_ < kUnderWayMost) {
      send_quote();
      send_order();
    }
    if (take_answers() == 0) wait(clock_.now().ns + kSecondNs);
  }
}

Load RunningHouse::measure(std::uint64_t rate, std::uint64_t orders) {
  Load load;
  const MachineLoad machine;
  load.orders = orders;
  const auto& journal = pipeline_->journal_stage();
  const core::JournalStage::Figures before = journal.figures();
  first_request_ = workload_.last_request() + 1;
  const std::uint64_t first = sent_;
  load_ = &load;
  rate_ = rate;
  begin_ns_ = clock_.now().ns;
  std::uint64_t quotes = 0;
  while (answered_ < first + orders) {
    const std::uint64_t sent = sent_ - first;
    const bool is_quote = quotes == sent;
    const bool is_all_sent = sent == orders;
    const std::int64_t next = is_all_sent ? clock_.now().ns + kSecondNs
                              : is_quote  ? quote_due(quotes)
                                          : due(sent);
    if (next > clock_.now().ns) {
      if (take_answers() == 0) wait_for(next);
    } else if (is_quote) {
      send_quote();
      ++quotes;
    } else {
      send_order();
      take_answers();
    }
  }
  load_ = nullptr;
  const auto took = static_cast<double>(clock_.now().ns - begin_ns_);
  load.achieved_rate = static_cast<double>(orders) * static_cast<double>(kSecondNs) / took;
  load.others_percent = machine.others_percent();
  const core::JournalStage::Figures after = journal.figures();
  load.commits = after.commits - before.commits;
  load.records = after.records - before.records;
  load.commit_ns_mean = static_cast<double>(after.commit_ns_total - before.commit_ns_total) /
                        static_cast<double>(std::max<std::uint64_t>(load.commits, 1));
  return load;
}

}  // namespace tribook::bench
