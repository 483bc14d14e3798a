#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "support/crowd_engine.h"
#include "support/options.h"
#include "support/report.h"
#include "tribook/risk/risk.h"
#include "views/views.h"

// What accounts and open positions cost in memory: engine, and the replicas of risk and views.
// bench/README.md says what is in a figure.

namespace tribook::bench {
namespace {

constexpr const char* kUsage = "usage: bench_memory [--json] [--accounts N] [--positions N]\n";

struct Settings {
  bool is_json = false;
  std::uint64_t accounts = 100'000;
  std::uint64_t positions = 1'000'000;
};

// Pages that the process has, in bytes: what was asked for and never touched is not in it.
double resident() {
  unsigned long long pages = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%*u %llu", &pages) != 1) return 0;
  std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

enum class Part : std::uint8_t { Engine, Risk, Views };

/// Of a house with so many of each, sized for them.
double bytes_of(Part part, std::uint64_t accounts, std::uint64_t positions) {
  CrowdShape shape;
  shape.accounts = static_cast<std::uint32_t>(accounts);
  shape.positions = static_cast<std::uint32_t>(positions);
  Crowd crowd(shape, Crowd::kEurUsd, {Price{138'676'000}, Price{138'686'000}});
  engine::EngineLimits limits = limits_of(shape);
  limits.positions = shape.positions + 16;
  const double before = resident();
  CrowdEngine house(limits);
  std::unique_ptr<risk::Risk> risk;
  std::unique_ptr<views::Views> views;
  if (part == Part::Risk) {
    risk = std::make_unique<risk::Risk>(
        risk::RiskLimits{limits.accounts, limits.positions, limits.symbols}, house.slab());
  }
  if (part == Part::Views) {
    views::ViewLimits seen;
    seen.accounts = seen.users = accounts + 16;
    seen.open_positions = positions + 16;
    seen.symbols = limits.symbols;
    seen.ledger = seen.orders = seen.trades = 1'024;  // their own limits, however many positions
    views = std::make_unique<views::Views>(seen, house.slab());
  }
  house.set_up(crowd, [&](const Event& event) {
    if (risk) risk->apply(event);
    if (views) views->apply(event);
  });
  if (views) views->flush();
  return resident() - before;
}

// In a process of its own: what one house gave back would be there for the next.
double alone(Part part, std::uint64_t accounts, std::uint64_t positions) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    const double bytes = bytes_of(part, accounts, positions);
    _exit(write(ends[1], &bytes, sizeof bytes) == sizeof bytes ? 0 : 1);
  }
  close(ends[1]);
  double bytes = 0;
  const bool is_told = child > 0 && read(ends[0], &bytes, sizeof bytes) == sizeof bytes;
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  if (is_told) return bytes;
  std::fputs("bench_memory: a house could not be measured\n", stderr);
  std::exit(1);
}

struct Cost {
  double account = 0;
  double position = 0;
};

Cost cost_of(const Settings& settings, Part part) {
  const double nobody = alone(part, 1, 0);
  const double accounts = alone(part, settings.accounts, 0);
  const double all = alone(part, settings.accounts, settings.positions);
  return {(accounts - nobody) / static_cast<double>(settings.accounts),
          (all - accounts) / static_cast<double>(settings.positions)};
}

int run(const Settings& settings) {
  Report report("memory", settings.is_json);
  const Cost engine = cost_of(settings, Part::Engine);
  const auto row = [&](const char* what, const Cost& cost) {
    report.text("part", what);
    report.number("accounts", static_cast<double>(settings.accounts));
    report.number("positions", static_cast<double>(settings.positions));
    report.number("bytes_an_account", cost.account);
    report.number("bytes_a_position", cost.position);
    report.print();
  };
  Cost sum = engine;
  row("engine", engine);
  for (const auto& [part, name] :
       {std::pair(Part::Risk, "risk"), std::pair(Part::Views, "views")}) {
    const Cost both = cost_of(settings, part);
    row(name, {both.account - engine.account, both.position - engine.position});
    sum.account += both.account - engine.account;
    sum.position += both.position - engine.position;
  }
  row("all", sum);
  return 0;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.number("--accounts", settings.accounts, 2);
  options.number("--positions", settings.positions, 1);
  if (!options.parse(argc, argv)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return run(settings);
}
