#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string_view>

#include "sim/simulator.h"

// sim --seed N | --seeds A..B  [--steps N] [--canary NAME] [--verbose]

namespace tribook::sim {
namespace {

constexpr const char* kUsage =
    "usage: sim [--seed N | --seeds A..B] [--steps N] [--canary NAME] [--verbose]\n"
    "  --seed N       one run; everything in it follows from the seed\n"
    "  --seeds A..B   one run each; stops at the first that fails\n"
    "  --steps N      turns that the scheduler gives (10000)\n"
    "  --canary NAME  break something on purpose: sync-does-nothing, write-behind,\n"
    "                 last-batch-forgotten, other-client-id, event-lost, event-twice,\n"
    "                 store-forgets, follower-reads-ahead\n"
    "  --verbose      tell what happens\n";

struct Arguments {
  Options options;
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

bool parse(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse_range(std::string_view text, Arguments& arguments) {
  const auto dots = text.find("..");
  return dots != std::string_view::npos && parse(text.substr(0, dots), arguments.first) &&
         parse(text.substr(dots + 2), arguments.last) && arguments.first <= arguments.last;
}

bool parse_canary(std::string_view text, Canary& canary) {
  for (std::size_t i = 0; i < std::size(kCanaryNames); ++i) {
    if (kCanaryNames[i] != text) continue;
    canary = static_cast<Canary>(i);
    return true;
  }
  return false;
}

std::optional<Arguments> parse_arguments(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = values[i];
    if (name == "--verbose") {
      arguments.options.is_verbose = true;
      continue;
    }
    if (i + 1 == count) return std::nullopt;
    const std::string_view value = values[++i];
    bool is_good = false;
    if (name == "--seed") {
      is_good = parse(value, arguments.first);
      arguments.last = arguments.first;
    } else if (name == "--seeds") {
      is_good = parse_range(value, arguments);
    } else if (name == "--steps") {
      is_good = parse(value, arguments.options.steps);
    } else if (name == "--canary") {
      is_good = parse_canary(value, arguments.options.canary);
    }
    if (!is_good) return std::nullopt;
  }
  return arguments;
}

// An assertion of the house itself failed: say with which seed.
extern "C" void on_abort(int) {
  const Running& now = running();
  if (now.options != nullptr) {
    std::fprintf(stderr, "aborted at step %llu\n%s\n", static_cast<unsigned long long>(now.step),
                 reproduce(*now.options).c_str());
  }
  std::_Exit(3);
}

unsigned long long wide(std::uint64_t value) { return value; }

void print_figures(const Figures& f, double seconds) {
  std::printf(
      "%llu steps, %llu records, %llu events, %llu commands (%llu busy, %llu repeats, %llu "
      "without room), %llu fills\n",
      wide(f.steps), wide(f.records), wide(f.events), wide(f.commands), wide(f.busy),
      wide(f.repeats), wide(f.storage_refusals), wide(f.fills));
  std::printf(
      "%llu kills, %llu power cuts, %llu disk errors, %llu proper stops, settled %llu times\n",
      wide(f.kills), wide(f.power_cuts), wide(f.disk_errors), wide(f.stops), wide(f.settled));
  std::printf("the store committed %llu times and failed %llu times\n", wide(f.store_commits),
              wide(f.store_failures));
  std::printf("%llu snapshots were taken, the follower began with one %llu times, the house %llu\n",
              wide(f.snapshots), wide(f.snapshot_starts), wide(f.house_snapshot_starts));
  std::printf("%llu segments were archived, failures: %llu\n", wide(f.archived),
              wide(f.archive_failures));
  std::printf("%.1f simulated hours in %.2f s: %.0f steps/s, %.0f records/s\n",
              static_cast<double>(f.simulated_ms) / 3'600'000.0, seconds,
              static_cast<double>(f.steps) / seconds, static_cast<double>(f.records) / seconds);
}

int run_seeds(const Arguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  Figures figures;
  Options options = arguments.options;
  for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    options.seed = seed;
    const Outcome outcome = run(options);
    figures.add(outcome.figures);
    if (!outcome.is_good()) {
      std::printf("seed %llu: broken at step %llu: %s: %s\n%s\n", wide(seed), wide(outcome.step),
                  outcome.invariant.c_str(), outcome.what.c_str(), reproduce(options).c_str());
      return 1;
    }
    if (arguments.first == arguments.last) std::printf("digest %016llx\n", wide(outcome.digest));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%llu seeds good\n", wide(arguments.last - arguments.first + 1));
  print_figures(figures, took.count());
  return 0;
}

}  // namespace
}  // namespace tribook::sim

int main(int count, char** values) {
  std::signal(SIGABRT, tribook::sim::on_abort);
  const auto arguments = tribook::sim::parse_arguments(count, values);
  if (!arguments) {
    std::fputs(tribook::sim::kUsage, stderr);
    return 2;
  }
  return tribook::sim::run_seeds(*arguments);
}
