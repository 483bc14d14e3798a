#include "pipeline/house.h"

#include <pthread.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace tribook::bench {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::uint64_t kBurst = 16;  // what is due goes in by so many at once, as from a socket

void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

app::PipelineSettings settings_of(const House::Options& options) {
  app::PipelineSettings settings;
  settings.limits = {WorkloadShape{}.accounts, 100'000, 64, 1'024};
  settings.views.accounts = WorkloadShape{}.accounts + 1;
  settings.views.users = WorkloadShape{}.accounts + 1;
  settings.views.open_positions = 100'000;
  settings.ring = options.ring;
  settings.venues = 1;
  settings.journal_directory = options.directory;
  settings.segment_bytes = 256ULL << 20;
  settings.durability = journal::Durability::None;
  return settings;
}

}  // namespace

std::size_t Clients::do_work(TimeNs) {
  std::size_t taken = 0;
  Event event;
  while (port_.events->try_pop(event)) {
    const bool is_refusal = event.header.kind == EventKind::Refused ||
                            (event.header.kind == EventKind::OrderUpdated &&
                             event.get<OrderUpdated>().code != RejectCode::None);
    if (is_refusal) refused_.fetch_add(1, std::memory_order_relaxed);
    slab_.release(event.header.text);
    ++taken;
  }
  return taken;
}

House::House(const Options& options) {
  const app::PipelineSettings settings = settings_of(options);
  pipeline_ = std::make_unique<app::Pipeline>(settings, clock_, disk_);
  const app::Recovery recovery = pipeline_->start(give_up);
  if (!recovery.is_good) give_up(recovery.problem);
  port_ = pipeline_->gateway(0);
  clients_ = std::make_unique<Clients>(port_, pipeline_->slab());
  const std::vector<runtime::Stage*> behind{&pipeline_->journal_stage(), &pipeline_->egress_stage(),
                                            clients_.get()};
  second_ = std::make_unique<runtime::StageThread>(
      runtime::ThreadOptions{"second", runtime::WaitStrategy::Spin, options.second_core}, clock_,
      behind);
  segments_ = std::make_unique<runtime::StageThread>(
      runtime::ThreadOptions{"segments", runtime::WaitStrategy::Park, options.second_core}, clock_,
      std::vector<runtime::Stage*>{&pipeline_->segment_stage()});
  second_->start();
  segments_->start();
  pin(options.engine_core);
  pipeline_->sequencer().on_start();
  workload_.set_up(pipeline_->slab(), [this](const Command& command) { send(command); });
  sequenced_ = processed();
}

House::~House() {
  segments_->stop();
  second_->stop();
}

// A step after one that moved nothing while commands were under way: the engine waited for room.
void House::step() {
  const TimeNs now = clock_.now();
  if (last_step_waited_) waited_ns_ += (now - last_step_).count();
  last_step_ = now;
  const std::uint64_t before = processed();
  pipeline_->risk_stage().do_work(now);
  pipeline_->router_stage().do_work(now);
  pipeline_->sequencer().do_work(now);
  last_step_waited_ = processed() == before && before < sequenced_;
}

// Set-up, one command at a time: a new symbol's session opens in a record of its own after it.
void House::send(const Command& command) {
  const std::uint64_t before = processed();
  while (!port_.commands->try_push(command)) step();
  while (processed() == before) step();
  for (int i = 0; i < 4; ++i) step();
}

void House::submit_orders(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const Command quote = workload_.next_quote();
    while (!pipeline_->venue(0).try_push(quote)) step();
    const Command order = workload_.next_order();
    while (!port_.commands->try_push(order)) step();
    sequenced_ += 2;
  }
  while (processed() < sequenced_) step();
}

Result House::measure(std::uint64_t rate, std::uint64_t orders) {
  Result result;
  result.wanted_rate = rate;
  result.orders = orders;
  waited_ns_ = 0;
  const std::int64_t begin = clock_.now().ns;
  const auto due = [&](std::uint64_t order) {
    return begin + static_cast<std::int64_t>(order * kSecondNs / rate);
  };
  for (std::uint64_t sent = 0; sent < orders;) {
    std::uint64_t last = std::min(orders, sent + kBurst);
    if (rate != 0) {
      const std::int64_t now = clock_.now().ns;
      if (due(sent) > now) {
        step();  // as a thread that waits does
        continue;
      }
      while (last - 1 > sent && due(last - 1) > now) --last;
    }
    submit_orders(last - sent);
    const std::int64_t done = clock_.now().ns;
    for (; sent < last; ++sent) {
      if (rate != 0) result.latency_ns.record(static_cast<std::uint64_t>(done - due(sent)));
    }
  }
  const auto took = static_cast<double>(clock_.now().ns - begin);
  result.achieved_rate = static_cast<double>(orders) * static_cast<double>(kSecondNs) / took;
  result.waited_share = static_cast<double>(waited_ns_) / took;
  return result;
}

}  // namespace tribook::bench
