#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "support/crowd_engine.h"
#include "support/cycles.h"
#include "support/machine_load.h"
#include "support/options.h"
#include "support/report.h"
#include "support/ticks.h"
#include "tribook/base/histogram.h"

// A quote through the engine: marks, triggers, stop-losses that follow, accounts. bench/README.md
// says what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_tick [--json] [--file CSV] [--symbol 1 EURUSD, 2 XAUUSD] [--ticks N]\n"
    "                  [--positions N,N,...] [--accounts N] [--groups N] [--warm-up N]\n"
    "                  [--no-levels] [--seed N]\n";

struct Settings {
  bool is_json = false;
  std::string file;
  std::uint64_t symbol = Crowd::kEurUsd.value;
  std::uint64_t ticks = 300'000;  // of the walk, or of the file at most
  Options::Values positions{1'000, 1'000'000};
  std::uint64_t accounts = 100'000;
  std::uint64_t groups = 3;
  bool has_no_levels = false;
  std::uint64_t warm_up = 10'000;
  std::uint64_t seed = 1;

  [[nodiscard]] SymbolId quoted() const { return SymbolId{static_cast<std::uint16_t>(symbol)}; }
};

struct Result {
  base::Histogram cycles;
  std::uint64_t quotes = 0;
  std::uint64_t closed = 0;
  std::uint64_t moved = 0;  // levels that followed
  std::uint64_t called = 0;
  std::uint64_t quiet = 0;         // quotes that closed, moved and called nothing
  std::uint64_t quiet_cycles = 0;  // of those
  double seconds = 0;              // at work
  double others_percent = 0;
};

void count(const engine::Outbox& events, Result& result) {
  for (const Event& event : events) {
    if (event.header.kind == EventKind::TradeExecuted) ++result.closed;
    if (event.header.kind == EventKind::MarginCall) ++result.called;
    if (event.header.kind == EventKind::PositionUpdated &&
        event.get<PositionUpdated>().action == PositionAction::Modified)
      ++result.moved;
  }
}

Result measure(const Settings& settings, const std::vector<BidAsk>& ticks,
               std::uint64_t positions) {
  CrowdShape shape;
  shape.accounts = static_cast<std::uint32_t>(settings.accounts);
  shape.positions = static_cast<std::uint32_t>(positions);
  shape.groups = static_cast<std::uint32_t>(settings.groups);
  shape.has_levels = !settings.has_no_levels;
  shape.seed = settings.seed;
  CrowdEngine house(limits_of(shape));
  Crowd crowd(shape, settings.quoted(), ticks.front());
  house.set_up(crowd);
  if (house.refused() != 0) {
    std::fprintf(stderr, "%llu orders were refused: the figures are of no use\n",
                 static_cast<unsigned long long>(house.refused()));
    std::exit(1);
  }
  const std::size_t last = std::min<std::size_t>(ticks.size(), settings.ticks);
  const std::size_t first = std::min<std::size_t>(settings.warm_up, last / 2);
  for (std::size_t i = 0; i < first; ++i) house.apply(crowd.quote(settings.quoted(), ticks[i]));
  Result result;
  const MachineLoad load;
  const double begin = seconds_at_work();
  for (std::size_t i = first; i < last; ++i) {
    const Command quote = crowd.quote(settings.quoted(), ticks[i]);
    const std::uint64_t before = Cycles::now();
    house.apply(quote);
    const std::uint64_t took = Cycles::now() - before;
    result.cycles.record(took);
    ++result.quotes;
    if (house.events().size() != 1) {
      count(house.events(), result);
    } else {
      ++result.quiet;
      result.quiet_cycles += took;
    }
  }
  result.seconds = seconds_at_work() - begin;
  result.others_percent = load.others_percent();
  return result;
}

// The mean of quotes from which nothing follows but looks at accounts.
double quiet_ns(const Result& result, const Cycles& cycles) {
  return cycles.ns(result.quiet_cycles) / static_cast<double>(result.quiet) - cycles.timer_ns();
}

int run(const Settings& settings) {
  CrowdShape nobody;
  nobody.accounts = nobody.positions = 0;
  const Crowd listed(nobody, SymbolId{}, {});
  const std::int64_t tick = settings.quoted() == Crowd::kXauUsd ? 100'000 : 1'000;
  const std::vector<BidAsk> ticks =
      settings.file.empty()
          ? walk(listed.price_of(settings.quoted()), tick, settings.ticks, settings.seed)
          : read_ticks(settings.file);
  if (ticks.empty()) return 1;
  const Cycles cycles;
  Report report("tick", settings.is_json);
  double least = 0;  // mean with the fewest positions
  for (const std::uint64_t positions : settings.positions) {
    const Result result = measure(settings, ticks, positions);
    const auto quotes = static_cast<double>(result.quotes);
    const double mean = result.seconds / quotes * 1e9 - cycles.timer_ns();
    if (least == 0) least = mean;
    report.number("positions", static_cast<double>(positions));
    report.number("accounts", static_cast<double>(settings.accounts));
    report.number("quotes", quotes);
    report.number("mean_ns", mean);
    report.number("ratio", mean / least, 2);
    report.number("quiet_ns", quiet_ns(result, cycles));
    report.steps(result.cycles, cycles);
    report.number("closed", static_cast<double>(result.closed));
    report.number("followed", static_cast<double>(result.moved));
    report.number("calls", static_cast<double>(result.called));
    report.number("others_%", result.others_percent, 1);
    report.print();
  }
  return 0;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.text("--file", settings.file);
  options.number("--symbol", settings.symbol, 1);
  options.number("--ticks", settings.ticks, 1);
  options.numbers("--positions", settings.positions);
  options.number("--accounts", settings.accounts, 1);
  options.number("--groups", settings.groups);
  options.flag("--no-levels", settings.has_no_levels);
  options.number("--warm-up", settings.warm_up);
  options.number("--seed", settings.seed);
  if (!options.parse(argc, argv) || settings.symbol > 2 || settings.groups > 60) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
