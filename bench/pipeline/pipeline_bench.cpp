#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>

#include "pipeline/house.h"
#include "support/options.h"
#include "support/report.h"

// The whole way of an order at fixed rates; bench/README.md says what is in a figure and what is
// not.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_pipeline [--json] [--rates 50000,100000,...] [--seconds <per rate>]\n"
    "                      [--max-orders <of the run without a rate>] [--warm-up <orders>]\n"
    "                      [--ring <places>] [--directory <for the journal>]\n"
    "                      [--cores <engine>,<second>]\n";

struct Settings {
  bool is_json = false;
  Options::Values rates{50'000, 100'000, 250'000, 500'000, 1'000'000};
  std::uint64_t seconds = 5;
  std::uint64_t max_orders = 2'000'000;
  std::uint64_t warm_up = 400'000;
  std::uint64_t ring = 16'384;
  std::string directory = std::filesystem::temp_directory_path();
  Options::Values cores{0, 1};
};

void print(Report& report, const Result& result) {
  report.number("rate", static_cast<double>(result.wanted_rate));
  report.number("achieved", result.achieved_rate);
  report.number("waited_percent", result.waited_share * 100, 1);
  if (result.wanted_rate != 0) report.percentiles(result.latency_ns);
  report.print();
}

int run(const Settings& settings, const std::string& directory) {
  House house({directory + "/journal", static_cast<std::size_t>(settings.ring),
               static_cast<int>(settings.cores[0]), static_cast<int>(settings.cores[1])});
  house.measure(0, settings.warm_up);
  Report report("pipeline", settings.is_json);
  for (const std::uint64_t rate : settings.rates)
    print(report, house.measure(rate, rate * settings.seconds));
  if (settings.max_orders != 0) print(report, house.measure(0, settings.max_orders));
  if (house.refused() == 0) return 0;
  std::fprintf(stderr, "%llu orders were refused: the figures are of no use\n",
               static_cast<unsigned long long>(house.refused()));
  return 1;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  Settings settings;
  Options options;
  options.flag("--json", settings.is_json);
  options.numbers("--rates", settings.rates);
  options.number("--seconds", settings.seconds, 1);
  options.number("--max-orders", settings.max_orders);
  options.number("--warm-up", settings.warm_up);
  options.number("--ring", settings.ring, 64);
  options.text("--directory", settings.directory);
  options.numbers("--cores", settings.cores, 2);
  const bool is_good =
      options.parse(argc, argv) &&
      std::find(settings.rates.begin(), settings.rates.end(), 0U) == settings.rates.end();
  if (!is_good) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  const TemporaryFolder folder(settings.directory);
  return run(settings, folder.path());
}
