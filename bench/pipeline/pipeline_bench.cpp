#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/house.h"

// The whole way of an order at fixed rates; bench/README.md says what is in a figure and what is
// not.

namespace tribook::bench {
namespace {

constexpr const char* kUsage =
    "usage: bench_pipeline [--json] [--rates 50000,100000,...] [--seconds <per rate>]\n"
    "                      [--max-orders <of the run without a rate>] [--warm-up <orders>]\n"
    "                      [--ring <places>] [--directory <for the journal>]\n"
    "                      [--cores <engine>,<second>]\n";

struct Options {
  bool json = false;
  std::vector<std::uint64_t> rates{50'000, 100'000, 250'000, 500'000, 1'000'000};
  std::uint64_t seconds = 5;
  std::uint64_t max_orders = 2'000'000;
  std::uint64_t warm_up = 400'000;
  std::uint64_t ring = 16'384;
  std::string directory = std::filesystem::temp_directory_path();
  std::vector<std::uint64_t> cores{0, 1};
};

bool parse(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool parse(std::string_view text, std::vector<std::uint64_t>& values) {
  values.clear();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (!parse(text.substr(0, comma), values.emplace_back())) return false;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return true;
}

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--json") {
      options.json = true;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::string_view value = argv[++i];
    bool good = false;
    if (name == "--rates") good = parse(value, options.rates);
    if (name == "--seconds") good = parse(value, options.seconds);
    if (name == "--max-orders") good = parse(value, options.max_orders);
    if (name == "--warm-up") good = parse(value, options.warm_up);
    if (name == "--ring") good = parse(value, options.ring) && options.ring >= 64;
    if (name == "--cores") good = parse(value, options.cores) && options.cores.size() == 2;
    if (name == "--directory") {
      options.directory = value;
      good = !value.empty();
    }
    if (!good) return false;
  }
  for (const std::uint64_t rate : options.rates) {
    if (rate == 0) return false;
  }
  return true;
}

void print_json(const Result& r, const base::Histogram& latency) {
  std::printf(
      "{\"bench\":\"pipeline\",\"rate\":%llu,\"orders\":%llu,\"achieved\":%.0f,\"waited\":%.4f",
      static_cast<unsigned long long>(r.wanted_rate), static_cast<unsigned long long>(r.orders),
      r.achieved_rate, r.waited_share);
  if (r.wanted_rate != 0) {
    const auto us = [&](std::uint32_t per_million) {
      return static_cast<double>(latency.percentile(per_million)) / 1e3;
    };
    std::printf(",\"p50_us\":%.3f,\"p90_us\":%.3f,\"p99_us\":%.3f,\"p999_us\":%.3f,\"max_us\":%.3f",
                us(500'000), us(900'000), us(990'000), us(999'000),
                static_cast<double>(latency.max()) / 1e3);
  }
  std::printf("}\n");
}

void print_row(const Result& r, const base::Histogram& latency) {
  const std::string rate = r.wanted_rate == 0 ? "max" : std::to_string(r.wanted_rate);
  std::printf("%9s %10.0f %8.1f", rate.c_str(), r.achieved_rate, r.waited_share * 100);
  if (r.wanted_rate != 0) {
    for (const std::uint32_t per_million : {500'000U, 900'000U, 990'000U, 999'000U}) {
      std::printf(" %9.2f", static_cast<double>(latency.percentile(per_million)) / 1e3);
    }
    std::printf(" %10.1f", static_cast<double>(latency.max()) / 1e3);
  }
  std::printf("\n");
}

void print(const Result& result, bool json) {
  (json ? print_json : print_row)(result, result.latency_ns);
  std::fflush(stdout);
}

int run(const Options& options, const std::string& directory) {
  House house({directory + "/journal", static_cast<std::size_t>(options.ring),
               static_cast<int>(options.cores[0]), static_cast<int>(options.cores[1])});
  house.measure(0, options.warm_up);
  if (!options.json) {
    std::printf("%9s %10s %8s %9s %9s %9s %9s %10s\n", "orders/s", "achieved", "waited %", "p50 us",
                "p90", "p99", "p99.9", "max");
  }
  for (const std::uint64_t rate : options.rates)
    print(house.measure(rate, rate * options.seconds), options.json);
  if (options.max_orders != 0) print(house.measure(0, options.max_orders), options.json);
  if (house.refused() == 0) return 0;
  std::fprintf(stderr, "%llu orders were refused: the figures are of no use\n",
               static_cast<unsigned long long>(house.refused()));
  return 1;
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  tribook::bench::Options options;
  if (!tribook::bench::parse(argc, argv, options)) {
    std::fputs(tribook::bench::kUsage, stderr);
    return 2;
  }
  std::string directory = options.directory + "/tribook-bench-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) {
    std::perror(directory.c_str());
    return 1;
  }
  const int code = tribook::bench::run(options, directory);
  std::filesystem::remove_all(directory);
  return code;
}
