#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/commands.h"
#include "sim/faults.h"
#include "sim/shrink.h"
#include "sim/simulator.h"

// sim --seed N | --seeds A..B: see kUsage.

namespace tribook::sim {
namespace {

constexpr const char* kUsage =
    "usage: sim [--seed N | --seeds A..B] [OPTION...]\n"
    "  --seed N       one run; everything in it follows from the seed\n"
    "  --seeds A..B   one run each; stops at the first that fails\n"
    "  --steps N      turns that the scheduler gives (10000)\n"
    "  --shrink       a run that fails is made smaller, as long as the same is broken\n"
    "  --shrink-runs N  with so many runs at most (400)\n"
    "  --json         the figures as JSON, on one line\n"
    "  --canary NAME  break something on purpose, see --list\n"
    "  --verbose      tell what happens\n"
    "  --list         names of canaries, commands and faults\n"
    "what --shrink prints:\n"
    "  --without A,B        kinds of commands and faults that are left out\n"
    "  --faults N..N,N      only these strikes, counted from 1; or none\n"
    "  --skip-steps N..N    steps in which nobody gets a turn\n"
    "  --skip-commands N..N commands that are not sent\n";

struct Arguments {
  Options options;
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::uint64_t shrink_runs = 400;
  bool shrinks = false;
  bool is_json = false;
  bool lists = false;
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

bool parse_without(std::string_view text, Cut& cut) {
  std::vector<std::string> known = command_names();
  const std::vector<std::string> faults = fault_names();
  known.insert(known.end(), faults.begin(), faults.end());
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string name(text.substr(0, comma));
    if (std::find(known.begin(), known.end(), name) == known.end()) return false;
    cut.without.push_back(name);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return true;
}

bool parse_numbers(std::string_view text, Numbers& numbers) {
  const auto parsed = Numbers::parse(text);
  if (parsed) numbers = *parsed;
  return parsed.has_value();
}

bool parse_flag(std::string_view name, Arguments& arguments) {
  bool* flag = name == "--verbose"  ? &arguments.options.is_verbose
               : name == "--shrink" ? &arguments.shrinks
               : name == "--json"   ? &arguments.is_json
               : name == "--list"   ? &arguments.lists
                                    : nullptr;
  if (flag != nullptr) *flag = true;
  return flag != nullptr;
}

bool parse_value(std::string_view name, std::string_view value, Arguments& arguments) {
  Options& options = arguments.options;
  if (name == "--seed") {
    const bool is_good = parse(value, arguments.first);
    arguments.last = arguments.first;
    return is_good;
  }
  if (name == "--seeds") return parse_range(value, arguments);
  if (name == "--steps") return parse(value, options.steps);
  if (name == "--shrink-runs") return parse(value, arguments.shrink_runs);
  if (name == "--canary") return parse_canary(value, options.canary);
  if (name == "--without") return parse_without(value, options.cut);
  if (name == "--skip-steps") return parse_numbers(value, options.cut.steps);
  if (name == "--skip-commands") return parse_numbers(value, options.cut.commands);
  if (name != "--faults") return false;
  options.cut.faults = Numbers{};
  return value == "none" || parse_numbers(value, *options.cut.faults);
}

std::optional<Arguments> parse_arguments(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = values[i];
    if (parse_flag(name, arguments)) continue;
    if (i + 1 == count || !parse_value(name, values[i + 1], arguments)) return std::nullopt;
    ++i;
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

void print_list() {
  std::printf("canaries:\n");
  for (const std::string_view name : kCanaryNames) std::printf("  %s\n", name.data());
  std::printf("commands:\n");
  for (const std::string& name : command_names()) std::printf("  %s\n", name.c_str());
  std::printf("faults:\n");
  for (const std::string& name : fault_names()) std::printf("  %s\n", name.c_str());
}

void print_broken(const Options& options, const Outcome& outcome) {
  std::printf("seed %llu: broken at step %llu: %s: %s\n%s\n", wide(options.seed),
              wide(outcome.step), outcome.invariant.c_str(), outcome.what.c_str(),
              reproduce(options).c_str());
}

void make_smaller(const Options& options, const Outcome& outcome, std::uint64_t runs) {
  const Shrunk shrunk = shrink(options, outcome, runs);
  std::printf("shrunk in %llu runs to %llu steps, %llu commands, %llu faults:\n", wide(shrunk.runs),
              wide(shrunk.outcome.size.steps), wide(shrunk.outcome.size.commands),
              wide(shrunk.outcome.size.faults));
  print_broken(shrunk.options, shrunk.outcome);
}

int run_seeds(const Arguments& arguments) {
  const auto begin = std::chrono::steady_clock::now();
  Figures figures;
  Options options = arguments.options;
  for (std::uint64_t seed = arguments.first; seed <= arguments.last; ++seed) {
    options.seed = seed;
    // To make a run smaller that ends the process, it must not end this one.
    const Outcome outcome = arguments.shrinks ? run_apart(options) : run(options);
    figures.add(outcome.figures);
    if (!outcome.is_good()) {
      print_broken(options, outcome);
      if (arguments.shrinks) make_smaller(options, outcome, arguments.shrink_runs);
      return 1;
    }
    if (arguments.first == arguments.last && !arguments.is_json) {
      std::printf("digest %016llx\n", wide(outcome.digest));
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (arguments.is_json) {
    std::fputs(figures.json(took.count()).c_str(), stdout);
    return 0;
  }
  std::printf("%llu seeds good\n", wide(arguments.last - arguments.first + 1));
  if (!arguments.shrinks) std::fputs(figures.text(took.count()).c_str(), stdout);
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
  if (arguments->lists) {
    tribook::sim::print_list();
    return 0;
  }
  try {
    return tribook::sim::run_seeds(*arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sim: %s\n", error.what());
    return 2;
  }
}
