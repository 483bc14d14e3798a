#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "app/pipeline.h"
#include "journal/posix_disk.h"
#include "pipeline/workload.h"
#include "tribook/base/histogram.h"

// risk, router and engine inline on one core, journal append included; the disk and egress on the other.
// Open loop: orders have scheduled times, each preceded by its quote, and latency counts from the
// scheduled time to the moment at which the engine has applied the order and its record is on the way
// to the journal.

namespace tribook::bench {
namespace {

class SteadyClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::steady_clock::now().time_since_epoch()).count()};
  }
};

struct Result {
  std::uint64_t wanted_rate = 0;  // 0: as fast as it goes
  double achieved_rate = 0;
  base::Histogram latency_ns;
};

void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

class Bench {
 public:
  explicit Bench(const std::string& directory) {
    app::PipelineSettings settings;
    settings.limits = {Workload::kAccounts, 100'000, 64, 1'024};
    settings.views.accounts = Workload::kAccounts + 1;
    settings.views.users = Workload::kAccounts + 1;
    settings.views.open_positions = 100'000;
    settings.texts = 4'096;
    settings.ring = 65'536;
    settings.venues = 1;
    settings.journal_directory = directory;
    settings.segment_bytes = 256ULL << 20;
    settings.durability = journal::Durability::None;
    pipeline_ = std::make_unique<app::Pipeline>(settings, clock_, disk_);
    const app::Recovery recovery = pipeline_->start([](const std::string& what) {
      std::fprintf(stderr, "%s\n", what.c_str());
      std::abort();
    });
    if (!recovery.is_good) {
      std::fprintf(stderr, "%s\n", recovery.problem.c_str());
      std::abort();
    }
    port_ = pipeline_->gateway(0);
    pipeline_->sequencer().on_start();
    behind_ = std::thread([this] { run_behind(); });
    workload_.set_up(pipeline_->slab(), [this](const Command& command) { send(command); });
  }
  ~Bench() {
    stop_.store(true);
    behind_.join();
  }

  Result run(std::uint64_t rate, std::uint64_t orders) {
    Result result;
    result.wanted_rate = rate;
    const std::int64_t begin = clock_.now().ns;
    std::uint64_t sent = 0;
    while (sent < orders) {
      const std::int64_t now = clock_.now().ns;
      const std::int64_t due = rate == 0 ? now : begin + static_cast<std::int64_t>(sent * 1'000'000'000 / rate);
      if (due > now) continue;
      // Whatever is due goes in as one burst of the rings, as it would come from gateways.
      std::uint64_t last = sent + 1;
      if (rate != 0) last = std::min(orders, static_cast<std::uint64_t>(now - begin) * rate / 1'000'000'000 + 1);
      last = std::min(last, sent + kBurst);
      for (std::uint64_t i = sent; i < last; ++i) {
        while (!pipeline_->venue(0).try_push(workload_.next_quote())) step();
        while (!port_.commands->try_push(workload_.next_order())) step();
      }
      pushed_ += 2 * (last - sent);
      while (processed() < pushed_) step();
      const std::int64_t done = clock_.now().ns;
      for (std::uint64_t i = sent; i < last; ++i) {
        const std::int64_t scheduled = rate == 0 ? now : begin + static_cast<std::int64_t>(i * 1'000'000'000 / rate);
        result.latency_ns.record(static_cast<std::uint64_t>(done - scheduled));
      }
      sent = last;
    }
    const double seconds = static_cast<double>(clock_.now().ns - begin) / 1e9;
    result.achieved_rate = static_cast<double>(orders) / seconds;
    return result;
  }

 private:
  static constexpr std::uint64_t kBurst = 16;

  [[nodiscard]] std::uint64_t processed() const { return pipeline_->sequencer().last_sequence().value - base_; }

  void step() {
    const TimeNs now = clock_.now();
    pipeline_->risk_stage().do_work(now);
    pipeline_->router_stage().do_work(now);
    pipeline_->sequencer().do_work(now);
  }

  // Set-up: one command at a time.
  void send(const Command& command) {
    const std::uint64_t before = pipeline_->sequencer().last_sequence().value;
    while (!port_.commands->try_push(command)) step();
    while (pipeline_->sequencer().last_sequence().value == before) step();
    for (int i = 0; i < 4; ++i) step();
    base_ = pipeline_->sequencer().last_sequence().value;
  }

  void run_behind() {
    pin(1);
    Event event;
    while (!stop_.load(std::memory_order_relaxed)) {
      const TimeNs now = clock_.now();
      pipeline_->segment_stage().do_work(now);
      pipeline_->journal_stage().do_work(now);
      pipeline_->egress_stage().do_work(now);
      while (port_.events->try_pop(event)) pipeline_->slab().release(event.header.text);
    }
  }

  SteadyClock clock_;
  journal::PosixDisk disk_;
  std::unique_ptr<app::Pipeline> pipeline_;
  app::GatewayPort port_;
  Workload workload_;
  std::uint64_t base_ = 0;
  std::uint64_t pushed_ = 0;
  std::atomic<bool> stop_{false};
  std::thread behind_;
};

void print(const Result& r, bool json) {
  const auto us = [&](std::uint32_t per_million) {
    return static_cast<double>(r.latency_ns.percentile(per_million)) / 1e3;
  };
  const double max_us = static_cast<double>(r.latency_ns.max()) / 1e3;
  if (json) {
    std::printf("{\"bench\":\"pipeline\",\"rate\":%llu,\"achieved\":%.0f,\"p50_us\":%.3f,\"p90_us\":%.3f,"
                "\"p99_us\":%.3f,\"p999_us\":%.3f,\"max_us\":%.3f}\n",
                static_cast<unsigned long long>(r.wanted_rate), r.achieved_rate, us(500'000),
                us(900'000), us(990'000), us(999'000), max_us);
    return;
  }
  std::printf("%12s %12.0f %9.2f %9.2f %9.2f %9.2f %9.1f\n",
              r.wanted_rate == 0 ? "max" : std::to_string(r.wanted_rate).c_str(), r.achieved_rate,
              us(500'000), us(900'000), us(990'000), us(999'000), max_us);
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  std::string directory = (std::filesystem::temp_directory_path() / "tribook-bench-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  {
    Bench bench(directory + "/journal");
    pin(0);
    bench.run(0, 200'000);  // warm-up
    if (!json) std::printf("%12s %12s %9s %9s %9s %9s %9s\n", "orders/s", "achieved", "p50 us", "p90", "p99", "p99.9", "max");
    for (const std::uint64_t rate : {50'000UL, 100'000UL, 250'000UL, 500'000UL}) print(bench.run(rate, rate * 2), json);
    print(bench.run(0, 1'000'000), json);
  }
  std::filesystem::remove_all(directory);
  return 0;
}
