#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/follower.h"
#include "core/house_snapshot.h"
#include "runtime/spare_time.h"
#include "runtime/stage_thread.h"
#include "snapshot/shelf.h"
#include "support/options.h"
#include "support/report.h"
#include "support/running_house.h"

// Orders at a fixed rate while the follower takes one snapshot after the other, and while it takes
// none; bench/README.md says what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_snapshot [--json] [--rate N] [--seconds <per turn>] [--rounds N]\n"
    "                      [--positions N] [--accounts N] [--directory DIR]\n";

struct Settings {
  bool is_json = false;
  std::uint64_t rate = 10'000;
  std::uint64_t seconds = 3;
  std::uint64_t rounds = 2;
  std::uint64_t positions = 100'000;
  std::uint64_t accounts = 10'000;
  std::string directory = folder_beside_program();
};

/// Follows a house as a daemon's store does, on a thread of its own, without a store.
class Taker {
 public:
  Taker(RunningHouse& house, const std::string& directory, bool in_spare_time)
      : in_spare_time_(in_spare_time),
        clock_(house.clock()),
        shelf_(house.disk(), directory + "/snapshots", 2),
        follower_(options_of(house, directory), ports_of(house), house.disk()) {
    runtime::ThreadOptions options;
    options.name = "store";
    options.rounds_before_park = 1;
    options.longest_park = std::chrono::milliseconds{20};
    thread_ = std::make_unique<runtime::StageThread>(options, clock_,
                                                     std::vector<runtime::Stage*>{&follower_});
    thread_->start();
  }
  ~Taker() {
    is_on_.store(false);
    thread_->stop();
  }
  Taker(const Taker&) = delete;
  Taker& operator=(const Taker&) = delete;

  void set_on(bool is_on) { is_on_.store(is_on); }
  [[nodiscard]] std::uint64_t taken() const { return taken_.load(); }
  [[nodiscard]] std::uint64_t taking_ns() const { return taking_ns_.load(); }
  [[nodiscard]] std::uint64_t lag() const { return follower_.figures().lag; }

 private:
  static core::FollowerOptions options_of(RunningHouse& house, const std::string& directory) {
    core::FollowerOptions options;
    options.journal_directory = directory + "/journal";
    options.limits = house.pipeline().capacity();
    options.snapshot_after_records = 1;
    return options;
  }
  core::Follower::Ports ports_of(RunningHouse& house) {
    core::Follower::Ports ports;
    ports.written = [&house] { return house.pipeline().journal_stage().written(); };
    ports.on_stop = [](Sequence, const std::string& what) {
      std::fprintf(stderr, "%s\n", what.c_str());
      std::_Exit(1);
    };
    ports.on_snapshot = [this](const core::House& followed, const core::FormingCandles& candles,
                               const journal::EndPosition& position) {
      if (!is_on_.load()) return true;
      const auto work = [&] { take(followed, candles, position); };
      if (in_spare_time_) {
        spare_time_.run(work);
      } else {
        work();
      }
      return true;
    };
    return ports;
  }
  void take(const core::House& house, const core::FormingCandles& candles,
            const journal::EndPosition& position) {
    const std::int64_t begin = clock_.now().ns;
    const std::string problem = shelf_.put(core::snapshot_of(house, candles, position));
    if (!problem.empty()) std::fprintf(stderr, "%s\n", problem.c_str());
    taking_ns_ += static_cast<std::uint64_t>(clock_.now().ns - begin);
    ++taken_;
  }

  const bool in_spare_time_;
  const base::Clock& clock_;
  std::atomic<bool> is_on_{false};
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> taking_ns_{0};
  snapshot::Shelf shelf_;
  runtime::SpareTime spare_time_;
  core::Follower follower_;
  std::unique_ptr<runtime::StageThread> thread_;
};

struct Turn {
  const char* durability;
  const char* taken_in;
  bool is_on;
};

void print(bool is_json, const Turn& turn, const Load& load, std::uint64_t taken, double each_ms) {
  Report report("snapshot", is_json);
  report.text("durability", turn.durability);
  report.text("taken_in", turn.taken_in);
  report.text("snapshots", turn.is_on ? "always" : "none");
  report.number("taken", static_cast<double>(taken));
  report.number("ms_each", each_ms);
  report.number("others_%", load.others_percent, 1);
  report.number("achieved", load.achieved_rate);
  report.percentiles(load.latency_ns);
  report.print();
}

void measure_turn(const Settings& settings, const Turn& turn, RunningHouse& house, Taker& taker) {
  while (taker.lag() > settings.rate / 10) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  const std::uint64_t taken = taker.taken();
  const std::uint64_t taking_ns = taker.taking_ns();
  taker.set_on(turn.is_on);
  const Load load = house.measure(settings.rate, settings.rate * settings.seconds);
  taker.set_on(false);
  const std::uint64_t count = taker.taken() - taken;
  const auto took_ms = static_cast<double>(taker.taking_ns() - taking_ns) / 1e6;
  print(settings.is_json, turn, load, count, count == 0 ? 0 : took_ms / static_cast<double>(count));
}

/// In turns, so that a machine that changes its mind does so for all.
void measure(const Settings& settings, const char* name, journal::Durability durability) {
  const TemporaryFolder folder(settings.directory);
  WorkloadShape shape;
  shape.accounts = static_cast<std::uint32_t>(settings.accounts);
  shape.held_positions = settings.positions;
  RunningHouse house({folder.path() + "/journal", durability, shape, 64ULL << 20});
  house.warm_up(settings.positions + 20'000);
  for (std::uint64_t round = 0; round < settings.rounds; ++round) {
    for (const bool in_spare_time : {false, true}) {
      Taker taker(house, folder.path(), in_spare_time);
      const char* const taken_in = in_spare_time ? "spare" : "any";
      measure_turn(settings, {name, taken_in, false}, house, taker);
      measure_turn(settings, {name, taken_in, true}, house, taker);
    }
  }
  if (house.refused() == 0) return;
  std::fprintf(stderr, "orders were refused: the figures are of no use\n");
  std::exit(1);
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.number("--rate", settings.rate, 1);
  options.number("--seconds", settings.seconds, 1);
  options.number("--rounds", settings.rounds, 1);
  options.number("--positions", settings.positions, 1);
  options.number("--accounts", settings.accounts, 1);
  options.text("--directory", settings.directory);
  if (!options.parse(argc, argv)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  measure(settings, "sync", tribook::journal::Durability::Sync);
  measure(settings, "none", tribook::journal::Durability::None);
  return 0;
}
