#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "support/crowd_engine.h"
#include "support/cycles.h"
#include "support/machine_load.h"
#include "support/options.h"
#include "support/report.h"
#include "tribook/base/histogram.h"
#include "tribook/risk/risk.h"

// An order through every check of risk. bench/README.md says what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_risk [--json] [--accounts N] [--positions N,N,...] [--groups N] [--orders N]\n"
    "                  [--burst N] [--seed N] [--limits]\n"
    "  --limits: every limit is set, none of them is reached, and another symbol has a kill "
    "switch\n";

constexpr SymbolId kUnusedSymbol{Crowd::kSymbols + 1};

struct Settings {
  bool is_json = false;
  std::uint64_t accounts = 100'000;
  Options::Values positions{0, 100'000, 1'000'000};
  std::uint64_t groups = 3;
  std::uint64_t orders = 1'000'000;
  std::uint64_t burst = 32;  // under way at once
  std::uint64_t seed = 1;
  bool has_limits = false;
};

struct Result {
  base::Histogram cycles;
  std::uint64_t decided = 0;
  std::uint64_t passed = 0;
  double seconds = 0;  // at work, deciding
  double others_percent = 0;
};

// The engine's answer, by which the order's hold is given back.
Event answer_to(const Command& command) {
  Event event;
  event.header.gateway = command.header.gateway;
  event.header.request = command.header.request;
  event.header.account = command.header.account;
  event.set(OrderUpdated{});
  return event;
}

// So wide that none is reached.
void set_limits(risk::Risk& risk, Slab& slab) {
  const auto tell = [&](const auto& body, const auto& spec) {
    Event event;
    event.header.text = put_spec(slab, spec);
    event.set(body);
    risk.apply(event);
    slab.release(event.header.text);
  };
  LimitSet limits;
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    const bool is_watched = terms_of(limit).stage == LimitStage::Watched;
    limits.put(limit, 1'000'000'000 * kFixedOne, is_watched ? LimitMode::Warn : LimitMode::Reject);
  }
  tell(LimitsUpdated{}, limits);
  KillSwitchChanged change;
  change.scope = RiskScope::of(kUnusedSymbol);
  change.action = KillAction::Block;
  tell(change, KillReason{});
}

// As its stage does: what is next is fetched ahead, some orders at a time.
void decide(risk::Risk& risk, std::span<Command> burst, Result& result) {
  std::array<const Command*, risk::Risk::kPrefetchMax> ahead{};
  while (!burst.empty()) {
    const std::span<Command> next = burst.first(std::min(burst.size(), ahead.size()));
    for (std::size_t i = 0; i < next.size(); ++i) ahead[i] = &next[i];
    risk.prefetch({ahead.data(), next.size()});
    for (Command& command : next) {
      const std::uint64_t before = Cycles::now();
      risk.decide(command, risk.time());
      result.cycles.record(Cycles::now() - before);
    }
    burst = burst.subspan(next.size());
  }
}

Result measure(const Settings& settings, std::uint64_t positions) {
  CrowdShape shape;
  shape.accounts = static_cast<std::uint32_t>(settings.accounts);
  shape.positions = static_cast<std::uint32_t>(positions);
  shape.groups = static_cast<std::uint32_t>(settings.groups);
  shape.seed = settings.seed;
  const engine::EngineLimits limits = limits_of(shape);
  CrowdEngine house(limits);
  risk::Risk risk({limits.accounts, limits.positions, limits.symbols}, house.slab());
  Crowd crowd(shape, Crowd::kEurUsd, {Price{138'676'000}, Price{138'686'000}});
  house.set_up(crowd, [&](const Event& event) { risk.apply(event); });
  if (settings.has_limits) set_limits(risk, house.slab());
  std::vector<Command> burst(settings.burst);
  Result result;
  std::uint32_t request = 0;
  const MachineLoad load;
  for (std::uint64_t round = 0; round < settings.orders / settings.burst; ++round) {
    for (Command& command : burst) {
      command = crowd.any_order();
      command.header.gateway = 0;
      command.header.request = ++request;
    }
    const double begin = seconds_at_work();
    decide(risk, burst, result);
    result.seconds += seconds_at_work() - begin;
    for (const Command& command : burst) {
      ++result.decided;
      if (command.get<NewOrder>().decision == RejectCode::None) ++result.passed;
      risk.apply(answer_to(command));
    }
  }
  result.others_percent = load.others_percent();
  return result;
}

int run(const Settings& settings) {
  const Cycles cycles;
  Report report("risk", settings.is_json);
  for (const std::uint64_t positions : settings.positions) {
    const Result result = measure(settings, positions);
    const auto orders = static_cast<double>(result.decided);
    report.number("accounts", static_cast<double>(settings.accounts));
    report.number("positions", static_cast<double>(positions));
    report.number("orders", orders);
    report.number("passed_%", 100 * static_cast<double>(result.passed) / orders, 1);
    report.number("mean_ns", result.seconds / orders * 1e9 - cycles.timer_ns());
    report.steps(result.cycles, cycles);
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
  options.number("--accounts", settings.accounts, 1);
  options.numbers("--positions", settings.positions);
  options.number("--groups", settings.groups);
  options.number("--orders", settings.orders, 1);
  options.number("--burst", settings.burst, 1);
  options.number("--seed", settings.seed);
  options.flag("--limits", settings.has_limits);
  if (!options.parse(argc, argv) || settings.groups > 60) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
